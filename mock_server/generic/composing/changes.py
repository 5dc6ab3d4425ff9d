"""What happens to a member besides what a payload says: moments are noted, and actions leave their mark."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ....openapi import Schema, rfc3339
from ..recognising.paths import plain
from .fitting import NAMES, Fitter
from .versions import following

_CREATED = re.compile("(date|time)?(created|creation)(at|on|date|time)?")
_CHANGED = re.compile("(date|time)?(last)?(updated|modified|changed)(at|on|date|time)?")
_STATE = re.compile(r"(^|_)(status|state)$|(Status|State)$")
_OPPOSITES = {"disable": "enable", "deactivate": "activate", "close": "open", "reopen": "close"}
_SETTING = ("set", "update", "edit", "change", "replace")
_MOMENT = re.compile(r"(_at|_on|At|On|_time|Time|_date|Date)$")


def stamped(
    fitter: Fitter, schema: Schema, row: Mapping[str, Any], now: datetime, *, created: bool
) -> dict[str, Any]:
    """Stamp the row: the present moment in the properties that are named for its last change, or for its creation."""
    moments = {
        name: moment
        for name, each in fitter.properties(schema).items()
        if _CHANGED.fullmatch(plain(name)) or (created and _CREATED.fullmatch(plain(name)))
        if (moment := _moment(fitter, each, now)) is not None
    }
    result = {**row, **moments}
    return result if fitter.permits(schema, result) else dict(row)


def _moment(fitter: Fitter, schema: Schema, now: datetime) -> str | int | None:
    """The moment in the form that the schema has for it."""
    forms = (rfc3339.written(now), now.date().isoformat(), int(now.timestamp()))
    return next((form for form in forms if fitter.permits(schema, form)), None)


Patch = Callable[[Schema, Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]
"""What an object is with what was given; what wasn't stays."""


def acted_on(
    fitter: Fitter,
    patched: Patch,
    schema: Schema,
    row: Mapping[str, Any],
    action: str,
    given: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """Give the row after an action, as far as names say what it does.

    `resolve` makes a status `resolved`, sets a flag `resolved` and notes the moment in `resolved_at`; `unpublish`
    takes a flag and a moment away; `add_tags` and `remove_tags` change a list `tags` by the list that was given;
    `update_schema` sets what is in an object `schema`.
    Whatever else was given is set where a property has its name. Raises the 412 Problem for a stale version.
    """
    verb, _, noun = action.replace("-", "_").partition("_")
    if (
        verb in ("add", "remove")
        and isinstance(row.get(noun, []), list)
        and isinstance(given.get(noun), list)
    ):
        return patched(schema, row, {**given, noun: _listed(row.get(noun, []), given[noun], verb)})
    inner = fitter.properties(schema).get(noun, {})
    if (
        verb in _SETTING
        and isinstance(row.get(noun), dict)
        and not given.keys() & fitter.properties(schema).keys()
    ):
        given = {noun: following(row[noun], patched(inner, row[noun], given), given)}
    result = patched(schema, row, given)
    for name, value in _marks(fitter, schema, action, now).items():
        changed = {
            key: each for key, each in {**result, name: value}.items() if each is not None or key != name
        }
        if name not in given and fitter.permits(schema, changed):
            result = changed
    return result


def _listed(before: list[Any], given: list[Any], verb: str) -> list[Any]:
    kept = [each for each in before if not _stands_for(each, given)]
    return kept if verb == "remove" else [*kept, *given]


def _stands_for(item: Any, given: list[Any]) -> bool:
    """Whether a list item is among what was given, itself or by its name or id."""
    return item in given or (
        isinstance(item, dict) and any(item.get(each) in given for each in NAMES if each in item)
    )


def _marks(fitter: Fitter, schema: Schema, action: str, now: datetime) -> dict[str, Any]:
    """What an action does to properties, by its name; None where it takes one away."""
    stem, undone = _stem(action), _stem(_undone(action))
    marks: dict[str, Any] = {}
    for name, each in fitter.properties(schema).items():
        simple = plain(name).removeprefix("is")
        reached = [value for value in fitter.values_of(each) if stem and value.lower().startswith(stem)]
        is_done, is_undone = (
            bool(stem) and simple.startswith(stem),
            bool(undone) and simple.startswith(undone),
        )
        if _STATE.search(name) and reached:
            marks[name] = reached[0]
        elif fitter.kind(each) == "boolean" and (is_done or is_undone):
            marks[name] = is_done
        elif _MOMENT.search(name) and is_undone:
            marks[name] = None
        elif _MOMENT.search(name) and is_done and (moment := _moment(fitter, each, now)) is not None:
            marks[name] = moment
    return marks


def _undone(action: str) -> str:
    """The action that this one takes back; empty when it takes none back."""
    return _OPPOSITES.get(action, action.removeprefix("un") if action.startswith("un") else "")


def _stem(verb: str) -> str:
    """What a verb has in common with its participle: `resolve` and `resolved`; empty when too little."""
    stem = re.sub("[ey]$", "", plain(verb))
    return stem if len(stem) > 2 else ""


_SUBSET = re.compile(r"update_(\w+?)s")


def meant(given: Mapping[str, Any], beside: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Give what was given, where only some keys of a map are meant: with `update_attributes`, the others stay.

    `beside` may list the keys; those that are listed and not given go.
    """
    result = dict(given)
    for name, keys in beside.items():
        found = _SUBSET.fullmatch(name)
        if found is None or not isinstance(keys, list):
            continue
        for part, value in given.items():
            if (
                part.startswith(found[1])
                and isinstance(value, Mapping)
                and isinstance(row.get(part), Mapping)
            ):
                kept = {key: each for key, each in row[part].items() if key not in keys}
                result[part] = {**kept, **{key: each for key, each in value.items() if key in keys}}
    return result
