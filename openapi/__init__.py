"""The contract: OpenAPI documents, and reading them."""

from .document import Document, DocumentError, bundled, parse, read_document
from .operations import Json, Operation, Parameter, Schema

__all__ = [
    "Document",
    "DocumentError",
    "Json",
    "Operation",
    "Parameter",
    "Schema",
    "bundled",
    "parse",
    "read_document",
]
