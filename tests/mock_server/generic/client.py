"""Calling any double by operation, with arguments made from its document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from incident_double.fixtures.schema.samples import Sampler
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.mock_server.generic.recognising.paths import parameters
from incident_double.openapi import Parameter, Schema


@dataclass(frozen=True)
class Answer:
    """A reply, read."""

    status: int
    body: Any
    """The decoded JSON; None for an empty body."""
    notes: str = ""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Client:
    """Calls a double in process. No answer may be a 5xx, and every 2xx has to be valid against the document."""

    double: Double
    headers: Mapping[str, str] = field(default_factory=dict)
    """How it shows its key; as a bearer token when there are none."""
    key_query: str = ""

    def __post_init__(self) -> None:
        self.document = self.double.document
        self.operations = self.document.operations
        self._sampler = Sampler(self.document)

    def __call__(
        self,
        id_: str,
        *values: object,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        raw: bytes = b"",
    ) -> Answer:
        """Call an operation by its id, with the values of its path in order. None in a body is sent as null."""
        operation = self.operations[id_]
        path = operation.path
        for name, value in zip(parameters(path), values, strict=True):
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""), 1)
        return self.send(operation.method, path, urlencode(_flat(query or {})), body, raw=raw)

    def send(self, method: str, path: str, query: str = "", body: Any = None, *, raw: bytes = b"") -> Answer:
        """Send any request at all; `raw` goes out when there is no `body`."""
        request = Request(
            method=method,
            path=path,
            query="&".join(each for each in (query, self.key_query) if each),
            authorization=self.headers.get("authorization")
            if self.headers or self.key_query
            else f"Bearer {DEFAULT_TOKEN}",
            body=json.dumps(body).encode() if body is not None else raw,
            headers=self.headers,
        )
        reply = self.double.answer(request)
        content = json.loads(reply.body) if reply.body else None
        assert reply.status < 500, f"{method} {path}?{query}: {content}"
        answer = Answer(reply.status, content, dict(reply.headers).get("incident-double-note", ""))
        if answer.is_success:
            self._check(method, path, answer)
        return answer

    def _check(self, method: str, path: str, answer: Answer) -> None:
        matched = self.double.pipeline.router.match(method, path)
        assert matched is not None
        operation = matched[0]
        schema = operation.responses.get(answer.status)
        assert answer.status in operation.responses or not operation.responses, operation.id
        if schema is None:
            assert answer.body is None, operation.id
        elif not is_binary(self.document.resolve(schema)):
            errors = self.document.validator(schema).iter_errors(answer.body)
            wrong = [f"{error.instance_path}: {error.message[:200]}" for error in errors]
            assert wrong == [], f"{operation.id} {answer.status}"

    def payload(self, id_: str, place: str, *, complete: bool = True, **given: Any) -> Any:
        """A body that the document permits, another one for another place, with what is given in it."""
        schema = self.operations[id_].request_schema
        if schema is None:
            return None
        sampled = self._sampler.sample(schema, id_, place, complete=complete)
        return {**sampled, **given} if isinstance(sampled, dict) else sampled

    def query(self, id_: str) -> dict[str, Any]:
        """The query parameters that an operation must have."""
        return {
            each.name: self._value(each)
            for each in self.operations[id_].parameters
            if each.location == "query" and each.required
        }

    def _value(self, parameter: Parameter) -> Any:
        return self._sampler.sample(parameter.schema, parameter.name)


def is_binary(schema: Schema) -> bool:
    """Whether a body of that schema is any bytes at all, which is how OpenAPI 3.0 declares a file.

    The vendor declares its document so, under `application/json`: what comes is an object, and not a JSON string.
    """
    return schema.get("type") == "string" and schema.get("format") == "binary"


def example_of(node: Mapping[str, Any]) -> Any:
    """The example that a document gives for a parameter or a body; None when it gives none."""
    if "example" in node:
        return node["example"]
    examples = node.get("examples")
    return (
        next((each["value"] for each in examples.values()), None) if isinstance(examples, Mapping) else None
    )


def _flat(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The pairs of a query: a list is repeated, an object becomes brackets."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if isinstance(value, Mapping):
            pairs += [(f"{name}{_bracketed(inner)}", text) for inner, text in _flat(value)]
        else:
            values = value if isinstance(value, list) else [value]
            pairs += [(name, each if isinstance(each, str) else json.dumps(each)) for each in values]
    return pairs


def _bracketed(inner: str) -> str:
    name, bracket, rest = inner.partition("[")
    return f"[{name}]{bracket}{rest}"
