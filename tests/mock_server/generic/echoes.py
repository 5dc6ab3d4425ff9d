"""What has to come back of what was sent: each property that both sides have, and nothing that nobody sent.

The two schemas alone are read here, without anything that the double knows of them.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from incident_double.openapi import Document, Schema

_STAMPS = ("created_at", "updated_at")


class Echoes:
    """Compares what was sent with what is shown, by the schemas of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def disagreements(
        self, sent: Any, shown: Any, sent_as: Schema, shown_as: Schema, place: str = ""
    ) -> list[str]:
        """Where something sent is missing or other than it was, and where something was made up."""
        return list(self._disagreements(sent, shown, sent_as, shown_as, place))

    def _disagreements(
        self, sent: Any, shown: Any, sent_as: Schema, shown_as: Schema, place: str
    ) -> Iterator[str]:
        if isinstance(sent, Mapping) and isinstance(shown, Mapping):
            yield from self._objects(sent, shown, sent_as, shown_as, place)
        elif isinstance(sent, list) and isinstance(shown, list):
            if len(sent) != len(shown):
                yield f"{place}: {len(sent)} sent, {len(shown)} shown"
            for number, (one, other) in enumerate(zip(sent, shown, strict=False)):
                yield from self._disagreements(
                    one,
                    other,
                    self._part(sent_as, "items"),
                    self._part(shown_as, "items"),
                    f"{place}.{number}",
                )
        elif isinstance(shown, Mapping):
            if sent not in shown.values():
                yield f"{place}: {sent!r} isn't in {shown}"
        elif sent != shown and _read(sent) != _read(shown):
            yield f"{place}: {sent!r} sent, {shown!r} shown"

    def _objects(
        self, sent: Mapping[str, Any], shown: Mapping[str, Any], sent_as: Schema, shown_as: Schema, place: str
    ) -> Iterator[str]:
        declared, known = self._properties(shown_as), self._properties(sent_as)
        for name, value in sent.items():
            if declared and name not in declared:
                embedded = shown.get(name.removesuffix("_id")) if name.endswith("_id") else None
                if isinstance(embedded, Mapping) and embedded.get("id") != value:
                    yield f"{place}.{name}: {value!r} sent, {embedded} shown"
            elif name not in shown:
                yield f"{place}.{name}: {value!r} sent, nothing shown"
            else:
                one = known.get(name, self._part(sent_as, "additionalProperties"))
                other = declared.get(name, self._part(shown_as, "additionalProperties"))
                yield from self._disagreements(value, shown[name], one, other, f"{place}.{name}")
        if "id" not in sent:  # a reference is shown with what its own resource knows
            yield from self._made_up(sent, shown, known, shown_as, place)

    def _made_up(
        self,
        sent: Mapping[str, Any],
        shown: Mapping[str, Any],
        known: Mapping[str, Any],
        shown_as: Schema,
        place: str,
    ) -> Iterator[str]:
        required, declared = self._document.resolve(shown_as).get("required", ()), self._properties(shown_as)
        for name, value in shown.items():
            if name in sent or name in required or name in _STAMPS:
                continue
            if not declared:
                yield f"{place}.{name}: a key that nobody sent"
            elif name in known and self._document.resolve(declared[name]).get("default") != value:
                yield f"{place}.{name}: {value!r} made up"

    def _properties(self, schema: Schema) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._document.resolve(schema).get("properties", {})
        return found

    def _part(self, schema: Schema, keyword: str) -> Schema:
        part = self._document.resolve(schema).get(keyword)
        return part if isinstance(part, Mapping) else {}


def _read(value: Any) -> Any:
    """The JSON in a text, since rich text is written anew; else the value."""
    try:
        return json.loads(value) if isinstance(value, str) and value.startswith("{") else value
    except ValueError:
        return value
