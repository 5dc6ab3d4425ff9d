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
from ..plane import ControlPlane

MOST_SNAPSHOTS = 100


def show_health(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Say that the double is ready."""
    return {"status": "ok", "incidents": len(plane.double.store.incidents.index)}


def show_document(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Show the control plane's own document, with the double as its server."""
    return {**plane.document.raw, "servers": [{"url": call.base_url}]}


def show_state(plane: ControlPlane, call: Call) -> orjson.Fragment:
    """Export everything the double knows."""
    return orjson.Fragment(b"".join(exported_parts(plane.double)))


def update_state(plane: ControlPlane, call: Call) -> None:
    """Load what the double knows from now on. Raises ValueError, which names the first thing that is wrong."""
    load(plane.double, call.body)


def begin_scenario(plane: ControlPlane, call: Call) -> None:
    """Go to where a scenario begins: a shipped one, or the one in the body. Raises ValueError, in one line."""
    if ("name" in call.body) == ("scenario" in call.body):
        raise invalid("", "give the name of a scenario, or a scenario")
    if "scenario" in call.body:
        apply_scenario(plane.double, call.body["scenario"], "scenario")
    else:
        apply_scenario(plane.double, call.body["name"], "name")


def apply_scenario(double: Double, scenario: str | Mapping[str, Any], field: str) -> None:
    """Begin a scenario: a shipped one by its name, or one as its file has it.

    Raises the 422 Problem that blames that field for a name that is none, and ValueError, in one line.
    """
    from ...scenarios.beginning import begin  # noqa: PLC0415 - reads YAML
    from ...scenarios.reading import parse_scenario, read_scenario  # noqa: PLC0415

    if not isinstance(scenario, str):
        begin(parse_scenario(orjson.dumps(scenario), name="given", source="scenario"), double)
    elif scenario in SHIPPED:
        begin(read_scenario(scenario), double)
    else:
        raise invalid(field, f"no such scenario: {scenario} (there are {', '.join(SHIPPED)})")


def reset(plane: ControlPlane, call: Call) -> None:
    """Go back to how the double began; snapshots stay."""
    plane.double.reset()


def update_seed(plane: ControlPlane, call: Call) -> None:
    """Decide what chance makes from now on."""
    with plane.double.lock:
        plane.double.store.reseed(call.body["seed"])


def list_snapshots(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """List the snapshots that are kept, oldest first."""
    return {"snapshots": [_shown(id_, each) for id_, each in tuple(plane.double.snapshots.items())]}


def create_snapshot(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Make a snapshot. Raises the 422 Problem when there are too many, or those that there are take too much."""
    if len(plane.double.snapshots) >= MOST_SNAPSHOTS:
        raise invalid("", f"{MOST_SNAPSHOTS} snapshots are kept already: delete one")
    with plane.double.lock:
        snapshot = plane.double.snapshot()._replace(journal=plane.double.journal.mark())
    size = size_of(
        tuple(plane.double.snapshots.values()), snapshot.store
    )  # others make and delete them meanwhile
    if size > BUDGET:
        raise invalid("", f"the snapshots that are kept take {size // 2**20} MiB already: delete one")
    id_ = token_hex(4)
    plane.double.snapshots[id_] = snapshot
    return {"snapshot": _shown(id_, snapshot)}


def delete_snapshot(plane: ControlPlane, call: Call) -> None:
    """Delete a snapshot."""
    if plane.double.snapshots.pop(call.path["id"], None) is None:
        raise not_found("snapshot")


def rollback(plane: ControlPlane, call: Call) -> None:
    """Go back to a snapshot."""
    snapshot = plane.double.snapshots.get(call.path["id"])
    if snapshot is None:
        raise not_found("snapshot")
    plane.double.rollback(snapshot)


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
