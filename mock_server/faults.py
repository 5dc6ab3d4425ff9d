"""Armed faults: what goes wrong on purpose, for which requests and how often; nothing is left to chance."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from http import HTTPStatus

from ..openapi import Document
from ..openapi.rfc3339 import written
from .authentication import ApiKey
from .exchange import Delivery, Manner, Reply
from .problem import ERROR_TYPES, Fault, Problem
from .rate_limits import KEY_LIMIT

_SPEC = re.compile(r"([a-z0-9-]+)(?:=(\d+(?:\.\d+)?))?(?:\*(\d+))?(?:@(\d+))?")
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
    "cut": "cut",
    "reset": "reset",
    "lost": "reset",
    "never": "never",
}
_SECONDS = {"429": 1.0, "delay": 5.0, "drip": 60.0}
"""Where a kind takes a time, and how long it is when none is said."""

KINDS = ", ".join(
    [
        "an error status that the operation documents (429=SECONDS says how long to wait)",
        "502, 503 or 504 (a page of HTML)",
        "STATUS-html (a documented status with a page of HTML)",
        "404-empty",
        "delay=SECONDS",
        "drip=SECONDS (the answer takes so long to come in)",
        "cut (half of the body)",
        "reset (before anything is done)",
        "lost (done, but the connection is reset before the answer)",
        "never (no answer at all)",
    ]
)
"""What a fault may be, for a person."""


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """One thing to go wrong."""

    operation: str
    """An operationId, or a pattern of several, such as `Incidents V2#*` or `*`."""
    kind: str
    """A status, `404-empty`, a status with `-html`, or the name of a delivery."""
    seconds: float = 0
    """What `Retry-After` says, or how long the answer takes."""
    count: int = 1
    """How many requests it strikes, one after the other."""
    spared: int = 0
    """How many requests it lets pass first."""

    def __str__(self) -> str:
        seconds = f"={self.seconds:g}" if self.kind in _SECONDS else ""
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


@dataclass(slots=True)
class _Armed:
    fault: ArmedFault
    to_spare: int
    left: int


class Faults:
    """The armed faults of one double. Those that fit an operation strike in the order in which they were armed."""

    def __init__(self, armed: Iterable[ArmedFault] = ()) -> None:
        self._armed = [_Armed(fault, fault.spared, fault.count) for fault in armed]

    def __len__(self) -> int:
        """How many have yet to strike, or strike again."""
        return len(self._armed)

    def take(self, operation_id: str) -> ArmedFault | None:
        """The fault that strikes this request, if there is one; counts the request."""
        for armed in self._armed:
            if not fnmatchcase(operation_id, armed.fault.operation):
                continue
            if armed.to_spare:
                armed.to_spare -= 1
                return None
            armed.left -= 1
            if not armed.left:
                self._armed.remove(armed)
            return armed.fault
        return None


def parse_fault(text: str, document: Document) -> ArmedFault:
    """A fault from `OPERATION:KIND[=SECONDS][*COUNT][@FIRST]`. Raises ValueError, one line that says what is wrong.

    `Incidents V2#List:429=2*3@5` refuses the fifth, sixth and seventh list, to be asked again in 2 seconds.
    """
    pattern, _, told = text.rpartition(":")
    parts = _SPEC.fullmatch(told)
    if not pattern or parts is None:
        raise ValueError(f"not OPERATION:KIND[=SECONDS][*COUNT][@FIRST]: {text}")
    kind, seconds, count, first = parts.groups()
    fitting = [each for each in document.operations.values() if fnmatchcase(each.id, pattern)]
    if not fitting:
        raise ValueError(f"no such operation: {pattern} (see 'incident-double operations')")
    documented = {str(status) for each in fitting for status in each.responses if status in ERROR_TYPES}
    pages = {f"{status}-html" for status in documented}
    if kind not in {*documented, *pages, *map(str, _GATEWAY), "404-empty", *_MANNERS}:
        raise ValueError(f"no such fault: {kind} (it may be {KINDS})")
    if seconds is not None and kind not in _SECONDS:
        raise ValueError(f"{kind} takes no time: {text}")
    if count == "0" or first == "0":
        raise ValueError(f"a fault strikes at least once, and the first request is 1: {text}")
    if kind == "429" and seconds is not None and "." in seconds:
        raise ValueError(f"Retry-After is in whole seconds: {text}")
    default = _SECONDS.get(kind, 0)
    return ArmedFault(
        pattern, kind, float(seconds or default), int(count or 1), int(first) - 1 if first else 0
    )
