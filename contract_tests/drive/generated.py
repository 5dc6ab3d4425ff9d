"""Calls that Schemathesis generates from the document: valid ones only, the same for the same seed."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode

from ...fixtures.domain.identifiers import NOBODYS_ID
from ...mock_server.pipeline.dispatch import answers
from ...openapi import Document, Json, Operation
from .talk import Talk, ids

_PAGING = ("after", "page_size")
_COLLECTIONS = {"Follow-ups": "follow_ups"}
"""Where a resource's collection isn't called as the resource is."""


def make_generated_calls(talk: Talk, *, number: int, seed: int) -> None:
    """Make up to `number` generated calls of each operation that the double knows and the client has."""
    for operation, cases in _generate(talk.document, number, seed):
        path, made = _path(talk, operation), list[object]()
        for case in cases:
            asked = _query(talk, operation, case), _body(operation, case)
            if asked in made:
                continue  # a call of our own, made again, would look like the client's second try
            made.append(asked)
            talk.call(operation.id, path, *asked)
            if not talk.count(operation.id):
                break  # it couldn't make the first, nor will it the others


def _generate(document: Document, number: int, seed: int) -> Iterator[tuple[Operation, list[Case[Any]]]]:
    schema = schemathesis.openapi.from_dict(_closed(document.raw))
    for operation in _asked_for(document):
        # A deletion would take away what the other calls are about; what is deprecated is nobody's to call.
        if operation.method != "DELETE" and not operation.deprecated:
            described = schema[operation.path][operation.method]
            strategy = described.as_strategy(generation_mode=GenerationMode.POSITIVE)
            yield operation, _drawn(strategy, number, seed)


def _asked_for(document: Document) -> list[Operation]:
    """The operations that the double answers as the real API does, or all where it knows of none.

    Of the others it knows no more than the document says, which the client knows as well.
    """
    found = answers(document)
    own = [each for each in document.operations.values() if found[each.id].how == "behaviour"]
    return own or list(document.operations.values())


def _drawn(strategy: SearchStrategy[Case[Any]], number: int, seed: int) -> list[Case[Any]]:
    cases: list[Case[Any]] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(case: Case[Any]) -> None:
        cases.append(case)

    draw()
    return cases


def _closed(raw: Mapping[str, Json]) -> Any:
    """The document with nothing permitted beyond what it names: the API would ignore it.

    See behaviour.md#unknown-property-ignored.
    """
    closed = copy.deepcopy(dict(raw))
    waiting: list[Json] = [closed]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict) and node.get("type") == "object":
                node.setdefault("additionalProperties", False)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return closed


def _path(talk: Talk, operation: Operation) -> Mapping[str, str]:
    """The id of something that there is, since generated ones would all be answered with 404."""
    names = [each.name for each in operation.parameters if each.location == "path"]
    resource = operation.id.partition("#")[0].rpartition(" ")[0]
    rows = talk.dataset.collections.get(_COLLECTIONS.get(resource, resource.lower().replace(" ", "_")), ())
    return {name: ids(rows)[-1] if rows else NOBODYS_ID for name in names}


def _query(talk: Talk, operation: Operation, case: Case[Any]) -> Mapping[str, Json]:
    """Incidents and fields that there are; no filters, whose values no schema states, and nothing that is empty."""
    declared = {each.name: each for each in operation.parameters if each.location == "query"}
    filters = {name for name, each in declared.items() if each.style == "deepObject"}
    needed = {name for name, each in declared.items() if each.required}
    query = case.query if isinstance(case.query, Mapping) else {}
    rows = talk.dataset.collections
    known = {
        "incident_id": ids(rows["incidents"])[0],
        "custom_field_id": ids(rows["custom_fields"])[0],
        "page_size": 25,
    }
    return {
        name: known.get(name, NOBODYS_ID if value == "" else value)
        for name, value in query.items()
        if name in needed or (name.partition("[")[0] not in filters and name not in _PAGING and value != "")
    }


def _body(operation: Operation, case: Case[Any]) -> Json:
    body = case.body
    return body if operation.request_schema is not None and isinstance(body, dict | list) else None
