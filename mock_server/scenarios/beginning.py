"""Bringing a double to the beginning of a scenario."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ...fixtures.domain.dataset import Dataset
from ...fixtures.fresh_account import fresh_account
from ...fixtures.shapes.shaped_dataset import dataset as shaped_dataset
from ..building.building import add_action, add_follow_up, add_update, declare_incident, edit_incident
from ..clock import moment
from ..faults.armed_fault import ArmedFault
from ..faults.arming import fault_of, parse_fault
from ..pipeline import Double
from ..store.store import StoreContents
from .reading import Scenario

_MOST_INCIDENTS = 120
"""How many the data set has when nothing is said, as with `serve`."""


def begin(scenario: Scenario, double: Double, *, at: datetime | None = None) -> None:
    """Bring the double to where the scenario begins: state, clock, chance and faults; nothing else stays.

    `at` takes the place of the scenario's own moment. No watcher sees the changes that this makes. Raises
    ValueError with one line that names the file and the place in it; then the double is as it was.
    """
    with double.lock:
        before = double.snapshot()
        try:
            faults = _faults(scenario.content, double)
            double.reset()
            with double.store.unwatched():  # a beginning is no event
                _begin(scenario.content, double, at)
            for fault in faults:
                double.faults.arm(fault)
        except ValueError as error:
            double.rollback(before)
            raise ValueError(f"{scenario.source}: {error}") from None


def _begin(content: Mapping[str, Any], double: Double, at: datetime | None) -> None:
    clock = content.get("clock", {})
    start = at or (moment(clock["at"]) if "at" in clock else double.clock.now())
    data = content.get("data", {})
    double.store.random.seed(data.get("seed", 0))
    entries = sorted(enumerate(content.get("incidents", [])), key=lambda each: -each[1].get("hours_ago", 0))
    # The data set lies before those incidents, so that numbers follow the order of creation.
    first = start - timedelta(hours=max((each.get("hours_ago", 0) for _, each in entries), default=0))
    _load(double, _dataset(data, first))
    double.clock.freeze(start)
    for number, entry in entries:
        _placed(_declare, f"/incidents/{number}", double, entry, start)
    double.clock.set(start, frozen=clock.get("frozen", False))
    double.faults.clear()


def _faults(content: Mapping[str, Any], double: Double) -> list[ArmedFault]:
    given = content.get("faults", [])
    return [_placed(_fault, f"/faults/{number}", double, each) for number, each in enumerate(given)]


def _placed(work: Any, place: str, *arguments: Any) -> Any:
    try:
        return work(*arguments)
    except ValueError as error:
        complaint = str(error)
        raise ValueError(f"{place}{complaint if complaint.startswith('/') else f': {complaint}'}") from None


def _fault(double: Double, given: str | Mapping[str, Any]) -> ArmedFault:
    return parse_fault(given, double.document) if isinstance(given, str) else fault_of(given, double.document)


def _dataset(data: Mapping[str, Any], now: datetime) -> Dataset:
    seed, shape = data.get("seed", 0), data.get("shape", "realistic")
    if shape == "fresh":
        return fresh_account(seed=seed, now=now)
    return shaped_dataset(shape, seed=seed, incidents=data.get("incidents", _MOST_INCIDENTS), now=now)


def _load(double: Double, dataset: Dataset) -> None:
    gone: dict[str, Any] = {name: {} for name in double.store.rows()}
    rows = {name: {row["id"]: row for row in rows} for name, rows in dataset.collections.items()}
    names = (dataset.organisation, dataset.slug, dataset.slack_team_id)
    double.store.load(StoreContents(*names, {**gone, "incidents": {}, **rows}))


def _declare(double: Double, entry: Mapping[str, Any], start: datetime) -> None:
    """Declare an incident and live through it, each step at its time; one that names none follows at once."""
    declared = {name: entry[name] for name in entry.keys() - {"hours_ago", "edits", "actions", "follow_ups"}}
    ago = entry.get("hours_ago", 0)
    double.clock.freeze(start - timedelta(hours=ago))
    id_ = declare_incident(double, **declared)["id"]
    for number, edit in enumerate(entry.get("edits", [])):
        before, ago = ago, edit.get("hours_ago", ago)
        if ago > before:
            raise ValueError(
                f"/edits/{number}/hours_ago: {ago} is before what it changes, {before} hours ago"
            )
        double.clock.freeze(start - timedelta(hours=ago))
        _placed(_edit, f"/edits/{number}", double, id_, edit)
    for number, action in enumerate(entry.get("actions", [])):
        _placed(lambda given: add_action(double, id_, **given), f"/actions/{number}", action)
    for number, follow_up in enumerate(entry.get("follow_ups", [])):
        _placed(lambda given: add_follow_up(double, id_, **given), f"/follow_ups/{number}", follow_up)


def _edit(double: Double, id_: str, edit: Mapping[str, Any]) -> None:
    rest = {name: edit[name] for name in edit.keys() - {"hours_ago", "message"}}
    if "message" in edit:
        moves = {
            name: rest.pop(name)
            for name in ("status", "severity")
            if name in rest and "merged_into" not in rest
        }
        add_update(double, id_, message=edit["message"], **moves)
    if rest:
        edit_incident(double, id_, **rest)
