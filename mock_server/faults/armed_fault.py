"""One thing that goes wrong on purpose: its kinds, and what each does to an answer."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from ...openapi import Operation
from ...openapi.rfc3339 import written
from ..request.authentication import ApiKey
from ..request.messages import Delivery, Manner, Reply
from ..request.problem import ERROR_TYPES, Fault, Problem
from ..request.rate_limits import KEY_LIMIT

_GATEWAY = (502, 503, 504)
"""Statuses that the vendor doesn't document: something in front of the API sends them, as a page of HTML."""
_CODES = {
    400: "invalid_request",
    401: "unauthenticated",
    403: "missing_permissions",
    404: "resource_not_found",
    422: "invalid_value",
    500: "internal",
}
_MANNERS: dict[str, Manner] = {
    "delay": "late",
    "drip": "drip",
    "never": "never",
    "reset": "reset",
    "lost": "reset",
    "reset-during": "reset-during",
    "reset-after": "reset-after",
    "cut": "cut",
    "short-body": "short-body",
    "long-body": "long-body",
    "garbled-status": "garbled-status",
    "garbled-chunk": "garbled-chunk",
}
SPOILING = ("malformed", "wrong-type", "wrong-content-type")
"""Kinds that leave the delivery alone and change the answer itself (see `spoiling`)."""
UNREADABLE = (
    "cut",
    "reset-during",
    "short-body",
    "long-body",
    "garbled-status",
    "garbled-chunk",
    "malformed",
)
"""Kinds whose answer begins, and can't be read: what was asked for is done, and the client can't know it."""
SECONDS = {"429": 1.0, "delay": 5.0, "drip": 60.0}
"""Where a kind takes a time, and how long it is when none is said."""

KINDS = ", ".join(
    [
        "an error status that the operation documents (429=SECONDS says how long to wait)",
        "502, 503 or 504 (a page of HTML)",
        "STATUS-html (a documented status with a page of HTML)",
        "404-empty",
        "delay=SECONDS",
        "drip=SECONDS (the answer takes so long to come in)",
        "never (no answer at all)",
        "cut (half of the body)",
        "reset (before anything is done)",
        "lost (done, but the connection is reset before the answer)",
        "reset-during (in the middle of the answer)",
        "reset-after (under the next request on that connection)",
        "malformed (a body that isn't JSON)",
        "wrong-type (one property is of another type)",
        "wrong-content-type (JSON, said to be plain text)",
        "short-body (content-length says more than comes)",
        "long-body (content-length says less than comes)",
        "garbled-status or garbled-chunk (what is no HTTP)",
    ]
)
"""What a fault may be, for a person."""


def kinds_for(operations: Iterable[Operation]) -> set[str]:
    """Every kind of fault that may strike one of the operations."""
    documented = {str(status) for each in operations for status in each.responses if status in ERROR_TYPES}
    pages = {f"{status}-html" for status in documented}
    return {*documented, *pages, *map(str, _GATEWAY), "404-empty", *_MANNERS, *SPOILING}


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """One thing to go wrong."""

    operation: str
    """An operationId, or a pattern of several, such as `Incidents V2#*` or `*`."""
    kind: str
    """A status, `404-empty`, a status with `-html`, or the name of a delivery or of a spoiled answer."""
    seconds: float = 0
    """What `Retry-After` says, or how long the answer takes."""
    count: int = 1
    """How many requests it strikes, one after the other."""
    spared: int = 0
    """How many requests it lets pass first."""

    def __str__(self) -> str:
        seconds = f"={self.seconds:g}" if self.kind in SECONDS else ""
        return f"{self.operation}:{self.kind}{seconds}"

    def reply(self) -> Reply | None:
        """What comes instead of an answer of the API; None where the API does answer."""
        if self.kind in ("reset", "never"):
            return Reply(0)
        if self.kind == "404-empty":
            return Reply(404)
        status, _, form = self.kind.partition("-")
        if form == "html" or (status.isdecimal() and int(status) in _GATEWAY):
            return _page(int(status))
        return None

    def refuse(self, key: ApiKey, now: datetime) -> None:
        """Raise the Problem that stands in for the handler, where the fault is one."""
        if not self.kind.isdecimal():
            return
        status = int(self.kind)
        if status == 429:
            raise _too_many(key, now, self.seconds)
        code = _CODES.get(status, ERROR_TYPES[status])
        raise Problem(status, Fault(code, "An armed fault refuses this request"))

    def delivery(self) -> Delivery | None:
        """How the answer is delivered; None for at once and whole."""
        manner = _MANNERS.get(self.kind)
        return None if manner is None else Delivery(manner, self.seconds)


def _page(status: int) -> Reply:
    """What stands in front of the API, and answers in its place."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Reply(status, page.encode(), (("content-type", "text/html"),))


def _too_many(key: ApiKey, now: datetime, seconds: float) -> Problem:
    until = written(datetime.fromtimestamp(math.ceil(now.timestamp() + seconds), UTC))
    return Problem(
        429,
        Fault("too_many_requests", "An armed fault says that there were too many requests"),
        rate_limit={"name": key.name, "limit": KEY_LIMIT, "remaining": 0, "retry_after": until},
        headers=(("retry-after", f"{seconds:.0f}"),),
    )
