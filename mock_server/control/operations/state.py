"""State: shown, loaded, reset, and brought back to a snapshot or the beginning of a scenario."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

import orjson

from ....openapi.rfc3339 import written
from ...account import Snapshot
from ...pipeline import Double
from ...request.call import Call
from ...request.problem import invalid, not_found
from ...saved_state.snapshot_size import BUDGET, size_of
from ...saved_state.state import exported_parts, load
from ...scenarios import SHIPPED
from ..view import View

MOST_SNAPSHOTS = 100


def show_health(view: View, call: Call) -> dict[str, Any]:
    """Say that the double is ready."""
    return {"status": "ok", "incidents": len(view.double.store.incidents.index)}


def show_document(view: View, call: Call) -> dict[str, Any]:
    """Show the control plane's own document, with the double as its server."""
    return {**view.document.raw, "servers": [{"url": call.base_url}]}


def show_state(view: View, call: Call) -> orjson.Fragment:
    """Export everything the double knows."""
    return orjson.Fragment(b"".join(exported_parts(view.double)))


def update_state(view: View, call: Call) -> None:
    """Load what the double knows from now on. Raises ValueError, which names the first thing that is wrong."""
    load(view.double, call.body)


def begin_scenario(view: View, call: Call) -> None:
    """Go to where a scenario begins: a shipped one, or the one in the body. Raises ValueError, in one line."""
    if ("name" in call.body) == ("scenario" in call.body):
        raise invalid("", "give the name of a scenario, or a scenario")
    if "scenario" in call.body:
        apply_scenario(view.double, call.body["scenario"], "scenario")
    else:
        apply_scenario(view.double, call.body["name"], "name")


def apply_scenario(double: Double, scenario: str | Mapping[str, Any], field: str) -> None:
    """Begin a scenario: a shipped one by its name, or one as its file has it.

    Raises the 422 Problem that blames that field for an unknown name, and ValueError, in one line.
    """
    from ...scenarios.beginning import begin  # noqa: PLC0415 - reads YAML
    from ...scenarios.reading import parse_scenario, read_scenario  # noqa: PLC0415

    if not isinstance(scenario, str):
        begin(parse_scenario(orjson.dumps(scenario), name="given", source="scenario"), double)
    elif scenario in SHIPPED:
        begin(read_scenario(scenario), double)
    else:
        raise invalid(field, f"no such scenario: {scenario} (there are {', '.join(SHIPPED)})")


def reset(view: View, call: Call) -> None:
    """Go back to how the double began; snapshots stay."""
    view.double.reset()


def update_seed(view: View, call: Call) -> None:
    """Decide what chance makes from now on."""
    with view.double.lock:
        view.double.store.reseed(call.body["seed"])


def list_snapshots(view: View, call: Call) -> dict[str, Any]:
    """List the snapshots that are kept, oldest first."""
    return {"snapshots": [_shown(id_, each) for id_, each in tuple(view.double.snapshots.items())]}


def create_snapshot(view: View, call: Call) -> dict[str, Any]:
    """Make a snapshot. Raises the 422 Problem when there are too many, or those that there are take too much."""
    if len(view.double.snapshots) >= MOST_SNAPSHOTS:
        raise invalid("", f"{MOST_SNAPSHOTS} snapshots are kept already: delete one")
    with view.double.lock:
        snapshot = view.double.snapshot()._replace(journal=view.double.journal.mark())
    size = size_of(
        tuple(view.double.snapshots.values()), snapshot.store
    )  # others make and delete them meanwhile
    if size > BUDGET:
        raise invalid("", f"the snapshots that are kept take {size // 2**20} MiB already: delete one")
    id_ = token_hex(4)
    view.double.snapshots[id_] = snapshot
    return {"snapshot": _shown(id_, snapshot)}


def delete_snapshot(view: View, call: Call) -> None:
    """Delete a snapshot."""
    if view.double.snapshots.pop(call.path["id"], None) is None:
        raise not_found("snapshot")


def rollback(view: View, call: Call) -> None:
    """Go back to a snapshot."""
    snapshot = view.double.snapshots.get(call.path["id"])
    if snapshot is None:
        raise not_found("snapshot")
    view.double.rollback(snapshot)


def _shown(id_: str, snapshot: Snapshot) -> dict[str, Any]:
    return {"id": id_, "at": written(snapshot.at)}


OPERATIONS = {
    "Health#Show": show_health,
    "Document#Show": show_document,
    "State#Show": show_state,
    "State#Update": update_state,
    "State#Reset": reset,
    "Scenario#Update": begin_scenario,
    "Seed#Update": update_seed,
    "Snapshots#List": list_snapshots,
    "Snapshots#Create": create_snapshot,
    "Snapshots#Delete": delete_snapshot,
    "Snapshots#Rollback": rollback,
}
