"""State: shown, taken in, reset, and brought back to a snapshot or the beginning of a scenario."""

from secrets import token_hex
from typing import Any

import orjson

from ....openapi.rfc3339 import written
from ...account import Snapshot
from ...request.call import Call
from ...request.problem import invalid, not_found
from ...saved_state.state import exported_parts, load
from ...scenarios import SHIPPED
from ..plane import ControlPlane

MOST_SNAPSHOTS = 100


def show_health(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """That the double is ready."""
    return {"status": "ok", "incidents": len(plane.double.store.incidents.index)}


def show_document(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """The control plane's own document, with the double as its server."""
    return {**plane.document.raw, "servers": [{"url": call.base_url}]}


def show_state(plane: ControlPlane, call: Call) -> orjson.Fragment:
    """Everything the double knows."""
    return orjson.Fragment(b"".join(exported_parts(plane.double)))


def update_state(plane: ControlPlane, call: Call) -> None:
    """What it knows from now on. Raises ValueError, which names the place of the first thing that is wrong."""
    load(plane.double, call.body)


def begin_scenario(plane: ControlPlane, call: Call) -> None:
    """Where a scenario begins: a shipped one, or the one in the body. Raises ValueError, in one line."""
    from ...scenarios.beginning import begin  # noqa: PLC0415 - reads YAML
    from ...scenarios.reading import parse_scenario, read_scenario  # noqa: PLC0415

    if ("name" in call.body) == ("scenario" in call.body):
        raise invalid("", "give the name of a scenario, or a scenario")
    if "scenario" in call.body:
        text = orjson.dumps(call.body["scenario"])
        begin(parse_scenario(text, name="given", source="scenario"), plane.double)
    elif call.body["name"] in SHIPPED:
        begin(read_scenario(call.body["name"]), plane.double)
    else:
        raise invalid("name", f"no such scenario: {call.body['name']} (there are {', '.join(SHIPPED)})")


def reset(plane: ControlPlane, call: Call) -> None:
    """How the double began; snapshots stay."""
    plane.double.reset()


def update_seed(plane: ControlPlane, call: Call) -> None:
    """Decide what chance makes from now on."""
    with plane.double.lock:
        plane.double.store.reseed(call.body["seed"])


def list_snapshots(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """Those that are kept, oldest first."""
    return {"snapshots": [_shown(id_, each) for id_, each in tuple(plane.snapshots.items())]}


def create_snapshot(plane: ControlPlane, call: Call) -> dict[str, Any]:
    """One more. Raises the 422 Problem when there are too many."""
    if len(plane.snapshots) >= MOST_SNAPSHOTS:
        raise invalid("", f"{MOST_SNAPSHOTS} snapshots are kept already: delete one")
    id_ = token_hex(4)
    snapshot = plane.snapshots[id_] = plane.double.snapshot()
    return {"snapshot": _shown(id_, snapshot)}


def delete_snapshot(plane: ControlPlane, call: Call) -> None:
    """Kept no longer."""
    if plane.snapshots.pop(call.path["id"], None) is None:
        raise not_found("snapshot")


def rollback(plane: ControlPlane, call: Call) -> None:
    """Everything as it was at a snapshot."""
    snapshot = plane.snapshots.get(call.path["id"])
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
