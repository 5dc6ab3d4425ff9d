"""The steps of the pipeline: what happens to a request on its way, and what is known of it by then."""

import base64
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from ...openapi import Operation
from ..account import Account
from ..faults.armed_fault import ArmedFault
from ..request.authentication import NOBODY, authenticate
from ..request.call import Call
from ..request.messages import NOTE_HEADER, Exchange, PartedReply, Parts, Reply, Request
from ..request.problem import Problem, missing_scope
from ..request.routing import Router
from ..request.unserved import unserved
from ..request.validation import QueryReader, read_body
from ..resources import Handler

log = logging.getLogger("incident_double")

_JSON = ("content-type", "application/json")
"""Who calls a public operation."""
_NOTE_LIMIT = 1000
_NOTE_CHARACTERS = " !#$%&'()*+,-./:;<=>?@[]^_`{|}~\""


@dataclass(frozen=True, slots=True)
class ServedOperation:
    """What an operation needs at each request, worked out at start."""

    operation: Operation
    handler: Handler
    query: QueryReader
    is_read: bool
    success: int
    """The status of a normal answer."""


class Steps:
    """One request to an account, with its token, on its way through the pipeline."""

    __slots__ = (
        "_account",
        "_arguments",
        "_fault",
        "_headers",
        "_key",
        "_notes",
        "_now",
        "_operation",
        "_request",
        "_served",
        "_started",
        "_token",
    )

    _served: ServedOperation

    def __init__(self, account: Account, request: Request, token: str | None) -> None:
        self._started = time.monotonic()
        self._account, self._request, self._token = account, request, token
        self._now = account.clock.now()
        self._operation: Operation | None = None
        self._arguments: Mapping[str, str] = {}
        self._fault: ArmedFault | None = None
        self._key = NOBODY
        self._headers: list[tuple[str, str]] = [_JSON]
        self._notes: list[str] = []

    @property
    def is_read(self) -> bool:
        """Whether the operation that was found only reads."""
        return self._served.is_read

    @property
    def shown(self) -> str:
        """Method and path, for a log."""
        return f"{self._request.method} {self._account.redaction().text(self._request.path)}"

    def route(self, router: Router, served: Mapping[str, ServedOperation]) -> Operation | None:
        """Find the operation; None where there is none of that path and verb."""
        matched = router.match(self._request.method, self._request.path)
        if matched is not None:
            self._operation, self._arguments = matched
            self._served = served[self._operation.id]
        return self._operation

    def decline(self) -> Reply:
        """Give the empty 404 of what isn't served (behaviour.md#routing-before-auth); the log says why."""
        if log.isEnabledFor(logging.INFO):
            request, account = self._request, self._account
            why = unserved(account.document, request.method, request.path)
            log.info("%s %s: %s", request.method, account.redaction().text(request.path), why)
        return Reply(404)

    def take_fault(self) -> Reply | None:
        """Take the armed fault that strikes this request: what stands in for the API's answer, where it is one.

        Raises the Problem where the fault is a refusal. A request that isn't let in is not counted: a fault waits for
        one that would have been answered.
        """
        faults, operation = self._account.faults, self._served.operation
        if not faults:
            return None
        key = NOBODY if operation.public else self._account.keys.get(self._token or "")
        self._fault = None if key is None else faults.take(operation.id)
        if key is None or self._fault is None:
            return None
        self._fault.refuse(key, self._now)
        return self._fault.reply()

    def authenticate(self) -> None:
        """Find out who calls. Raises the 401 Problem."""
        if not self._served.operation.public:
            self._key = authenticate(self._token, self._account.keys)

    def limit(self) -> None:
        """Draw on the key's limits, which the answer's headers say. Raises the 429 Problem."""
        limits, operation = self._account.limits, self._served.operation
        if limits is not None and not operation.public:
            self._headers += limits.take(self._key, operation.id, self._now)

    def check_scopes(self) -> None:
        """Raise the 403 Problem where the key may not do this."""
        operation = self._served.operation
        if not operation.public:
            for scope in operation.scopes:
                if not self._key.grants(scope):
                    raise missing_scope(scope)

    def cached_answer(self) -> Reply | None:
        """Give the answer to the same read, where nothing has changed since."""
        if not self._served.is_read:
            return None
        kept = self._account.answer_cache.find(self._request, self._key)
        if kept is None:
            return None
        self._notes += kept.notes
        return self._reply(self._served.success, kept.content)

    def validate(self) -> Call:
        """Read the query and the body. Raises the 422 Problem."""
        document, operation = self._account.document, self._served.operation
        query = self._served.query.read(self._request.query, self._notes)
        body = read_body(document, operation, self._request.body)
        return Call(
            document=document,
            operation=operation,
            key=self._key,
            path=self._arguments,
            query=query,
            body=body.content,
            nulls=body.nulls,
            base_url=self._request.base_url,
            token=self._token,
            notes=self._notes,
        )

    def handle(self, call: Call) -> Reply:
        """Answer it from the state. Raises the Problem where it is refused: then nothing has changed."""
        content = self._served.handler(self._account.store, call)
        if self._served.is_read and isinstance(content, bytes | Parts):
            self._account.answer_cache.keep(self._request, self._key, content, self._notes)
        return self._reply(self._served.success, content)

    def refuse(self, problem: Problem) -> Reply:
        """Give the vendor's envelope of a Problem."""
        # Eight characters of base64url, as in live answers (behaviour.md#request-id-short).
        request_id = base64.urlsafe_b64encode(self._account.store.random.randbytes(6)).decode()
        self._headers += problem.headers
        reply = self._reply(problem.status, problem.envelope(request_id))
        reply.request_id = request_id
        return reply

    def spoil(self, reply: Reply) -> Reply:
        """Give the reply as the fault that was taken has it."""
        if self._fault is None:
            return reply
        return self._fault.spoil(reply, self._account.document, self._served.operation)

    def note_in_journal(self, reply: Reply) -> None:
        """Add the exchange to the journal."""
        journal = self._account.journal
        journal.add(
            Exchange(
                journal.count + 1,
                self._now,
                self._started,
                self._request,
                reply,
                self._operation,
                self._arguments,
            )
        )

    def _reply(self, status: int, content: Mapping[str, Any] | Parts | bytes | None) -> Reply:
        if self._notes:
            self._add_notes()
        text_type = self._served.operation.text_type
        if text_type and status == self._served.success:
            self._headers[0] = ("content-type", text_type)
        if content is None:
            kept = self._headers if text_type else self._headers[1:]
            return Reply(status, b"", tuple(kept))
        if isinstance(content, Parts):
            return PartedReply(status, content, tuple(self._headers))  # type: ignore[arg-type]
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        return Reply(status, body, tuple(self._headers))

    def _add_notes(self) -> None:
        text = _printable("; ".join(self._notes))
        self._headers.append((NOTE_HEADER, text))
        if log.isEnabledFor(logging.INFO):
            shown = map(self._account.redaction().text, (self._request.path, text))
            log.info("%s %s: %s", self._request.method, *shown)


def _printable(text: str) -> str:
    """The text as a header value: ASCII, on one line, of bounded length."""
    return quote(text[:_NOTE_LIMIT], safe=_NOTE_CHARACTERS)
