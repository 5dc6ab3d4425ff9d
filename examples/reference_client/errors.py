"""What went wrong, as a caller wants to know it."""

from typing import Any

import httpx


class IncidentIoError(Exception):
    """A call that didn't succeed: refused by the API, answered by something else, or not answered at all."""

    def __init__(self, message: str, *, status: int | None = None, body: str = "", errors: Any = ()) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status; None when there was no whole answer."""
        self.body = body
        """The body, whatever it is."""
        self.errors = list(errors)
        """The API's own account: `code`, `message`, and often `source` for each."""

    @property
    def codes(self) -> list[str]:
        """The codes to branch on, such as `resource_not_found`."""
        return [each.get("code", "") for each in self.errors]


class NotFoundError(IncidentIoError):
    """There is no such object, or this key may not see it."""


def error_for(answer: httpx.Response) -> IncidentIoError:
    """The error that an answer of 400 or above stands for; its body may be the envelope, empty, or anything else."""
    kind = NotFoundError if answer.status_code == 404 else IncidentIoError
    try:
        envelope = answer.json()
    except ValueError:
        envelope = None
    errors = envelope.get("errors") if isinstance(envelope, dict) else None
    errors = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    said = "; ".join(str(each.get("message", "")) for each in errors) or answer.reason_phrase
    return kind(f"{answer.status_code}: {said}", status=answer.status_code, body=answer.text, errors=errors)
