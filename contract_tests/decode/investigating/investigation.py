"""From a case, one fault as a run met it, to the smallest value that shows it and the rule that it breaks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ....fixtures.schema.kinds import Node
from ....fixtures.schema.places import replaced
from ....fixtures.schema.reducer import reduce
from ....openapi import Document, Json, Schema
from ..inputs import BROKEN, Input, encoded
from ..outcomes import Outcome, Raised, Target
from ..symptoms import Symptom, exception_line, symptoms
from .asking import MOST, Asking
from .diagnosis import WHOLE, Diagnosis, diagnose, simplified
from .explaining import default_rule, rule_of_difference
from .known_values import KnownValues, is_taken
from .pair_diagnosis import diagnose_pair
from .pairs import ABSENT, Pair, changes_of, find_pair, thinned, value_at
from .shrinking import fits, shrink

_MOST_FOR_NOTES = 300
"""How many inputs may be spent on making one smaller that is accepted silently."""
_MOST_IN_HASTE = 250
"""How many may be spent on finding out what is to blame; none for deaths and hangs, which take their time."""
_SLOW = ("death", "hang")


@dataclass(slots=True)
class Case:
    """One cause: the input of the most ordinary tier that showed it, and how many showed it."""

    symptom: Symptom
    input: Input
    count: int = 0


@dataclass(frozen=True, slots=True)
class Explained:
    """What came of a case: the smallest value that shows it, as which symptom, and what is to blame."""

    smallest: Json
    symptom: Symptom
    diagnosis: Diagnosis
    parts: Sequence[Case] = ()
    """The cases that it is made of, where it is several."""


class Investigation:
    """Makes experiments with a decoder of one schema, by its name in a document."""

    def __init__(self, target: Target, document: Document, name: str, node: Node) -> None:
        self._target = target
        self._document = document
        self._name = name
        self._schema: Schema = {"$ref": f"#/components/schemas/{name}"}
        self._node = node
        self._is_valid = document.validator(self._schema).is_valid
        self.known = KnownValues(target, document, name, node)

    def explain(self, case: Case) -> Explained:
        """Make the case's input small, and find what is to blame."""
        if case.input.body is None and case.input.tier != BROKEN:
            found = self._lost(case) if case.symptom.path is not None else self._paired(case)
            if found is not None:
                return found
        smallest = case.input.value if case.input.body is not None else self._shrunk(case)
        symptom = (None if case.input.body is not None else self.shown_again(case, smallest)) or case.symptom
        diagnosis = self._diagnosed(case, smallest, symptom, MOST)
        return Explained(smallest, symptom, diagnosis, self._parts(case, smallest, diagnosis))

    def explain_hastily(self, case: Case) -> Explained:
        """Say what is to blame from the input as it is, with few experiments or none."""
        most = 0 if case.symptom.outcome in _SLOW else _MOST_IN_HASTE
        diagnosis = self._diagnosed(case, case.input.value, case.symptom, most)
        return Explained(case.input.value, case.symptom, diagnosis)

    def shown_again(self, case: Case, value: Json) -> Symptom | None:
        """Give the symptom once more, if the value shows it."""
        return self._symptom(case, self._target.decode(encoded(value)), value)

    def _paired(self, case: Case) -> Explained | None:
        """By a pair of realistic values that differ in one place; None where there is none."""
        asking = Asking(self._target)
        pair = find_pair(
            changes_of(self._node, case.input, self.known.taken),
            self.known.taken,
            shows=self._shows(case, asking),
            is_enough=lambda: asking.is_half_spent,
        )
        if pair is None:
            return None
        pair = self._small(case, pair, asking)
        symptom = self.shown_again(case, pair.bad)
        if symptom is None:
            return None
        asking = Asking(self._target)
        diagnosis = diagnose_pair(
            self._node,
            pair,
            symptom.outcome,
            is_taken=lambda value: is_taken(asking.outcome(value)),
            is_shown=lambda value: self._symptom(case, asking.outcome(value), value) is not None,
        )
        return Explained(pair.bad, symptom, diagnosis)

    def _lost(self, case: Case) -> Explained | None:
        """Of what is lost or changed, whose place is known: a realistic value that shows it, or is made to."""
        asking = Asking(self._target)
        shows, path = self._shows(case, asking), case.symptom.path or ()
        whole = next((value for value in self.known.taken if shows(value)), None)
        if whole is not None:
            smallest = thinned(self._node, Pair(whole, (), ABSENT), lambda pair: shows(pair.good)).good
        else:
            new = value_at(case.input.value, path) if path else ABSENT
            changes = [(path, new, "")] if path else []
            pair = find_pair(changes, self.known.taken, shows=shows)
            if pair is None:
                return None
            smallest = self._small(case, pair, asking).bad
        symptom = self.shown_again(case, smallest)
        if symptom is None:
            return None
        return Explained(smallest, symptom, Diagnosis(rule_of_difference(symptom.cause[0]), symptom.path))

    def _small(self, case: Case, pair: Pair, asking: Asking) -> Pair:
        """The pair without what it doesn't need, and with the least value in the place that is to blame."""
        shows = self._shows(case, asking)
        before = replace(case, symptom=case.symptom)

        def is_fine(each: Pair) -> bool:
            if not (shows(each.bad) and self._is_valid(each.good)):
                return False
            outcome = asking.outcome(each.good)
            return is_taken(outcome) and self._symptom(before, outcome, each.good) is None

        pair = thinned(self._node, pair, is_fine)
        if pair.new is ABSENT or pair.change:
            return pair

        def still_shows(value: Json) -> bool:
            return _is_the_same_elsewhere(pair, value) and shows(value)

        try:
            least = reduce(self._document, self._schema, pair.bad, still_shows)
        except ValueError:
            return pair
        return replace(pair, new=value_at(least, pair.path))

    def _shows(self, case: Case, asking: Asking) -> Callable[[Json], bool]:
        is_of_tier = fits(self._document, self._schema, self._node, case.input.tier)
        return lambda value: (
            is_of_tier(value) and self._symptom(case, asking.outcome(value), value) is not None
        )

    def _parts(self, case: Case, smallest: Json, diagnosis: Diagnosis) -> list[Case]:
        """The cases that a case is made of, where a client names several faults at once; of one fault, none.

        Then no single number, text or constant can be mended to make it good, but some can to make it fail otherwise.
        """
        if diagnosis.rule != default_rule("leaked-exception") or not (
            diagnosis.path is None or diagnosis.detail == WHOLE
        ):
            return []
        parts = []
        for value in simplified(self._node, smallest):
            outcome = self._target.decode(encoded(value))
            each = replace(case.input, value=value, change="", path=())
            if isinstance(outcome, Raised):
                parts += [Case(symptom, each) for symptom in symptoms(self._node, each, outcome)]
        return [each for each in parts if each.symptom.cause != case.symptom.cause]

    def _shrunk(self, case: Case) -> Json:
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

    def _diagnosed(self, case: Case, smallest: Json, symptom: Symptom, most: int) -> Diagnosis:
        asking = Asking(self._target, most)
        return diagnose(
            self._node,
            case.input,
            smallest,
            symptom,
            is_taken=lambda value: self._is_mended(asking.outcome(value), symptom),
            is_shown=lambda value: self._symptom(case, asking.outcome(value), value) is not None,
        )

    def _is_mended(self, outcome: Outcome | None, symptom: Symptom) -> bool:
        """Whether the client returns; or fails as it does on the plainest value too, where that is another failure."""
        if isinstance(outcome, Raised) and self._plainest != symptom.message:
            return exception_line(outcome) == self._plainest
        return is_taken(outcome)

    @cached_property
    def _plainest(self) -> str | None:
        """What the client raises for the smallest value that is permitted, if it does."""
        outcome = self._target.decode(encoded(self._node.smallest))
        return exception_line(outcome) if isinstance(outcome, Raised) else None

    def _symptom(self, case: Case, outcome: Outcome | None, value: Json) -> Symptom | None:
        """The case's symptom, as what came of another value shows it."""
        if outcome is None:
            return None
        other = replace(case.input, value=value)
        wanted = case.symptom.outcome, case.symptom.cause
        found: Iterator[Symptom] = symptoms(self._node, other, outcome)
        return next((each for each in found if (each.outcome, each.cause) == wanted), None)


def _is_the_same_elsewhere(pair: Pair, value: Json) -> bool:
    """Whether a value differs from a pair's good one in no other place."""
    try:
        return bool(replaced(value, pair.path, None) == replaced(pair.good, pair.path, None))
    except (KeyError, IndexError, TypeError):
        return False
