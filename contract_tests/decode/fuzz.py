"""Fuzzing a decoder: faults grouped by cause, each with the smallest input that shows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.facts import explore, facts_below, shown_in
from ...fixtures.schema.places import site
from ...openapi import Document, Json
from ...openapi.json_pointer import pointer
from ..findings import SEVERITIES, Finding, in_order
from ..rules import rules
from ..wire.rule import Decoding
from .asking import MOST, Asking
from .diagnosis import WHOLE, Diagnosis, diagnose, simplified
from .inputs import BROKEN, SHAPES, Input, encoded, in_report
from .outcomes import Hung, Outcome, Raised, Returned, Target
from .shrinking import shrink
from .symptoms import Cause, Symptom, exception_line, symptoms, without_line

_TRIES = 2
"""How often a counterexample is tried again, to see whether the fault is stable."""
_MOST_FOR_NOTES = 300
"""How many inputs may be spent on making one smaller that is accepted silently."""
_MOST_IN_HASTE = 250
"""How many may be spent on finding out what is to blame; none for deaths and hangs, which take their time."""
_SLOW = ("death", "hang")
_MOST_HANGS = 25
"""After so many inputs that cost their whole time, a run ends: more of them would show nothing new."""
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
        self.tried = 0

    def run(self, inputs: Iterable[Input], *, until: Callable[[], bool] = lambda: False) -> None:
        """Try the inputs, until they end or `until` says so. Raises TargetError when the target can't be run."""
        for each in inputs:
            if until() or self._hangs == _MOST_HANGS:
                break
            self._try(each)

    def _try(self, each: Input) -> None:
        if each.body is not None and not self._target.takes_text:
            return
        outcome = self._target.decode(each.text)
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
        cases = {key: replace(case) for key, case in self._cases.items()}
        found: dict[str, list[Finding]] = {}
        waiting = list(cases.values())
        for case in waiting:  # of which there may come more
            if hastily or case.input.body is not None:
                smallest, symptom = case.input.value, case.symptom
            else:
                smallest = self._shrunk(case)
                symptom = self._shown_again(case, smallest) or case.symptom
            in_haste = 0 if symptom.outcome in _SLOW else _MOST_IN_HASTE
            diagnosis = self._diagnosed(case, smallest, symptom, in_haste if hastily else MOST)
            parts = [] if hastily else self._parts(case, smallest, diagnosis)
            for part in parts:
                known = cases.setdefault((part.symptom.outcome, part.symptom.cause), part)
                if known is part:
                    waiting.append(part)
                known.count += case.count
            if not parts:
                finding = self._finding(case, smallest, symptom, diagnosis, is_tried_again=not hastily)
                found.setdefault(finding.id, []).append(finding)
        return in_order(map(_joined, found.values()))

    def _parts(self, case: _Case, smallest: Json, diagnosis: Diagnosis) -> list[_Case]:
        """The cases that a case is made of, where a client names several faults at once; of one fault, none.

        Then no single number, text or constant can be mended to make it good, but some can to make it fail otherwise.
        """
        if diagnosis.rule != "value-refused" or not (diagnosis.path is None or diagnosis.detail == WHOLE):
            return []
        parts = []
        for value in simplified(self._node, smallest):
            outcome = self._target.decode(encoded(value))
            each = replace(case.input, value=value, change="", path=())
            if isinstance(outcome, Raised):
                parts += [_Case(symptom, each) for symptom in symptoms(self._node, each, outcome)]
        return [each for each in parts if each.symptom.cause != case.symptom.cause]

    def coverage(self) -> dict[str, Json]:
        """How much of the schema the client has met: how many facts there are, and those that no input showed."""
        missed = [f"{fact.place} {fact.what}" for fact in self._facts if fact not in self._shown]
        return {"facts": len(self._facts), "met": len(self._facts) - len(missed), "not_met": missed}

    def _finding(
        self, case: _Case, smallest: Json, symptom: Symptom, diagnosis: Diagnosis, *, is_tried_again: bool
    ) -> Finding:
        each, (id_, path, detail) = case.input, diagnosis
        rule = rules()[id_].rule
        decoding = rule.decoding or Decoding()
        cause: tuple[str, ...]
        if rule.across_places:
            cause = symptom.exception or "", detail, each.change if decoding.names_change else ""
        else:
            cause = (
                without_line(symptom.frame or ""),
                *((detail,) if path is not None else symptom.cause[2:]),
            )
        return Finding(
            rule=id_,
            outcome=symptom.outcome,
            severity=decoding.severity_if_broken if each.tier == BROKEN else rule.severity,
            message=symptom.message,
            cause=" ".join(filter(None, cause)),
            count=case.count,
            tier=each.tier,
            pointer=None if path is None else pointer(path),
            places=() if path is None else (site(path),),
            exception=symptom.exception,
            frame=symptom.frame,
            across_places=rule.across_places,
            verdict=self._verdict(smallest, each.tier),
            stable=not is_tried_again
            or each.body is not None
            or all(self._shown_again(case, smallest) for _ in range(_TRIES)),
            counterexample=smallest if each.body is None else in_report(each.body),
        )

    def _shrunk(self, case: _Case) -> Json:
        most = _MOST_FOR_NOTES if case.symptom.outcome == "silent-acceptance" else MOST
        asking = Asking(self._target, most)
        try:
            return shrink(
                self._document,
                self._schema,
                self._node,
                case.input,
                lambda value: self._symptom(case, asking.outcome(value), value) is not None,
                is_enough=lambda: asking.is_half_spent,
            )
        except ValueError:
            return case.input.value  # it didn't show again

    def _diagnosed(self, case: _Case, smallest: Json, symptom: Symptom, most: int) -> Diagnosis:
        asking = Asking(self._target, most)
        return diagnose(
            self._node,
            case.input,
            smallest,
            symptom,
            is_taken=lambda value: self._is_taken(asking.outcome(value), symptom),
            is_shown=lambda value: self._symptom(case, asking.outcome(value), value) is not None,
        )

    def _is_taken(self, outcome: Outcome | None, symptom: Symptom) -> bool:
        """Whether the client returns; or fails as it does on the plainest value too, where that is another failure."""
        if isinstance(outcome, Raised) and self._plainest != symptom.message:
            return exception_line(outcome) == self._plainest
        return isinstance(outcome, Returned)

    @cached_property
    def _plainest(self) -> str | None:
        """What the client raises for the smallest value that is permitted, if it does."""
        outcome = self._target.decode(encoded(self._node.smallest))
        return exception_line(outcome) if isinstance(outcome, Raised) else None

    def _shown_again(self, case: _Case, value: Json) -> Symptom | None:
        return self._symptom(case, self._target.decode(encoded(value)), value)

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
        in_order(same),
        key=lambda each: (
            -SEVERITIES.index(each.severity),
            len(encoded(each.counterexample)),
            -each.count,
        ),
    )
    places = sorted({place for each in same for place in each.places})
    return replace(
        first, count=sum(each.count for each in same), places=tuple(places) if len(places) > 1 else ()
    )
