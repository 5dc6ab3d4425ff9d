"""The contract: OpenAPI documents, and reading them."""

from .document import Document, DocumentError, bundled, control_plane, parse, read_document
from .operations import Json, Operation, Parameter, Schema

__all__ = [
    "Document",
    "DocumentError",
    "Json",
    "Operation",
    "Parameter",
    "Schema",
    "bundled",
    "control_plane",
    "parse",
    "read_document",
]
