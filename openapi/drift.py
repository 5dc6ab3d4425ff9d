"""What another document says differently: the facts that were added, removed, loosened or tightened.

Events of webhooks count as operations that are called by their event type.

`loosened` means that more is permitted than before and `tightened` that less is, in requests and in responses
alike. A client suffers from requests that were tightened and from responses that were loosened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import yaml_text
from .document import Document, DocumentError
from .facts import EVERY_TYPE, LOWER_LIMITS, UPPER_LIMITS, Facts, operation_facts

Kind = Literal["added", "removed", "loosened", "tightened"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that differs, at a place of an operation (see `facts`)."""

    kind: Kind
    operation: str
    place: str
    fact: str


@dataclass(frozen=True, slots=True)
class Drift:
    """How another document differs from a document."""

    differences: tuple[Difference, ...]
    only_in_other: tuple[str, ...]
    """Operations that the document doesn't have. Nothing else is said of them."""


def compare(document: Document, other: Document) -> Drift:
    """Compare the operations of a document with those of another that have the same operationIds.

    Raises DocumentError when either document can't be read to the end.
    """
    try:
        differences = tuple(_compare_operations(document, other))
    except (AttributeError, RecursionError, TypeError) as error:
        raise DocumentError(f"a schema that isn't built as OpenAPI has it: {error}") from None
    return Drift(differences, tuple(name for name in other.operations if name not in document.operations))


def known_exceptions() -> dict[Difference, str]:
    """Say where the bundled document differs from the vendor's on purpose, each with the reason."""
    text = Path(__file__).with_name("exceptions.yaml").read_bytes()
    return {
        Difference(entry["kind"], operation, entry["place"], entry["fact"]): entry["reason"]
        for entry in yaml_text.load(text)
        for operation in entry["operations"]
    }


def _compare_operations(document: Document, other: Document) -> Iterator[Difference]:
    known = {**other.operations, **other.webhooks}
    for name, operation in {**document.operations, **document.webhooks}.items():
        counterpart = known.get(name)
        if counterpart is None:
            yield Difference("removed", name, "operation", f"{operation.method} {operation.path}")
            continue
        was, now = operation_facts(document, operation), operation_facts(other, counterpart)
        for kind, place, fact in _compare_places(was, now):
            yield Difference(kind, name, place, fact)


def _compare_places(was: dict[str, Facts], now: dict[str, Facts]) -> Iterator[tuple[Kind, str, str]]:
    settled: list[str] = []  # places that came, went or changed their nature: their insides go without saying
    for place in {**was, **now}:
        before, after = was.get(place), now.get(place)
        if any(place.startswith((f"{above}.", f"{above}[", f"{above}<")) for above in settled):
            continue
        if before is None or after is None or _unlike(before, after):
            settled.append(place)
            if before is not None:
                yield "removed", place, _describe(before)
            if after is not None:
                yield "added", place, _describe(after)
        else:
            for keyword in sorted(before.keys() | after.keys()):
                for kind, fact in _compare_fact(keyword, before.get(keyword), after.get(keyword)):
                    yield kind, place, fact


def _unlike(before: Facts, after: Facts) -> bool:
    """Whether two things are too different to compare: a body and none, or types that don't contain each other."""
    if not before or not after:
        return before != after
    return "type" in before and not (before["type"] <= after["type"] or before["type"] >= after["type"])


def _describe(facts: Facts) -> str:
    if not facts:
        return "no body"
    words = [("required" if facts["required"] else "optional")] if "required" in facts else []
    words.append(_type_names(facts["type"]) + (f" ({facts['format']})" if "format" in facts else ""))
    return ", ".join(words)


def _type_names(types: frozenset[str]) -> str:
    if types == EVERY_TYPE:
        return "any type"
    return " or ".join(sorted(types - {"integer"} if "number" in types else types)) or "nothing"


def _compare_fact(keyword: str, before: Any, after: Any) -> Iterator[tuple[Kind, str]]:
    if before == after:
        return
    match keyword:
        case "type":
            kind: Kind = "loosened" if before < after else "tightened"
            yield kind, f"type {_type_names(after)}, was {_type_names(before)}"
        case "enum":
            yield from _compare_enums(before, after)
        case "scopes":
            yield from (("tightened", f"needs the scope {scope}") for scope in sorted(after - before))
            yield from (
                ("loosened", f"no longer needs the scope {scope}") for scope in sorted(before - after)
            )
        case "required" | "uniqueItems" | "needs a key":
            yield ("tightened", keyword) if after else ("loosened", f"no longer {keyword}")
        case "deprecated":
            yield ("added", keyword) if after else ("removed", keyword)
        case "format" | "multipleOf" | "pattern" if before is None or after is None:
            yield "tightened" if before is None else "loosened", _replaced(keyword, before, after)
        case _ if keyword in LOWER_LIMITS | UPPER_LIMITS:
            yield _compare_limits(keyword, before, after), _replaced(keyword, before, after)
        case _:
            if before is not None:
                yield "removed", f"{keyword} {before}"
            if after is not None:
                yield "added", f"{keyword} {after}"


def _compare_enums(before: frozenset[str] | None, after: frozenset[str] | None) -> Iterator[tuple[Kind, str]]:
    if before is None or after is None:
        values = ", ".join(sorted(after or before or ()))
        yield ("tightened", f"only {values}") if before is None else ("loosened", f"no longer only {values}")
        return
    yield from (("loosened", f"value {value} added") for value in sorted(after - before))
    yield from (("tightened", f"value {value} removed") for value in sorted(before - after))


def _compare_limits(keyword: str, before: float | None, after: float | None) -> Kind:
    if before is None or after is None:
        return "tightened" if before is None else "loosened"
    return "tightened" if (after > before) == (keyword in LOWER_LIMITS) else "loosened"


def _replaced(keyword: str, before: Any, after: Any) -> str:
    return f"{keyword} {'none' if after is None else after}, was {'none' if before is None else before}"
