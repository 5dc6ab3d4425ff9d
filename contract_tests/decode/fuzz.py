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
from .asking import MOST, Asking
from .diagnosis import diagnose
from .inputs import BROKEN, SHAPES, Input, encoded
from .outcomes import Outcome, Target
from .shrinking import shrink
from .symptoms import Cause, Symptom, symptoms

_TRIES = 2
"""How often a counterexample is tried again, to see whether the fault is stable."""
_SLOW = ("death", "hang")
_MOST_FOR_NOTES = 300
"""How many inputs may be spent on making one smaller that is accepted silently."""
_LOOKED_AT = 300
"""After so many legal inputs, which facts of the schema they show is looked at no more: the first ones show all."""
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
        self._legal = 0
        self.tried = 0

    def run(self, inputs: Iterable[Input], *, until: Callable[[], bool] = lambda: False) -> None:
        """Try the inputs, until they end or `until` says so. Raises TargetError when the target can't be run."""
        for each in inputs:
            if until():
                break
            self._try(each)

    def _try(self, each: Input) -> None:
        outcome = self._target.decode(each.text)
        if outcome is None:
            return
        self.tried += 1
        if each.tier != BROKEN and self._legal < _LOOKED_AT:
            self._legal += 1
            self._shown.update(shown_in(self._place, each.value))
        for symptom in symptoms(self._node, each, outcome):
            case = self._cases.setdefault((symptom.outcome, symptom.cause), _Case(symptom, each))
            case.count += 1
            if SHAPES.index(each.tier) < SHAPES.index(case.input.tier):
                case.symptom, case.input = symptom, each

    def findings(self, *, hastily: bool = False) -> list[Finding]:
        """What was found, the worst first. Takes a while, unless `hastily`: every counterexample is made small."""
        found: dict[tuple[str, ...], list[Finding]] = {}
        in_haste = Asking(self._target) if hastily else None
        for case in list(self._cases.values()):
            finding, group = self._finding(case, in_haste)
            found.setdefault(group, []).append(finding)
        return in_order(map(_joined, found.values()))

    def coverage(self) -> dict[str, Json]:
        """How much of the schema the client has met: how many facts there are, and those that no input showed."""
        every = list(dict.fromkeys(facts_below(self._place)))
        missed = [f"{fact.place} {fact.what}" for fact in every if fact not in self._shown]
        return {"facts": len(every), "met": len(every) - len(missed), "not_met": missed}

    def _finding(self, case: _Case, in_haste: Asking | None) -> tuple[Finding, tuple[str, ...]]:
        """The finding, and what it has in common with those that are the same one.

        In haste, only so much is asked for all findings, nothing for those of which each experiment takes long, and
        nothing is made small.
        """
        each, symptom, smallest = case.input, case.symptom, case.input.value
        counterexample: Json = {"body": (each.body or b"")[:1_000].decode("latin-1")}
        if each.body is None and in_haste:
            counterexample = smallest
        elif each.body is None:
            counterexample = smallest = self._shrunk(case)
            symptom = self._symptom(case, self._target.decode(encoded(smallest)), smallest) or symptom
        asking = in_haste or Asking(self._target)
        if in_haste and symptom.outcome in _SLOW:
            asking = Asking(self._target, 0)
        rule, path, detail = diagnose(self._node, each, smallest, symptom, asking.is_taken)
        told = symptom.exception or "", detail, each.change if rule == "broken-accepted" else ""
        here = () if rule in _ACROSS_PLACES else (*symptom.cause, site(path) if path is not None else "")
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
            stable=each.body is not None or in_haste is not None or self._is_stable(case, smallest),
            counterexample=counterexample,
        )
        return finding, (rule, symptom.outcome, *told, *here)

    def _shrunk(self, case: _Case) -> Json:
        asking = Asking(
            self._target, MOST if case.symptom.outcome != "silent-acceptance" else _MOST_FOR_NOTES
        )

        def shows(value: Json) -> bool:
            return self._symptom(case, asking.outcome(value), value) is not None

        try:
            return shrink(
                self._document,
                self._schema,
                self._node,
                case.input,
                shows,
                is_enough=lambda: asking.is_half_spent,
            )
        except ValueError:
            return case.input.value  # it didn't show again

    def _is_stable(self, case: _Case, value: Json) -> bool:
        outcomes = (self._target.decode(encoded(value)) for _ in range(_TRIES))
        return all(self._symptom(case, outcome, value) is not None for outcome in outcomes)

    def _symptom(self, case: _Case, outcome: Outcome | None, value: Json) -> Symptom | None:
        """The case's symptom, as what came of another value shows it."""
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
