"""What comes of a payload: every property that was sent, in the shape in which the answer's schema shows it.

The two schemas alone say how: a text stands for the object that it names, an id for the object that has it, a list for
what each of its items stands for. What wasn't sent isn't made up (see `lacking`).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ....openapi import Json, Schema
from ...request.call import Call
from ...store.store import Store
from ..recognising.paths import plain
from .fitting import MISSING, Fitter
from .lacking import Lacking
from .referring import References
from .setting import Setting

_KEYS = ("value", "reference", "key", "slug", "name", "id", "literal")
"""Properties by which a text stands for an object, the first that it has; an id stands for one by its `id`."""


class Composer:
    """Composes objects in the shapes of one document."""

    def __init__(self, fitter: Fitter, references: References, lacking: Lacking) -> None:
        self._fitter = fitter
        self._references = references
        self._lacking = lacking

    def composed(
        self,
        schema: Schema,
        sent: Mapping[str, Any],
        setting: Setting,
        *,
        payload: Schema | None = None,
        before: Mapping[str, Any] | None = None,
        keep: bool = False,
    ) -> dict[str, Any]:
        """Give the object that the schema shows of what was sent.

        `before` is what it was: what the `payload`'s schema can't set stays, and with `keep` whatever wasn't sent.
        A null takes away.
        """
        properties = self._fitter.properties(schema)
        before, payload = before or {}, payload or {}
        given = self._by_target(schema, sent)
        settable = {self._fitter.target(schema, name) for name in self._fitter.properties(payload)}
        result: dict[str, Any] = {}
        for name, each in properties.items():
            value = self._sent(each, name, given, payload, before, setting.at(name))
            stays = name in before and name not in given and (keep or name not in settable)
            if value is MISSING and stays:
                value = before[name]
            if value is not MISSING:
                result[name] = value
        result |= self._embedded(properties, result, setting)
        nested = {name: value for name, value in sent.items() if name not in properties}
        result |= self._nested(schema, nested, given, payload, setting)
        result |= self._lacking.of(schema, result, before, settable, self.composed, setting)
        return result

    def _by_target(self, schema: Schema, sent: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
        """What was sent, with its name, by the property that shows it; its own name goes first."""
        found = {self._fitter.target(schema, name): (name, value) for name, value in sent.items()}
        return found | {name: (name, sent[name]) for name in found if name in sent}

    def _sent(
        self,
        schema: Schema,
        name: str,
        given: Mapping[str, tuple[str, Any]],
        payload: Schema,
        before: Mapping[str, Any],
        setting: Setting,
    ) -> Any:
        sent_name, value = given.get(name, ("", None))
        if value is None:
            is_null = name in given and self._fitter.permits(schema, None)
            return None if is_null else MISSING
        part = self._fitter.property(payload, sent_name)
        if sent_name.endswith(("_id", "_ids")) and plain(sent_name) != plain(name):
            value = [{"id": each} for each in value] if isinstance(value, list) else {"id": value}
        return self.converted(schema, value, setting, payload=part, before=before.get(name))

    def converted(
        self, schema: Schema, value: Json, setting: Setting, *, payload: Schema, before: Json = None
    ) -> Any:
        """Give a value as the schema shows it; MISSING when it can't."""
        kind = self._fitter.kind(schema)
        if isinstance(value, str):
            value = _reserialised(value)
        if kind == "object" and self._fitter.properties(schema):
            return self._object(schema, value, setting, payload, before)
        if kind == "object" and isinstance(value, Mapping):
            return self._map(schema, value, setting, payload, before)
        if kind == "array" and isinstance(value, list):
            return self._list(schema, value, setting, payload, before)
        return self._fitter.fit(schema, value, *setting.place)

    def _object(self, schema: Schema, value: Json, setting: Setting, payload: Schema, before: Json) -> Any:
        if isinstance(value, str | int) and not isinstance(value, bool):
            key = next((each for each in _KEYS if each in self._fitter.properties(schema)), None)
            if key is None:
                return MISSING
            value = {key: value}
        if not isinstance(value, Mapping):
            return MISSING
        known = value
        if not setting.is_known:
            named = self._references.named(setting.store, setting.call, schema, setting.name, value)
            if named is not None:
                known = {**value, **{each: named[each] for each in named if each != "type"}}
                setting = replace(setting, is_known=True)
        earlier = before if isinstance(before, Mapping) else {}
        shown = self.composed(schema, known, setting, payload=payload, before=earlier)
        return (
            shown if self._fitter.permits(schema, shown) else self._fitter.fit(schema, value, *setting.place)
        )

    def _map(
        self, schema: Schema, value: Mapping[str, Any], setting: Setting, payload: Schema, before: Json
    ) -> Any:
        """Key by key, and no key is lost."""
        of, sent_of = self._fitter.values(schema), self._fitter.values(payload)
        earlier = before if isinstance(before, Mapping) else {}
        shown = {
            key: self.converted(of, each, setting.at(key), payload=sent_of, before=earlier.get(key))
            for key, each in value.items()
        }
        kept = {key: each for key, each in shown.items() if each is not MISSING}
        return kept if self._fitter.permits(schema, kept) else MISSING

    def _list(
        self, schema: Schema, value: list[Json], setting: Setting, payload: Schema, before: Json
    ) -> Any:
        of, sent_of = self._fitter.items(schema), self._fitter.items(payload)
        earlier = before if isinstance(before, list) else []
        shown = [
            self.converted(
                of,
                each,
                setting.at(str(number), name=setting.name),
                payload=sent_of,
                before=_counterpart(earlier, each, number),
            )
            for number, each in enumerate(value)
        ]
        kept = [each for each in shown if each is not MISSING]
        return kept if self._fitter.permits(schema, kept) else MISSING

    def _embedded(
        self, properties: Mapping[str, Schema], shown: Mapping[str, Any], setting: Setting
    ) -> dict[str, Any]:
        """What is shown beside its own id."""
        found: dict[str, Any] = {}
        for name, each in properties.items():
            id_ = shown.get(f"{name}_id")
            if name not in shown and isinstance(id_, str | int) and "id" in self._fitter.properties(each):
                part, value = setting.at(name), {"id": id_}
                if self._references.named(setting.store, setting.call, each, name, value) is not None:
                    found[name] = self.converted(each, value, part, payload={})
        return {name: value for name, value in found.items() if value is not MISSING}

    def _nested(
        self,
        schema: Schema,
        left: Mapping[str, Any],
        given: Mapping[str, tuple[str, Any]],
        payload: Schema,
        setting: Setting,
    ) -> dict[str, Any]:
        """What was sent flat and is shown one level down: a person's id, shown in the `user` of an actor."""
        properties = self._fitter.properties(schema)
        if not left or given.keys() & properties.keys():
            return {}
        for name, each in properties.items():
            if left.keys() <= self._fitter.properties(each).keys():
                part = setting.at(name)
                if self._references.named(setting.store, setting.call, each, name, left) is not None:
                    return {name: self.converted(each, dict(left), part, payload=payload)}
        return {}

    def shown(self, schema: Schema, row: Mapping[str, Any], setting: Setting) -> Json:
        """Give an object that is kept, as one operation shows it: with what it embeds as that is now."""
        properties = self._fitter.properties(schema)
        part = {name: value for name, value in row.items() if name in properties} if properties else dict(row)
        if not self._fitter.permits(schema, part):
            part = self.composed(schema, row, setting)
        if not self._fitter.permits(schema, part):
            return self._fitter.project(schema, row, *setting.place)
        return self.refreshed(schema, part, setting.store, setting.call)

    def refreshed(self, schema: Schema, value: Json, store: Store, call: Call) -> Any:
        """Give a value with what it embeds as that is now."""
        return self._references.refreshed(store, call, schema, value)


def _counterpart(before: list[Json], item: Json, number: int) -> Json:
    """What a list item was: the one of the same id, or the one in its place."""
    if isinstance(item, Mapping) and "id" in item:
        return next(
            (each for each in before if isinstance(each, Mapping) and each.get("id") == item["id"]), None
        )
    return before[number] if number < len(before) else None


def _reserialised(text: str) -> str:
    """Rich text, which is JSON in a string, with its keys sorted, as the real API gives it back; else the text."""
    if not text.startswith("{"):
        return text
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(content, dict) or not {"type", "content"} <= content.keys():
        return text
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
