"""Whether a document can be served: found out at start, so that no request has to fail for it."""

from collections.abc import Mapping
from typing import Any

from ....fixtures.schema.samples import Sampler
from ....openapi import Document, DocumentError, Operation, Schema
from ...request.validation import QueryReader


def require_servable(document: Document, sampler: Sampler) -> None:
    """Raise DocumentError, which names the operation, for a document with one that couldn't be called or answered."""
    if not document.operations:
        raise DocumentError("no operations in its `paths`")
    for operation in document.operations.values():
        try:
            _try_out(document, operation, sampler)
        except RecursionError:
            raise _not_servable(operation, "a schema that is nested too deeply, or made of itself") from None
        except (AttributeError, KeyError, TypeError) as error:
            problem = f"not built as OpenAPI has it ({type(error).__name__}: {error})"
            raise _not_servable(operation, problem) from None
        except ValueError as error:
            raise _not_servable(operation, str(error)) from None


def _try_out(document: Document, operation: Operation, sampler: Sampler) -> None:
    QueryReader(document, operation)
    for parameter in operation.parameters:
        document.validator(_schema(parameter.schema))
        sampler.sample(parameter.schema, parameter.name)
    if operation.request_schema is not None:
        document.validator(_schema(operation.request_schema))
    answer = operation.responses.get(operation.success)
    if answer is not None:
        for complete in (True, False):
            sampler.sample(_schema(answer), operation.id, complete=complete)


def _schema(schema: Any) -> Schema:
    if not isinstance(schema, Mapping):
        raise DocumentError(f"a schema that isn't one: {schema!r}")
    return schema


def _not_servable(operation: Operation, problem: str) -> DocumentError:
    return DocumentError(f"{operation.method} {operation.path}: {problem}")
