"""What goes into the pipeline and what comes out of it: no server, no socket."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qs

from ...openapi import Json, Operation
from .nesting import parsed

NOTE_HEADER = "incident-double-note"
"""Names what of the request was ignored without a word."""
_HEADER = 150
"""Bytes that a header takes beside its characters."""
_REPLY_HEADER = 200
"""Bytes that a header of an answer takes in all: those are all alike."""
CONTROL = "/_double/"
"""Where the paths begin that are the double's own."""
_CONTROL = CONTROL.removesuffix("/")


def is_own(path: str) -> bool:
    """Say whether a path, decoded, is the double's own rather than the API's."""
    return path.startswith(_CONTROL) and (len(path) == len(_CONTROL) or path.startswith(CONTROL))


@dataclass(slots=True)  # each request pays for one of these, and freezing would triple the price
class Request:
    """One request as it arrived."""

    method: str
    path: str
    """As sent: percent-encoded, without the query."""
    query: str = field(default="", repr=False)
    """As sent, without the question mark."""
    authorization: str | None = field(default=None, repr=False)
    body: bytes | None = field(default=b"", repr=False)
    """None when it was over the size cap."""
    base_url: str = "https://api.incident.io"
    """Where the client found the double."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By name in lower case; a document of another vendor may want its key in one of them."""
    client: str | None = None
    """The address that it came from; None within the process."""
    head_size: int = 0
    """About how many bytes the headers take, where that is known; 0 where they are to be counted."""

    @property
    def sent_headers(self) -> dict[str, str]:
        """All headers by name in lower case, the authorization among them."""
        sent = {name.lower(): value for name, value in self.headers.items()}
        return sent if self.authorization is None else {"authorization": self.authorization, **sent}

    def json(self) -> Json:
        """Give the parsed body; None where it isn't JSON, or too deeply nested."""
        return _parsed(self.body or b"")


Sent = Literal["nothing", "half", "whole"]
"""How much of a reply leaves the double."""


@dataclass(frozen=True, slots=True)
class Transmission:
    """How a reply reaches the client when it doesn't come at once and whole."""

    manner: str
    """After a while, bit by bit or not at all; a connection that breaks; what is no HTTP (see `shells`)."""
    seconds: float = 0
    """How long it takes, where it is delayed or comes bit by bit."""
    sent: Sent = "whole"


def size_of_head(headers: Collection[tuple[str | bytes, str | bytes]]) -> int:
    """Give about how many bytes headers take."""
    size = _HEADER * len(headers)
    for name, value in headers:  # which takes less than whatever needs no loop
        size += len(name) + len(value)
    return size


class Parts:
    """A body in parts that are kept elsewhere too: a large one is sent as they are, and never put together."""

    __slots__ = ("all", "size")

    def __init__(self, parts: Sequence[bytes], size: int | None = None) -> None:
        self.all = parts
        self.size = sum(map(len, parts)) if size is None else size
        """In bytes."""

    def __bytes__(self) -> bytes:
        return b"".join(self.all)


@dataclass(slots=True)
class Reply:
    """One answer. `body` is JSON, or empty; only a fault makes it anything else."""

    status: int
    """0 where there is none to send."""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    transmission: Transmission | None = None
    """None for at once and whole."""
    fault: str | None = None
    """The armed fault that shaped it."""
    request_id: str | None = None
    """What its error envelope names the request; None where it has no envelope."""
    ended: float | None = None
    """When all of it was sent, by the machine's monotonic clock; None while it is not, or was never to be."""

    @property
    def parts(self) -> Sequence[bytes]:
        """The body in the parts that it came in."""
        return (self.body,)

    @property
    def size(self) -> int:
        """Of the body, in bytes."""
        return len(self.body)

    @property
    def sent(self) -> tuple[int, bytes]:
        """The status and as much of the body as is transmitted: 0 and nothing where the connection breaks before."""
        part = "whole" if self.transmission is None else self.transmission.sent
        if part == "nothing" or (part == "half" and not self.body):
            return 0, b""
        return self.status, self.half if part == "half" else self.body

    @property
    def half(self) -> bytes:
        """As much of the body as comes where it breaks off in the middle."""
        return self.body[: len(self.body) // 2]

    @property
    def note(self) -> str:
        """What of the request was ignored without a word, as the header has it; empty for nothing."""
        return next((value for name, value in self.headers if name == NOTE_HEADER), "")

    def json(self) -> Json:
        """Give the parsed body; None where it isn't JSON."""
        return _parsed(self.body)


class PartedReply(Reply):
    """One answer whose body was given in parts: it is put together when somebody asks for the whole."""

    __slots__ = ("_parts", "_whole")
    _parts: Parts
    _whole: bytes | None

    @property
    def body(self) -> bytes:
        """The whole body."""
        if self._whole is None:
            self._whole = bytes(self._parts)
        return self._whole

    @body.setter
    def body(self, body: bytes | Parts) -> None:
        if isinstance(body, Parts):
            self._parts, self._whole = body, None
        else:
            self._parts, self._whole = Parts((body,)), body

    @property
    def parts(self) -> Sequence[bytes]:
        """The body in the parts that it came in."""
        return self._parts.all

    @property
    def size(self) -> int:
        """Of the body, in bytes."""
        return self._parts.size


@dataclass(slots=True, weakref_slot=True)
class Exchange:
    """One request and its answer, as they were: `redaction` says what may be shown of them."""

    number: int
    """Counted from 1."""
    at: datetime
    """When it came, on the double's clock."""
    started: float
    """When it came, by the machine's monotonic clock, in seconds; `reply.ended` is measured by the same."""
    request: Request = field(repr=False)
    reply: Reply = field(repr=False)
    operation: Operation | None = field(default=None, repr=False)
    """None for an unknown path, and for a wrong verb."""
    path_arguments: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The parameters in the path, decoded."""
    size: int = 0
    """About how many bytes it takes."""

    def __post_init__(self) -> None:
        request, reply = self.request, self.reply
        head = request.head_size or size_of_head(request.headers.items())
        own = len(request.body or b"") + len(request.path) + len(request.query)
        self.size = own + head + reply.size + _REPLY_HEADER * len(reply.headers)

    @property
    def operation_id(self) -> str | None:
        """The operationId; None for an unknown path, and for a wrong verb."""
        return self.operation.id if self.operation else None

    @property
    def method(self) -> str:
        """Of the request, in capitals."""
        return self.request.method

    @property
    def path(self) -> str:
        """Of the request, as it was sent: percent-encoded, without the query."""
        return self.request.path

    @property
    def query(self) -> dict[str, list[str]]:
        """The values of each query parameter, decoded."""
        return parse_qs(self.request.query, keep_blank_values=True)

    @property
    def note(self) -> str:
        """What was ignored without a word, as the answer's header has it; empty for nothing."""
        return self.reply.note

    @property
    def request_id(self) -> str | None:
        """What the error envelope names it; None for an answer that has no envelope."""
        return self.reply.request_id

    @property
    def status(self) -> int:
        """Of the answer; 0 where none was sent."""
        return self.reply.sent[0]


def _parsed(body: bytes) -> Json:
    try:
        return parsed(body)
    except ValueError:
        return None
