"""Refusing a request: the one exception, and the vendor's error envelope (behaviour.md#error-envelope)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ERROR_TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "resource_forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    422: "validation_error",
    429: "too_many_requests",
    500: "api_error",
}
"""The `type` that goes with each status."""


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One entry of `errors`. `field` is a dotted path, `pointer` what the vendor calls one: clients parse neither."""

    code: str
    message: str
    field: str | None = None
    pointer: str = ""
    metadata: Mapping[str, str] | None = None

    def rendered(self) -> dict[str, Any]:
        """Give the entry as it stands in the envelope; without `source` when no field is to blame."""
        entry: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.field is not None:
            entry["source"] = {"field": self.field, "pointer": self.pointer}
        if self.metadata is not None:
            entry["metadata"] = dict(self.metadata)
        return entry


class Problem(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A refusal, which the pipeline renders as the vendor's envelope."""

    def __init__(
        self,
        status: int,
        *errors: ErrorEntry,
        rate_limit: Mapping[str, Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(status, errors)
        self.status = status
        self.errors = errors
        self.rate_limit = rate_limit
        self.headers = headers

    def envelope(self, request_id: str) -> dict[str, Any]:
        """Give the body of the answer."""
        body: dict[str, Any] = {
            "type": ERROR_TYPES[self.status],
            "status": self.status,
            "request_id": request_id,
            "errors": [error.rendered() for error in self.errors],
        }
        if self.rate_limit is not None:
            body["rate_limit"] = dict(self.rate_limit)
        return body


def not_found(what: str = "resource") -> Problem:
    """Make the 404 with the code that live answers carry."""
    return Problem(404, ErrorEntry("resource_not_found", f"The {what} could not be found"))


def invalid(field: str, message: str, *, code: str = "invalid_value", pointer: str | None = None) -> Problem:
    """Make the 422 for one field, named by its dotted path."""
    return Problem(422, ErrorEntry(code, message, field, field if pointer is None else pointer))


def dangling(field: str, id_: str, *, status: int = 422, code: str = "invalid_value") -> Problem:
    """Make the 422, or what an operation declares instead, for a field with an id that names nothing."""
    message = f"{field} does not refer to anything that exists: {id_}"
    return Problem(status, ErrorEntry(code, message, field, field))


def required(field: str, message: str = "is required") -> Problem:
    """Make the 422 for a field that is missing or blank."""
    return invalid(field, f"{field} {message}", code="is_required", pointer="")


def in_use(what: str) -> Problem:
    """Make the 422 for deleting a setting that incidents still hold (behaviour.md#in-use-delete)."""
    return invalid("id", f"The {what} is still in use by at least one incident", code="in_use")


def missing_scope(scope: str) -> Problem:
    """Make the 403 for a key whose roles don't grant the scope (behaviour.md#scope-missing)."""
    return Problem(
        403,
        ErrorEntry("missing_required_scope", f"missing a required scope: {scope}", metadata={"scope": scope}),
    )


def not_kept() -> Problem:
    """Make the 500 for a change that the store of the double has no way to keep: nothing has changed."""
    return Problem(500, ErrorEntry("internal", "The change could not be saved, and was not made"))
