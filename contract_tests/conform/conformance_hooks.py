"""Where the real API does otherwise than its document says: what Schemathesis reports, and nobody should mend.

Schemathesis loads this (see conformance.toml). No check is switched off. An excuse looks at one answer, and holds only
for what `docs/behaviour.md` gives a reason for; the check goes on failing for every other answer, of that operation
too.
"""

import copy
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import orjson
import schemathesis
from schemathesis import Case, HookContext, Response

from ...openapi import Document, Json, Operation, Schema
from ..wire.counterexamples import server_exchange
from .business_rules import BUSINESS_RULES, KINDS

FAILURES = "INCIDENT_DOUBLE_FAILURES"
"""The environment variable that names the file where failures are kept."""
PARAGRAPH = "\n\n"


class CheckedExchange(NamedTuple):
    """A request and its answer, with the operation that was called."""

    document: Document
    operation: Operation
    response: Response


class Excuse(NamedTuple):
    """Failures of one kind that are the real API's way."""

    code: str
    """Schemathesis's name for the kind: `st explain CODE`."""
    reason: str
    applies: Callable[[CheckedExchange], bool]
    """Whether this answer is one that the reason speaks of."""


def is_empty_404(exchange: CheckedExchange) -> bool:
    """Say whether the answer is an empty 404."""
    return exchange.response.status_code == 404 and not exchange.response.content


def names_a_business_rule(exchange: CheckedExchange) -> bool:
    """Say whether the answer is a 422, or a 412, that blames nothing but fields for which the operation has rules."""
    if exchange.response.status_code not in (412, 422):
        return False
    sources = [error.get("source", {}) for error in exchange.response.json()["errors"]]
    blamed = {_plain(source.get("field") or source.get("pointer", "")) for source in sources}
    rules = BUSINESS_RULES.get(exchange.operation.id)
    return all(KINDS.fullmatch(field) for field in blamed) if rules is None else blamed <= rules


def _plain(field: str) -> str:
    """A dotted path without the numbers of list items, the ids of nested filters and the keys of free maps."""
    plain = re.sub(r"\.\d+|\[.*\]", "", field, flags=re.DOTALL)
    return re.sub(r"(attribute_values)\..*", r"\1", plain, flags=re.DOTALL)


def is_declared_as_bytes(exchange: CheckedExchange) -> bool:
    """Say whether the document says of the answer only that it is bytes."""
    schema = exchange.operation.responses.get(exchange.response.status_code)
    return schema is not None and schema.get("format") == "binary"


def is_valid_as_understood(exchange: CheckedExchange) -> bool:
    """Say whether the request is valid without its nulls, and without the query parameters that are ignored."""
    request = exchange.response.request
    query_is_valid = _query_is_valid(exchange.document, exchange.operation, str(request.url))
    return query_is_valid and _body_is_valid(exchange.document, exchange.operation, request.body)


def _query_is_valid(document: Document, operation: Operation, url: str) -> bool:
    sent = dict(reversed(parse_qsl(urlsplit(url).query)))  # the first of each name counts, unless it is empty
    declared = [each for each in operation.parameters if each.location == "query" and each.style == "form"]
    return all(
        _fits(document, each.schema, sent[each.name]) if each.name in sent else not each.required
        for each in declared
    )


def _fits(document: Document, schema: Schema, text: str) -> bool:
    kind = document.resolve(schema).get("type")
    value: Any = [text] if kind == "array" else text
    if kind == "integer" and re.fullmatch("-?[0-9]+", text):
        value = int(text)
    if kind == "boolean" and text in ("true", "false"):
        value = text == "true"
    return document.validator(schema).is_valid(value)


def _body_is_valid(document: Document, operation: Operation, body: Any) -> bool:
    if operation.request_schema is None:
        return True
    try:
        content = orjson.loads(body or b"")
    except orjson.JSONDecodeError:
        return False
    return document.validator(operation.request_schema).is_valid(_without_nulls(content))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


EXCUSES = (
    Excuse(
        "ST204",
        "A verb that a path doesn't have is an empty 404, not a 405 (behaviour.md#routing-before-auth).",
        is_empty_404,
    ),
    Excuse(
        "ST202",
        "No schema states what is unique, in use, or refers to nothing, nor which operators and dates a filter takes "
        "(behaviour.md#filter-dates, behaviour.md#in-use-delete, behaviour.md#unknown-reference-refused).",
        names_a_business_rule,
    ),
    Excuse(
        "ST201",
        "Query parameters that are unknown, empty or in a wrong filter syntax are ignored "
        "(behaviour.md#unknown-parameter-ignored, behaviour.md#empty-parameter-ignored, "
        "behaviour.md#filter-wrong-syntax-ignored); "
        "null in a body is the same as absence (behaviour.md#null-in-edit).",
        is_valid_as_understood,
    ),
    Excuse(
        "ST108",
        "The operation that answers with the document itself is declared as bytes, whatever they say.",
        is_declared_as_bytes,
    ),
)

_tested: list[tuple[Document, Mapping[tuple[str, str], Operation]]] = []


@schemathesis.hook
def before_load_schema(_: HookContext, raw_schema: dict[str, Any]) -> None:
    """Keep the document that is being tested."""
    document = Document(copy.deepcopy(raw_schema))
    operations = {(each.method, each.path): each for each in document.operations.values()}
    _tested.append((document, operations))


@schemathesis.hook
def filter_failure(_: HookContext, failure: Any, case: Case[Any], response: Response) -> bool:
    """Say whether a failure counts: it does unless there is an excuse for it."""
    document, operations = _tested[-1]
    operation = operations[case.operation.method.upper(), case.operation.path]
    exchange = CheckedExchange(document, operation, response)
    if any(excuse.code == failure.code and excuse.applies(exchange) for excuse in EXCUSES):
        return False
    if FAILURES in os.environ:
        with Path(os.environ[FAILURES]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(_failure_as_json(failure, exchange)) + "\n")
    return True


def _failure_as_json(failure: Any, exchange: CheckedExchange) -> Mapping[str, Json]:
    request, response = exchange.response.request, exchange.response
    steps = getattr(failure, "instance_path", None)
    body: Any = request.body.encode() if isinstance(request.body, str) else request.body
    return {
        "title": failure.title,
        "message": " ".join(f"{failure.title}: {failure.message.strip().partition(PARAGRAPH)[0]}".split()),
        "operation": exchange.operation.id,
        "pointer": "".join(f"/{step}" for step in steps) if steps else None,
        "exchange": server_exchange(
            str(request.method), str(request.url), body or b"", response.status_code, response.content or b""
        ),
    }
