"""What an object has to show although nobody sent it: what follows from the rest, the default, the emptiest value.

What needn't be shown isn't, unless the document gives it a default.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ....fixtures.domain.names import dashboard
from ....openapi import Schema, rfc3339
from .fitting import MISSING, Fitter
from .setting import Setting

Compose = Callable[[Schema, Mapping[str, Any], Setting], dict[str, Any]]
"""Composes an object of what is known of it."""
_NEXT = frozenset({"rank", "order", "position", "sort_key"})
_LABELS = re.compile("(.*_)?(label|title|name)")
_MADE_UP = re.compile("(^|_)(id|ids|key|token|code|secret|path|phone|number|slug)$", re.IGNORECASE)
"""Names of texts that only the API has, and that are never empty."""
_NAMING = ("value", "reference", "key", "name", "literal", "slug", "id")
"""Properties whose text says what an object is."""
_MANAGERS = {"incident.io/is-managed-externally": "external", "incident.io/terraform/version": "terraform"}
"""Who manages what bears an annotation, the first that it bears (behaviour.md#managed-resources-managed-by)."""


class Lacking:
    """Finds what objects of one document's schemas lack."""

    def __init__(self, fitter: Fitter) -> None:
        self._fitter = fitter

    def of(
        self,
        schema: Schema,
        shown: Mapping[str, Any],
        before: Mapping[str, Any],
        settable: set[str],
        compose: Compose,
        setting: Setting,
    ) -> dict[str, Any]:
        """Give the properties to add to what an object shows. `settable` could have been sent."""
        required, found = self._fitter.required(schema), dict[str, Any]()
        for name, each in self._fitter.properties(schema).items():
            if name in shown:
                continue
            if name not in required:
                default = self._fitter.default(each)
                if default is not MISSING and name in settable:
                    found[name] = default
                continue
            kept = before.get(name, MISSING) if name in _NEXT else MISSING
            candidates = self._candidates(name, each, {**shown, **found}, settable, compose, setting)
            found[name] = next(
                value
                for value in _chain(kept, candidates)
                if value is not MISSING and self._fitter.permits(each, value)
            )
        return found

    def _candidates(
        self,
        name: str,
        schema: Schema,
        shown: Mapping[str, Any],
        settable: set[str],
        compose: Compose,
        setting: Setting,
    ) -> Iterator[Any]:
        """Values for a property that has to be there, the best first; the last one fits for certain."""
        part = setting.at(name)
        yield from _computed(name, shown, setting)
        yield self._fitter.default(schema)
        if name in settable:
            yield None  # where the document has a null
        match self._fitter.kind(schema):
            case "object":
                yield from _said_by_parts(name, shown)
                yield from self._objects(schema, compose, part)
            case "array":
                yield []
            case "boolean":
                yield False
            case "integer" | "number":
                yield _number(name, setting)
                yield 0
            case "string":
                yield from self._texts(name, schema, shown, settable, setting)
        yield self._fitter.sampler.sample(schema, *part.place, complete=False)

    def _objects(self, schema: Schema, compose: Compose, setting: Setting) -> Iterator[Any]:
        properties = self._fitter.properties(schema)
        if not properties:
            yield {}
            return
        if "api_key" in properties:  # an actor: whoever asks
            key = setting.call.key
            yield compose(schema, {"api_key": {"id": key.id, "name": key.name}}, setting)
        if {"annotations", "managed_by"} <= properties.keys():
            yield compose(schema, {"annotations": setting.annotations}, setting)
        yield compose(schema, {}, setting)

    def _texts(
        self, name: str, schema: Schema, shown: Mapping[str, Any], settable: set[str], setting: Setting
    ) -> Iterator[Any]:
        values = self._fitter.values_of(schema)
        if values:
            yield values[0]
            return
        if _LABELS.fullmatch(name) and (label := _label(shown)):
            yield label
        if self._fitter.format(schema) == "date-time":
            yield rfc3339.written(setting.now)
        yield from _addresses(name, setting)
        if name in settable or not _MADE_UP.search(name):
            yield ""


def _computed(name: str, shown: Mapping[str, Any], setting: Setting) -> Iterator[Any]:
    """What follows from the rest of an object."""
    if name == "managed_by":
        yield next((who for mark, who in _MANAGERS.items() if mark in setting.annotations), "dashboard")
    if name == "is_editable":
        yield not any(mark.startswith("incident.io/") for mark in setting.annotations)
    listed = shown.get(f"{name.removesuffix('_count')}s") if name.endswith("_count") else None
    if isinstance(listed, list):
        yield len(listed)


def _said_by_parts(name: str, shown: Mapping[str, Any]) -> Iterator[Any]:
    """What the parts of an object say under the same name: an expression returns what its last operation does."""
    for each in reversed(list(shown.values())):
        last = each[-1] if isinstance(each, list) and each else each
        if isinstance(last, Mapping) and isinstance(last.get(name), Mapping):
            yield last[name]


def _addresses(name: str, setting: Setting) -> Iterator[str]:
    """Where something is found, or whose it is, which only the API knows."""
    if name == "slack_team_id":
        yield setting.store.slack_team_id
    if name.endswith(("url", "link")):
        yield dashboard(setting.store.slug, *setting.place[:2])
    if name.startswith("email"):
        yield f"{setting.place[1].lower()}@example.com"


def _number(name: str, setting: Setting) -> int:
    """The number of something new: behind all others, or the first of its versions."""
    if name == "version":
        return 1
    if name not in _NEXT:
        return 0
    ranks = [row[name] for row in setting.siblings if isinstance(row.get(name), int)]
    return max(ranks, default=0) + 1


def _label(shown: Mapping[str, Any]) -> str:
    """What to call an object, going by what distinguishes it: `incident.severity` is `Incident severity`."""
    text = next((shown[each] for each in _NAMING if isinstance(shown.get(each), str) and shown[each]), "")
    words = re.sub(r"[._-]+", " ", text) if re.fullmatch(r"[a-z0-9_.-]+", text) else text
    return f"{words[:1].upper()}{words[1:]}"


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
