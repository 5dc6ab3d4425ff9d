"""Fuzzing a decoder: faults grouped by cause, each with the smallest input that shows it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.facts import explore, facts_below, shown_in
from ...fixtures.schema.places import Path, site
from ...openapi import Document, Json
from ...openapi.json_pointer import pointer
from ..findings import SEVERITIES, Finding, Severity, in_order
from ..rules import rules
from ..wire.rule import Decoding, Rule
from .inputs import BROKEN, SHAPES, Input, encoded, in_report
from .investigating.investigation import Case, Explained, Investigation
from .modelling import Modelling
from .outcomes import Hung, Raised, Returned, Target
from .reading import Reading, objects_at
from .symptoms import Cause, symptoms, without_line

_TRIES = 2
"""How often a counterexample is tried again, to see whether the fault is stable."""
_MOST_HANGS = 10
"""After so many inputs that cost their whole time, a run ends: more of them would show nothing new."""
_SECONDS_FOR_A_FIRST_ANSWER = 5.0
"""After so many without any answer a run ends: there is nothing to be learned from a decoder that never gives one."""
_MOST_WATCHED = 200
UNKNOWN_READ = "unknown-property-read"
PARTIAL = "partial-model"
"""The rule of what is never shown."""

Key = tuple[str, Cause]


class Fuzz:
    """One run against one decoder, of one schema of a document, by its name.

    `built_against` holds the same schema in the revision that the client was made from. Unless it is to be `complete`,
    a property that the decoder never shows, whatever it is given, is one that it doesn't model: all of them are one
    note. `declares` says that the client has exceptions of its own, with which it refuses; so does any that it raises.
    """

    def __init__(
        self,
        target: Target,
        document: Document,
        name: str,
        *,
        built_against: Document | None = None,
        complete: bool = True,
        declares: bool = False,
    ) -> None:
        self._target = target
        self._document = document
        self._name = name
        self._schema = {"$ref": f"#/components/schemas/{name}"}
        self._node = canonical(document, self._schema)
        self._built_against = built_against
        self._complete = complete
        self._declares = declares
        self._experiments = Investigation(target, document, name, self._node)
        self._modelling = Modelling(self._node)
        self._reading = Reading(document, name, self._node)
        self._taken: list[bytes] = []
        self._place = explore(self._node)
        self._shown: set[object] = set()
        self._cases: dict[Key, Case] = {}
        self._facts = dict.fromkeys(facts_below(self._place))
        self._hangs = 0
        self._waited = 0.0
        self._has_answered = False
        self.tried = 0

    def run(self, inputs: Iterable[Input], *, until: Callable[[], bool] = lambda: False) -> None:
        """Try the inputs, until they end or `until` says so. Raises TargetError when the target can't be run."""
        for each in inputs:
            if until() or self._hangs == _MOST_HANGS or self._never_answers:
                break
            self._try(each)

    def _try(self, each: Input) -> None:
        if each.body is not None and not self._target.takes_text:
            return
        outcome = self._target.decode(each.text)
        self.tried += 1
        is_permitted = each.tier in ("realistic", "conforming")
        if is_permitted and len(self._shown) < len(self._facts):
            self._shown.update(shown_in(self._place, each.value))
        if isinstance(outcome, Returned) and is_permitted:
            self._experiments.known.remember(each.value)
            if len(self._taken) < _MOST_WATCHED:
                self._taken.append(each.text)
        if isinstance(outcome, Returned) and outcome.encodes and each.tier != BROKEN:
            self._modelling.note(each.value, outcome.value)
        self._declares |= isinstance(outcome, Raised) and outcome.declared
        if isinstance(outcome, Hung):
            self._hangs += 1
            self._waited += outcome.seconds + outcome.to_start
        self._has_answered |= not isinstance(outcome, Hung)
        for symptom in symptoms(self._node, each, outcome):
            case = self._cases.setdefault((symptom.outcome, symptom.cause), Case(symptom, each))
            case.count += 1
            if SHAPES.index(each.tier) < SHAPES.index(case.input.tier):
                case.symptom, case.input = symptom, each

    @property
    def _never_answers(self) -> bool:
        return not self._has_answered and self._waited >= _SECONDS_FOR_A_FIRST_ANSWER

    def _watch(self) -> None:
        """Have a target that can say so note what it asks for, of the first values that it took."""
        reads = getattr(self._target, "reads", None)
        while reads is not None and self._taken:
            self._reading.note(reads(self._taken.pop(0)))

    def findings(self, *, hastily: bool = False) -> list[Finding]:
        """Give what was found, the worst first. Takes a while, unless `hastily`: every counterexample is made small.

        Not so of a decoder that never answers, which would take its time with each try.
        """
        hastily = hastily or self._never_answers
        cases = {key: replace(case) for key, case in self._cases.items() if self._counts(case)}
        found: dict[str, list[Finding]] = {}
        waiting = list(cases.values())
        for case in waiting:  # of which there may come more
            explained = (
                self._experiments.explain_hastily(case) if hastily else self._experiments.explain(case)
            )
            for part in explained.parts:
                known = cases.setdefault((part.symptom.outcome, part.symptom.cause), part)
                if known is part:
                    waiting.append(part)
                known.count += case.count
            if not explained.parts:
                finding = self._finding(case, explained, is_tried_again=not hastily)
                found.setdefault(finding.id, []).append(finding)
        if not hastily:
            self._watch()
        return in_order([*map(_joined, found.values()), *self._of_model(), *self._of_reading()])

    @property
    def encodes(self) -> bool:
        """Whether the decoder ever encoded anything back, so that it could be seen what it keeps."""
        return self._modelling.has_returned

    def _counts(self, case: Case) -> bool:
        """Whether a case is a fault: what a decoder doesn't model can't be lost, unless it is to be complete."""
        path = case.symptom.path
        return self._complete or not path or self._modelling.is_modelled(path)

    def _of_model(self) -> Iterator[Finding]:
        missing = [] if self._complete else self._modelling.missing()
        if missing:
            rule = rules()[PARTIAL].rule
            yield Finding(
                rule=PARTIAL,
                outcome=rule.outcome,
                severity=rule.severity,
                message=self._modelling.summary(),
                count=len(missing),
            )

    def _of_reading(self) -> Iterator[Finding]:
        rule = rules()[UNKNOWN_READ].rule
        for each in self._reading.unknown():
            instead = f", but {' and '.join(each.meant)}" if each.meant else ""
            yield Finding(
                rule=UNKNOWN_READ,
                outcome=rule.outcome,
                severity=rule.severity,
                message=f"asks for {each.path[-1]}, which {self._name} doesn't have there{instead}",
                count=each.times,
                pointer=pointer(each.path),
                verdict=self._verdict_of_read(each.path),
            )

    def _verdict_of_read(self, path: Path) -> Literal["bug", "skew"]:
        """Skew, if the revision that the client was built against has the property."""
        if self._built_against is None or self._name not in self._built_against.schemas:
            return "bug"
        older = canonical(self._built_against, self._schema)
        return "skew" if any(each.node(str(path[-1])) for each in objects_at(older, path[:-1])) else "bug"

    def coverage(self) -> dict[str, Json]:
        """Say how much of the schema the client has met: how many facts there are, and those that no input showed."""
        missed = [f"{fact.place} {fact.what}" for fact in self._facts if fact not in self._shown]
        return {"facts": len(self._facts), "met": len(self._facts) - len(missed), "not_met": missed}

    def _finding(self, case: Case, explained: Explained, *, is_tried_again: bool) -> Finding:
        each, symptom, (id_, path, detail) = case.input, explained.symptom, explained.diagnosis
        smallest = explained.smallest
        rule = rules()[id_].rule
        decoding = rule.decoding or Decoding()
        cause: tuple[str, ...]
        if rule.across_places:
            cause = (
                symptom.exception or "",
                detail,
                each.change if decoding.names_change else "",
            )
        else:
            cause = (
                without_line(symptom.frame or ""),
                *((detail,) if path is not None else symptom.cause[2:]),
            )
        return Finding(
            rule=id_,
            outcome=symptom.outcome,
            severity=self._severity(rule, each.tier),
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
            or all(self._experiments.shown_again(case, smallest) for _ in range(_TRIES)),
            counterexample=smallest if each.body is None else in_report(each.body),
        )

    def _severity(self, rule: Rule, tier: str) -> Severity:
        if tier != BROKEN or rule.decoding is None:
            return rule.severity
        undeclared = None if self._declares else rule.decoding.severity_if_undeclared
        return undeclared or rule.decoding.severity_if_broken

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
