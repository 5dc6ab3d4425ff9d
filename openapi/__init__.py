"""The contract: OpenAPI documents, and reading them."""

from .document import Document, DocumentError, Json, Operation, Parameter, Schema, bundled, parse, read_document

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
