"""Which rule a client breaks where one change makes the difference between what it takes and what it doesn't."""

from ....fixtures.schema.kinds import Node, Text
from ....fixtures.schema.places import Place, replaced
from ....fixtures.shapes.evolved import is_id, new_ids
from .diagnosis import Diagnosis
from .explaining import decoding_rules, default_rule, rule_of_change, rule_of_place
from .mending import alternatives, spelling
from .pairs import ABSENT, Pair, place_at, value_at
from .shrinking import Shows


def diagnose_pair(node: Node, pair: Pair, outcome: str, *, is_taken: Shows, is_shown: Shows) -> Diagnosis:
    """Give what is to blame for an outcome where one change makes the difference (see `diagnose`)."""
    unknown = Diagnosis(default_rule(outcome), pair.path)
    if of_change := rule_of_change(pair.change):
        return Diagnosis(of_change, pair.path)
    place = place_at(node, pair.bad, pair.path)
    if place is None:
        return unknown
    of_ids = rule_of_change("new-id")
    if of_ids is not None and _is_of_any_id(place, pair, is_shown):
        return Diagnosis(of_ids, pair.path)
    rule = rule_of_place(place)
    if rule is None or decoding_rules()[rule].is_default:
        return unknown
    is_new = pair.new is not ABSENT and value_at(pair.good, pair.path) is ABSENT
    if is_new and not any(map(is_taken, alternatives(node, pair.bad, pair.path, rule))):
        return unknown  # whatever stands there
    detail = spelling(node, pair.bad, pair.path, is_taken) if decoding_rules()[rule].is_of_spelling else ""
    return Diagnosis(rule, pair.path, detail)


def _is_of_any_id(place: Place, pair: Pair, is_shown: Shows) -> bool:
    """Whether an id is to blame, and ids of another kind would be too."""
    before = value_at(pair.good, pair.path)
    if not (isinstance(place.kind, Text) and is_id(pair.path) and isinstance(before, str)):
        return False
    return any(is_shown(replaced(pair.good, pair.path, other)) for other in new_ids(before))
