"""Fuzzing a decoder: faults grouped by cause, each with the smallest input that shows it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ...fixtures.canonical import canonical
from ...fixtures.facts import explore, facts_below, shown_in
from ...fixtures.places import pointer, site
from ...openapi import Document, Json
from ..findings import SEVERITIES, Finding, Severity, in_order
from .diagnosis import diagnose
from .inputs import BROKEN, SHAPES, Input, encoded, in_report
from .outcomes import Hung, Raised, Returned, Target
from .shrinking import shrink
from .symptoms import Cause, Symptom, symptoms, told_of

_TRIES = 2
"""How often a counterexample is tried again, to see whether the fault is stable."""
_MOST_CALLS = {
    "leaked-exception": 2_000,
    "silent-loss": 2_000,
    "silent-acceptance": 300,
    "death": 150,
    "hang": 40,
}
"""How many inputs may be spent on making one smaller: deaths and hangs take their time."""
_MOST_HANGS = 25
"""After so many inputs that cost their whole time, a run ends: more of them would tell nothing new."""
_NOTES = frozenset({"time-extreme", "time-rounded"})
"""What is legal, and so rare that nobody needs to act on it."""
_ACROSS_PLACES = _NOTES | {
    *("time-spelling", "null-for-absent", "property-closed", "id-format-assumed", "order-assumed"),
    *("broken-crashes", "broken-accepted"),
}
"""The rules of which one fault shows in many places."""

Key = tuple[str, Cause]


@dataclass(slots=True)
class _Case:
    """One cause: the input of the most ordinary tier that showed it, and how many showed it."""

    symptom: Symptom
    input: Input
    count: int = 0


class Fuzz:
    """One run against one decoder, of one schema of a document, by its name.

    `built_against` holds the same schema in the revision that the client was made from.
    """

    def __init__(
        self, target: Target, document: Document, name: str, *, built_against: Document | None = None
    ) -> None:
        self._target = target
        self._document = document
        self._name = name
        self._schema = {"$ref": f"#/components/schemas/{name}"}
        self._node = canonical(document, self._schema)
        self._built_against = built_against
        self._place = explore(self._node)
        self._shown: set[object] = set()
        self._cases: dict[Key, _Case] = {}
        self._facts = dict.fromkeys(facts_below(self._place))
        self._hangs = 0
        self._hastily = False
        self.tried = 0

    def run(self, inputs: Iterable[Input], *, until: Callable[[], bool] = lambda: False) -> None:
        """Try the inputs, until they end or `until` says so. Raises TargetError when the target can't be run."""
        for each in inputs:
            if until() or self._hangs == _MOST_HANGS:
                break
            self._try(each)

    def _try(self, each: Input) -> None:
        outcome = self._target.decode(each.text)
        if outcome is None:
            return
        self.tried += 1
        if each.tier in ("realistic", "conforming") and len(self._shown) < len(self._facts):
            self._shown.update(shown_in(self._place, each.value))
        self._hangs += isinstance(outcome, Hung)
        for symptom in symptoms(self._node, each, outcome):
            case = self._cases.setdefault((symptom.outcome, symptom.cause), _Case(symptom, each))
            case.count += 1
            if SHAPES.index(each.tier) < SHAPES.index(case.input.tier):
                case.symptom, case.input = symptom, each

    def findings(self, *, hastily: bool = False) -> list[Finding]:
        """What was found, the worst first. Takes a while, unless `hastily`: every counterexample is made small."""
        self._hastily = hastily
        found: dict[tuple[str, ...], list[Finding]] = {}
        for case in list(self._cases.values()):
            finding, group = self._finding(case)
            found.setdefault(group, []).append(finding)
        return in_order(map(_joined, found.values()))

    def coverage(self) -> dict[str, Json]:
        """How much of the schema the client has met: how many facts there are, and those that no input showed."""
        missed = [f"{fact.place} {fact.what}" for fact in self._facts if fact not in self._shown]
        return {"facts": len(self._facts), "met": len(self._facts) - len(missed), "not_met": missed}

    def _finding(self, case: _Case) -> tuple[Finding, tuple[str, ...]]:
        """The finding, and what it has in common with those that are the same one."""
        each, symptom, smallest = case.input, case.symptom, case.input.value
        counterexample: Json = in_report(each.body or b"")
        if each.body is None and self._hastily:
            counterexample = smallest
        elif each.body is None:
            counterexample = smallest = self._shrunk(case)
            symptom = self._symptom(case, smallest) or symptom
        rule, path, detail = diagnose(
            self._node,
            each,
            smallest,
            symptom,
            lambda value: self._is_taken(value, symptom),
            lambda value: self._symptom(case, value) is not None,
        )
        told = symptom.exception or "", detail, each.change if rule == "broken-accepted" else ""
        finding = Finding(
            rule=rule,
            outcome=symptom.outcome,
            severity=_severity(rule, symptom.outcome, each.tier),
            message=symptom.message,
            cause=" ".join(filter(None, told if rule in _ACROSS_PLACES else (_place(symptom.frame), detail))),
            count=case.count,
            tier=each.tier,
            pointer=None if path is None else pointer(path),
            places=() if path is None else (site(path),),
            exception=symptom.exception,
            frame=symptom.frame,
            verdict=self._verdict(smallest, each.tier),
            stable=each.body is not None
            or self._hastily
            or all(self._symptom(case, smallest) is not None for _ in range(_TRIES)),
            counterexample=counterexample,
        )
        return finding, (rule, symptom.outcome, *told) if rule in _ACROSS_PLACES else (finding.id,)

    def _shrunk(self, case: _Case) -> Json:
        return shrink(
            self._document,
            self._schema,
            self._node,
            case.input,
            lambda value: self._symptom(case, value) is not None,
            most_calls=_MOST_CALLS[case.symptom.outcome],
        )

    def _is_taken(self, value: Json, symptom: Symptom) -> bool:
        """Whether the client returns; or fails as it does on the plainest value too, where that is another failure."""
        outcome = self._target.decode(encoded(value))
        if isinstance(outcome, Raised) and (always := self._plainest()) != symptom.message:
            return told_of(outcome) == always
        return isinstance(outcome, Returned)

    def _plainest(self) -> str | None:
        """What the client raises for the smallest value that is permitted, if it does."""
        outcome = self._target.decode(encoded(self._node.smallest))
        return told_of(outcome) if isinstance(outcome, Raised) else None

    def _symptom(self, case: _Case, value: Json) -> Symptom | None:
        """The case's symptom, as another value shows it."""
        outcome = self._target.decode(encoded(value))
        if outcome is None:
            return None
        other = replace(case.input, value=value)
        wanted = case.symptom.outcome, case.symptom.cause
        found = symptoms(self._node, other, outcome)
        return next((each for each in found if (each.outcome, each.cause) == wanted), None)

    def _verdict(self, value: Json, tier: str) -> Literal["bug", "skew"]:
        """Skew, if the document permits what the revision that the client was built against doesn't."""
        older = self._built_against
        if older is None or tier == BROKEN or not self._document.validator(self._schema).is_valid(value):
            return "bug"
        return "bug" if older.validator(self._schema).is_valid(value) else "skew"


def _joined(same: list[Finding]) -> Finding:
    """One finding of several that are the same: the worst, and of those the one with the least counterexample."""
    first = min(
        in_order(same), key=lambda each: (-SEVERITIES.index(each.severity), len(encoded(each.counterexample)))
    )
    places = sorted({place for each in same for place in each.places})
    return replace(
        first, count=sum(each.count for each in same), places=tuple(places) if len(places) > 1 else ()
    )


def _place(frame: str | None) -> str:
    return re.sub(r":\d+ ", " ", frame or "")


def _severity(rule: str, outcome: str, tier: str) -> Severity:
    if rule in _NOTES:
        return "note"
    if tier != BROKEN:
        return "error"
    return "note" if outcome == "silent-acceptance" else "warning"
