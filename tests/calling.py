"""Calling a double in process, every single answer held against its document."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from incident_double.fixtures import EPOCH
from incident_double.mock_server import DEFAULT_TOKEN, Clock, Double, Request
from incident_double.openapi import Operation

Query = Mapping[str, Any] | Iterable[tuple[str, Any]] | str


class StoppedClock(Clock):
    """A clock that stands at the moment of the data set until a test moves it."""

    def __init__(self, moment: datetime = EPOCH) -> None:
        super().__init__(moment)
        self.freeze(moment)


@dataclass(frozen=True)
class Answer:
    """A reply, read."""

    status: int
    headers: Mapping[str, str]
    body: Any
    """The decoded JSON; None for an empty body."""

    @property
    def note(self) -> str:
        """What the double says it ignored."""
        return self.headers.get("incident-double-note", "")

    @property
    def error(self) -> Any:
        """The one entry of an error envelope."""
        (entry,) = self.body["errors"]
        return entry


class Caller:
    """Calls a double in process, and holds every single answer against the document."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self._paths = [
            (re.compile(re.sub(r"\\{[^{}]*\\}", "[^/]+", re.escape(operation.path))), operation)
            for operation in sorted(double.document.operations.values(), key=lambda each: "{" in each.path)
        ]

    def __call__(
        self,
        method: str,
        path: str,
        query: Query = "",
        body: Any = None,
        *,
        key: str | None = DEFAULT_TOKEN,
        raw: bytes | None = b"",
    ) -> Answer:
        """Send `body` as JSON, or the bytes of `raw`; `key` None goes without an Authorization header."""
        return self.send(
            Request(
                method=method,
                path=quote(path, safe="/%"),
                query=query if isinstance(query, str) else urlencode(_pairs(query), doseq=True),
                authorization=None if key is None else f"Bearer {key}",
                body=raw if body is None else json.dumps(body).encode(),
            )
        )

    def get(self, path: str, query: Query = "", *, key: str | None = DEFAULT_TOKEN) -> Any:
        """The body of a GET that is answered with 200."""
        answer = self("GET", path, query, key=key)
        assert answer.status == 200, answer
        return answer.body

    def send(self, request: Request) -> Answer:
        """Send any request at all."""
        reply = self.double.answer(request)
        headers = dict(reply.headers)
        assert len(headers) == len(reply.headers), "a header twice"
        answer = Answer(reply.status, headers, json.loads(reply.body) if reply.body else None)
        self._check(self._operation(request.method, request.path), answer)
        return answer

    def _operation(self, method: str, path: str) -> Operation | None:
        fitting = [each for pattern, each in self._paths if pattern.fullmatch(path) and each.method == method]
        return fitting[0] if fitting else None

    def _check(self, operation: Operation | None, answer: Answer) -> None:
        if operation is None:
            assert (answer.status, answer.headers, answer.body) == (404, {}, None)
            return
        assert answer.status in operation.responses, f"{operation.id} doesn't declare {answer.status}"
        assert answer.status != 500, answer.body
        schema = operation.responses[answer.status]
        if schema is None:
            assert answer.body is None
            assert "content-type" not in answer.headers
            return
        assert answer.headers["content-type"] == "application/json"
        if schema.get("format") == "binary":
            return  # bytes, whatever they say
        wrong = [
            f"{error.instance_path}: {error.message[:200]}"
            for error in self.double.document.validator(schema).iter_errors(answer.body)
        ]
        assert wrong == [], f"{operation.id} {answer.status}"
        if answer.status >= 400:
            assert answer.body["status"] == answer.status
            assert answer.body["errors"]
            assert re.fullmatch(r"[A-Za-z0-9_-]{8}", answer.body["request_id"])


def _pairs(query: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return list(query.items()) if isinstance(query, Mapping) else list(query)
