"""From a request to a reply: the double itself, without any server."""

import base64
import logging
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import orjson

from ..fixtures.dataset import Dataset
from ..openapi import Document
from .authentication import DEFAULT_TOKEN, ApiKey, authenticate
from .clock import Clock
from .credentials import token_reader
from .dispatch import answers
from .exchange import Call, Reply, Request
from .problem import Fault, Problem, missing_scope
from .rate_limits import RateLimits
from .routing import Router
from .store import Store
from .validation import query_readers, read_body

log = logging.getLogger("incident_double")

NOTE_HEADER = "incident-double-note"
_JSON = ("content-type", "application/json")
_NOTE_LIMIT = 1000
_NOTE_CHARACTERS = " !#$%&'()*+,-./:;<=>?@[]^_`{|}~\""


class Double:
    """A stand-in for the API: a document, a data set, keys, a clock and a seed.

    `rate_limit` is how many requests a minute every bucket holds: None for the vendor's limits, 0 for none at all.
    `keys` defaults to the one documented key with every role. Raises DocumentError for a document that can't be
    served.
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
    ) -> None:
        self.document = document
        self.clock = clock or Clock()
        self.store = Store(dataset, self.clock, seed=seed)
        self.keys = {key.token: key for key in keys or [ApiKey(DEFAULT_TOKEN)]}
        self._limits = None if rate_limit == 0 else RateLimits(self.clock, rate_limit)
        self._handlers = {id_: answer.handler for id_, answer in answers(document, seed=seed).items()}
        self._token = token_reader(document)
        self._router = Router(document.operations.values())
        self._queries = query_readers(document, document.operations.values())

    def answer(self, request: Request) -> Reply:
        """The reply to a request. Never raises: what goes wrong inside is the envelope of a 500, and logged."""
        matched = self._router.match(request.method, request.path)
        if matched is None:
            return Reply(404)  # routing comes before authentication, and has no body (BEHAVIOUR.md §1)
        operation, path = matched
        headers: list[tuple[str, str]] = [_JSON]
        notes: list[str] = []
        try:
            if operation.public:
                key = ApiKey("")
            else:
                key = authenticate(self._token(request), self.keys)
                if self._limits is not None:
                    headers += self._limits.take(key, operation.id)
                for scope in operation.scopes:
                    if not key.grants(scope):
                        raise missing_scope(scope)
            query = self._queries[operation.id].read(request.query, notes)
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
            content = self._handlers[operation.id](self.store, call)
        except Problem as problem:
            return self._refused(request, problem, headers, notes)
        except Exception:
            log.exception("%s %s", request.method, request.path)
            return self._refused(
                request, Problem(500, Fault("internal", "Something went wrong")), headers, notes
            )
        return self._reply(request, operation.success, content, headers, notes)

    def _refused(
        self, request: Request, problem: Problem, headers: list[tuple[str, str]], notes: list[str]
    ) -> Reply:
        headers += problem.headers
        return self._reply(request, problem.status, problem.envelope(self._request_id()), headers, notes)

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
            log.info("%s %s: %s", request.method, request.path, text)
        if content is None:
            return Reply(status, b"", tuple(headers[1:]))
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        return Reply(status, body, tuple(headers))

    def _request_id(self) -> str:
        # Eight characters of base64url, as in live answers (BEHAVIOUR.md §2).
        return base64.urlsafe_b64encode(self.store.random.randbytes(6)).decode()


def _printable(text: str) -> str:
    """The text as a header value: ASCII, on one line, of bounded length."""
    return quote(text[:_NOTE_LIMIT], safe=_NOTE_CHARACTERS)
