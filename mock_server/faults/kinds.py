"""Every kind of fault: the one table from which help, JSON, rules and shells take what they need of it.

A new kind is an entry here. Where its answer is transmitted in a new way, `manner` names that, and each shell has a
function for it (`shells/delivering.py`, `shells/transmitting.py`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from ...openapi import Document, Operation
from ..request.messages import Reply, Sent
from ..request.problem import ERROR_TYPES
from .spoiling import as_plain_text, of_wrong_type, without_json
from .tomorrow import as_evolved, as_short_page

_STATUS = "STATUS"
_DOCUMENTED = "an error status that the operation documents"
_RETRY_AFTER = "429=SECONDS says how long to wait"
_PAGE = "a page of HTML"
_NO_HTTP = "what is no HTTP"


def _page(status: int) -> Reply:
    """What stands in front of the API answers in its place."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Reply(status, page.encode(), (("content-type", "text/html"),))


def _no_body(status: int) -> Reply:
    return Reply(status)


def _no_answer(_: int) -> Reply:
    return Reply(0)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault, or one for each error status that an operation documents."""

    name: str
    """As it is armed; with `STATUS` in it, one for each documented error status."""
    help: str = ""
    """What it does, for a person, where the name doesn't say so."""
    label: str = ""
    """What to call it in a list of kinds, if not by its name."""
    documented: bool = False
    """Whether it needs that the operation documents the status in its name."""
    seconds: float | None = None
    """How long it takes when nothing is said; None where it takes no time."""
    whole_seconds: bool = False
    refuses: bool = False
    """Whether the handler is replaced by a refusal in the vendor's envelope."""
    instead: Callable[[int], Reply] | None = None
    """The reply, given the status in the name, that takes the place of any answer of the API."""
    spoil: Callable[[Reply, Document, Operation], Reply] | None = None
    """Changes the answer itself, and leaves its transmission alone."""
    manner: str = ""
    """How the answer is transmitted, a name that the shells know; empty for at once and whole."""
    sent: Sent = "whole"
    """How much of the answer leaves the double."""
    readable: bool = True
    """False where an answer begins that no client can read: what was asked for is done, and the client can't know."""

    def names(self, documented: Collection[int]) -> list[str]:
        """Give the names under which it can strike an operation that documents these error statuses."""
        if _STATUS in self.name:
            return [self.name.replace(_STATUS, str(status)) for status in documented]
        return [self.name] if not self.documented or int(self.name) in documented else []

    def described(self) -> str:
        """Give what to call it in a list of kinds."""
        return self.label or (self.name if self.seconds is None else f"{self.name}=SECONDS")


KINDS: tuple[Kind, ...] = (
    Kind(_STATUS, _RETRY_AFTER, label=_DOCUMENTED, refuses=True),
    Kind(
        "429",
        _RETRY_AFTER,
        label=_DOCUMENTED,
        documented=True,
        seconds=1.0,
        whole_seconds=True,
        refuses=True,
    ),
    Kind("502", _PAGE, instead=_page),
    Kind("503", _PAGE, instead=_page),
    Kind("504", _PAGE, instead=_page),
    Kind(f"{_STATUS}-html", "a documented status with a page of HTML", instead=_page),
    Kind("404-empty", instead=_no_body),
    Kind("delay", seconds=5.0, manner="delay"),
    Kind("drip", "the answer takes so long to come in", seconds=60.0, manner="drip"),
    Kind("never", "no answer at all", instead=_no_answer, manner="never"),
    Kind("cut", "half of the body", manner="cut", sent="half", readable=False),
    Kind("reset", "before anything is done", instead=_no_answer, manner="reset", sent="nothing"),
    Kind("lost", "done, but the connection is reset before the answer", manner="reset", sent="nothing"),
    Kind("reset-during", "in the middle of the answer", manner="reset-during", sent="half", readable=False),
    Kind("reset-after", "under the next request on that connection", manner="reset-after"),
    Kind("malformed", "a body that isn't JSON", spoil=without_json, readable=False),
    Kind("wrong-type", "one property is of another type", spoil=of_wrong_type),
    Kind("wrong-content-type", "JSON, said to be plain text", spoil=as_plain_text),
    Kind("short-page", "half of a page, and a cursor for the rest", spoil=as_short_page),
    Kind("evolved", "a property more, and other values of enums, as may come one day", spoil=as_evolved),
    Kind("short-body", "content-length says more than comes", manner="short-body", readable=False),
    Kind(
        "long-body",
        "content-length says less than comes",
        manner="long-body",
        sent="half",
        readable=False,
    ),
    Kind("garbled-status", _NO_HTTP, manner="garbled-status", sent="nothing", readable=False),
    Kind("garbled-chunk", _NO_HTTP, manner="garbled-chunk", sent="half", readable=False),
)
_NAMED: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
_A_STATUS = re.compile(r"^\d+")


def kind_named(name: str) -> Kind:
    """Give the kind that is armed by that name. Raises KeyError for a name that none has."""
    return _NAMED.get(name) or _NAMED[_A_STATUS.sub(_STATUS, name)]


def kinds_for(operations: Iterable[Operation]) -> set[str]:
    """Give the name of every kind of fault that may strike one of the operations."""
    documented = {status for each in operations for status in each.responses if status in ERROR_TYPES}
    return {name for kind in KINDS for name in kind.names(documented)}


def is_unreadable(fault: str) -> bool:
    """Say whether an armed fault, as its text names it, lets an answer begin that no client can read."""
    kind = _NAMED.get(fault.rpartition(":")[2])
    return kind is not None and not kind.readable


def _listed() -> str:
    groups = groupby(KINDS, key=lambda kind: kind.help or kind.name)
    return ", ".join(_described(list(kinds)) for _, kinds in groups)


def _described(kinds: list[Kind]) -> str:
    """Kinds that do the same, in words."""
    *first, last = dict.fromkeys(kind.described() for kind in kinds)
    names = f"{', '.join(first)} or {last}" if first else last
    return f"{names} ({kinds[0].help})" if kinds[0].help else names


HELP = _listed()
"""What a fault may be, for a person."""
