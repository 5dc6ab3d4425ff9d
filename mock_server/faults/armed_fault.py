"""One armed fault: which requests it strikes, and what becomes of their answers."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from ...openapi import Document, Operation
from ...openapi.rfc3339 import written
from ..request.authentication import ApiKey
from ..request.messages import Reply, Transmission
from ..request.problem import ERROR_TYPES, ErrorEntry, Problem
from ..request.rate_limits import KEY_LIMIT
from .kinds import kind_named

_CODES = {
    400: "invalid_request",
    401: "unauthenticated",
    403: "missing_permissions",
    404: "resource_not_found",
    422: "invalid_value",
    500: "internal",
}


@dataclass(frozen=True, slots=True)
class ArmedFault:
    """One thing to go wrong."""

    operation: str
    """An operationId, or a pattern of several, such as `Incidents V2#*` or `*`."""
    kind: str
    """One of the names in `kinds`."""
    seconds: float = 0
    """What `Retry-After` says, or how long the answer takes."""
    count: int = 1
    """How many requests it strikes, one after the other."""
    first: int = 1
    """Which of the requests that it fits it strikes first."""

    def __str__(self) -> str:
        seconds = "" if kind_named(self.kind).seconds is None else f"={self.seconds:g}"
        return f"{self.operation}:{self.kind}{seconds}"

    def reply(self) -> Reply | None:
        """Give what comes instead of an answer of the API; None where the API does answer."""
        instead = kind_named(self.kind).instead
        return None if instead is None else instead(self._status)

    def refuse(self, key: ApiKey, now: datetime) -> None:
        """Raise the Problem that stands in for the handler, where the fault is one."""
        if not kind_named(self.kind).refuses:
            return
        status = self._status
        if status == 429:
            raise _too_many(key, now, self.seconds)
        code = _CODES.get(status, ERROR_TYPES[status])
        raise Problem(status, ErrorEntry(code, "An armed fault refuses this request"))

    def spoil(self, reply: Reply, document: Document, operation: Operation) -> Reply:
        """Give the answer as the fault has it: changed itself, or in how it is transmitted."""
        kind = kind_named(self.kind)
        if kind.spoil is not None:
            reply = kind.spoil(reply, document, operation)
        reply.transmission = Transmission(kind.manner, self.seconds, kind.sent) if kind.manner else None
        reply.fault = str(self)
        return reply

    @property
    def _status(self) -> int:
        """Of the answer; 0 where the kind doesn't name one."""
        number = self.kind.partition("-")[0]
        return int(number) if number.isdecimal() else 0


def _too_many(key: ApiKey, now: datetime, seconds: float) -> Problem:
    until = written(datetime.fromtimestamp(math.ceil(now.timestamp() + seconds), UTC))
    return Problem(
        429,
        ErrorEntry("too_many_requests", "An armed fault says that there were too many requests"),
        rate_limit={"name": key.name, "limit": KEY_LIMIT, "remaining": 0, "retry_after": until},
        headers=(("retry-after", f"{seconds:.0f}"),),
    )
