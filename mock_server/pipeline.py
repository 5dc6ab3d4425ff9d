"""From a request to a reply: the double itself, without any server."""

import base64
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from ..fixtures.domain.dataset import Dataset
from ..openapi import Document, Operation
from .answer_cache import KeptAnswers
from .clock import Clock, ClockSnapshot
from .dispatch import Answer, answers
from .faults.arming import Armed, ArmedFault, Faults
from .faults.spoiling import spoiled
from .journal.journal import Journal, JournalSnapshot
from .journal.redaction import Redaction
from .request.authentication import DEFAULT_TOKEN, ApiKey, authenticate
from .request.call import Call
from .request.credentials import token_reader
from .request.messages import NOTE_HEADER, Exchange, Reply, Request
from .request.problem import Fault, Problem, missing_scope
from .request.rate_limits import RateLimits
from .request.routing import Router
from .request.validation import QueryReader, read_body
from .resources import Handler
from .store.store import Store, StoreSnapshot
from .webhooks.outbox import OutboxSnapshot
from .webhooks.webhooks import Webhooks

log = logging.getLogger("incident_double")

_JSON = ("content-type", "application/json")
_NOBODY = ApiKey("")
"""Who calls a public operation."""
_NOTE_LIMIT = 1000
_NOTE_CHARACTERS = " !#$%&'()*+,-./:;<=>?@[]^_`{|}~\""


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """What an operation needs at each request."""

    handler: Handler
    query: QueryReader
    success: int
    is_read: bool


class _Endpoints(dict[str, _Endpoint]):
    """The endpoints by operationId, each worked out when it is first asked for."""

    def __init__(self, document: Document, answers: Mapping[str, Answer]) -> None:
        super().__init__()
        self._document = document
        self._answers = answers

    def __missing__(self, id_: str) -> _Endpoint:
        operation = self._document.operations[id_]
        self[id_] = _Endpoint(
            handler=self._answers[id_].handler,
            query=QueryReader(self._document, operation),
            success=operation.success,
            is_read=operation.method == "GET" and operation.request_schema is None,
        )
        return self[id_]


class Snapshot(NamedTuple):
    """A double as it was, with everything that a test can touch."""

    at: datetime
    """When, by the double's clock."""
    store: StoreSnapshot | None
    """None for the data set that it began with."""
    chance: Any
    clock: ClockSnapshot
    limits: Any
    faults: tuple[Armed, ...]
    journal: JournalSnapshot
    webhooks: OutboxSnapshot


class Double:
    """A stand-in for the API: a document, a data set, keys, a clock and a seed.

    `rate_limit` is how many requests a minute every bucket holds: None for the vendor's limits, 0 for none at all.
    `keys` defaults to the one documented key with every role. `faults` strike in that order. Raises
    DocumentError for a document that can't be served.
    """

    def __init__(
        self,
        document: Document,
        dataset: Dataset,
        *,
        keys: Iterable[ApiKey] = (),
        clock: Clock | None = None,
        seed: int = 0,
        rate_limit: int | None = None,
        faults: Iterable[ArmedFault] = (),
    ) -> None:
        self.document = document
        self.clock = clock or Clock()
        self.store = Store(dataset, self.clock, seed=seed)
        self.keys = {key.token: key for key in keys or [ApiKey(DEFAULT_TOKEN)]}
        self.faults = Faults(faults)
        self.webhooks = Webhooks(self.store, seed=seed)
        self._limits = None if rate_limit == 0 else RateLimits(rate_limit)
        self._token = token_reader(document)
        self._router = Router(document.operations.values())
        self._endpoints = _Endpoints(document, answers(document, seed=seed))
        self.journal = Journal(self.redaction, operations=document.operations)
        self._kept = KeptAnswers(self.store)
        self.lock = RLock()
        """Held while a request is answered: whoever else looks at the state, or changes it, holds it too."""
        self._start = self._snapshot(None)

    @property
    def api_key(self) -> str:
        """The first of its keys."""
        return next(iter(self.keys))

    def answer(self, request: Request) -> Reply:
        """The reply to a request. Never raises: what goes wrong inside is the envelope of a 500, and logged."""
        started = time.monotonic()
        with self.lock:
            now = self.clock.now()
            operation, arguments = self._router.match(request.method, request.path) or (None, {})
            if operation is None:
                # Routing comes before authentication, and has no body (behaviour.md#routing-before-auth).
                reply, request_id = Reply(404), None
            else:
                reply, request_id = self._answer_unless_struck(request, now, operation, arguments)
            number = self.journal.count + 1
            self.journal.add(Exchange(number, now, started, request, reply, operation, arguments, request_id))
        if reply.delivery is None:
            reply.ended = time.monotonic()
        return reply

    def redaction(self, *more: str) -> Redaction:
        """What may be shown of its exchanges now: none of its keys and webhook secrets, and no more secrets."""
        schemes = self.document.raw.get("components", {}).get("securitySchemes", {}).values()
        headers = [str(scheme["name"]) for scheme in schemes if scheme.get("in") == "header"]
        secrets = [endpoint.secret for endpoint in self.webhooks.endpoints()]
        return Redaction([*self.keys, *secrets, *more], headers)

    def snapshot(self) -> Snapshot:
        """The double as it is, to come back to."""
        with self.lock:
            return self._snapshot(self.store.snapshot())

    def _snapshot(self, store: StoreSnapshot | None) -> Snapshot:
        return Snapshot(
            self.clock.now(),
            store,
            self.store.random.getstate(),
            self.clock.snapshot(),
            None if self._limits is None else self._limits.snapshot(),
            self.faults.snapshot(),
            self.journal.snapshot(),
            self.webhooks.snapshot(),
        )

    def begin_here(self) -> None:
        """Let this be how it began: `reset` will come back here."""
        self._start = self.snapshot()

    def reset(self) -> None:
        """Go back to how it began."""
        self.rollback(self._start)

    def rollback(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this double, as often as one likes."""
        with self.lock:
            self.webhooks.stop()  # so that a clock which moves on makes nothing due that is to be forgotten
            if snapshot.store is None:
                self.store.reset()
            else:
                self.store.restore(snapshot.store)
            self.store.random.setstate(snapshot.chance)
            self.clock.restore(snapshot.clock)
            if self._limits is not None:
                self._limits.restore(snapshot.limits)
            self.faults.restore(snapshot.faults)
            self.journal.restore(snapshot.journal)
            self.webhooks.restore(snapshot.webhooks)

    def _answer_unless_struck(
        self, request: Request, now: datetime, operation: Operation, path: Mapping[str, str]
    ) -> tuple[Reply, str | None]:
        # A request that isn't let in is not counted: a fault waits for one that would have been answered.
        is_let_in = operation.public or (self.faults and self._token(request) in self.keys)
        fault = self.faults.take(operation.id) if is_let_in else None
        if fault is None:
            return self._answer(request, now, operation, path)
        instead = fault.reply()
        answered = (instead, None) if instead else self._answer(request, now, operation, path, fault)
        reply = spoiled(answered[0], fault.kind, self.document, operation)
        reply.delivery, reply.fault = fault.delivery(), str(fault)
        return reply, answered[1]

    def _answer(
        self,
        request: Request,
        now: datetime,
        operation: Operation,
        path: Mapping[str, str],
        fault: ArmedFault | None = None,
    ) -> tuple[Reply, str | None]:
        """The reply to a request for that operation, and the request id in its error envelope."""
        endpoint = self._endpoints[operation.id]
        headers: list[tuple[str, str]] = [_JSON]
        notes: list[str] = []
        try:
            key = _NOBODY if operation.public else authenticate(self._token(request), self.keys)
            if fault is not None:
                fault.refuse(key, now)
            if not operation.public:
                self._admit(key, now, operation, headers)
            kept = self._kept.find(request, key) if endpoint.is_read else None
            if kept is not None:
                notes += kept.notes
                return self._reply(request, endpoint.success, kept.content, headers, notes), None
            query = endpoint.query.read(request.query, notes)
            body = read_body(self.document, operation, request.body)
            call = Call(
                document=self.document,
                operation=operation,
                key=key,
                path=path,
                query=query,
                body=body.content,
                nulls=body.nulls,
                base_url=request.base_url,
                notes=notes,
            )
            content = endpoint.handler(self.store, call)
            if endpoint.is_read and isinstance(content, bytes):
                self._kept.keep(request, key, content, notes)
        except Problem as problem:
            return self._refused(request, problem, headers, notes)
        except Exception:
            log.exception("%s %s", request.method, self.redaction().text(request.path))
            failure = Problem(500, Fault("internal", "Something went wrong"))
            return self._refused(request, failure, headers, notes)
        return self._reply(request, endpoint.success, content, headers, notes), None

    def _admit(
        self, key: ApiKey, now: datetime, operation: Operation, headers: list[tuple[str, str]]
    ) -> None:
        """Let a request in: `headers` gets those of the key's limits. Raises the Problem."""
        if self._limits is not None:
            headers += self._limits.take(key, operation.id, now)
        for scope in operation.scopes:
            if not key.grants(scope):
                raise missing_scope(scope)

    def _refused(
        self, request: Request, problem: Problem, headers: list[tuple[str, str]], notes: list[str]
    ) -> tuple[Reply, str]:
        # Eight characters of base64url, as in live answers (behaviour.md#request-id-short).
        request_id = base64.urlsafe_b64encode(self.store.random.randbytes(6)).decode()
        headers += problem.headers
        return self._reply(request, problem.status, problem.envelope(request_id), headers, notes), request_id

    def _reply(
        self,
        request: Request,
        status: int,
        content: Mapping[str, Any] | bytes | None,
        headers: list[tuple[str, str]],
        notes: list[str],
    ) -> Reply:
        if notes:
            text = _printable("; ".join(notes))
            headers.append((NOTE_HEADER, text))
            if log.isEnabledFor(logging.INFO):
                log.info("%s %s: %s", request.method, *map(self.redaction().text, (request.path, text)))
        if content is None:
            return Reply(status, b"", tuple(headers[1:]))
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        return Reply(status, body, tuple(headers))


def _printable(text: str) -> str:
    """The text as a header value: ASCII, on one line, of bounded length."""
    return quote(text[:_NOTE_LIMIT], safe=_NOTE_CHARACTERS)
