"""Which rule of decoding explains what: asked of the rules themselves."""

from collections.abc import Mapping
from functools import cache

from ....fixtures.schema.places import Place
from ...rules import rules
from ...wire.rule import Decoding, Fit


@cache
def decoding_rules() -> Mapping[str, Decoding]:
    """Say how each rule of decoding is recognised, by its id."""
    return {id_: each.rule.decoding for id_, each in rules().items() if each.rule.decoding is not None}


def best_fit(place: Place) -> Fit:
    """Say how well the rule that explains it best explains that a client fails for what stands in a place."""
    return max((each.explains(place) for each in decoding_rules().values()), default=Fit.NONE)


def rule_of_place(place: Place) -> str | None:
    """Give the rule that explains best that a client fails for what stands in a place."""
    fits = [(each.explains(place), id_) for id_, each in decoding_rules().items()]
    fit, found = max(fits, key=lambda each: each[0])
    return found if fit else None


def rule_of_change(change: str) -> str | None:
    """Give the rule of what changed in an evolved or a broken value."""
    return next((id_ for id_, each in decoding_rules().items() if change in each.changes), None)


def rule_of_difference(how: str) -> str:
    """Give the rule of what differs in one of the ways of ValueDifference."""
    return next(id_ for id_, each in decoding_rules().items() if how in each.differences)


def default_rule(outcome: str, *, of_broken: bool = False) -> str:
    """Give the rule of an outcome that nothing else explains."""
    found = [
        id_
        for id_, each in decoding_rules().items()
        if each.is_default and rules()[id_].rule.outcome == outcome and each.of_broken <= of_broken
    ]
    return max(found, key=lambda id_: decoding_rules()[id_].of_broken)
