"""Building state by the names that people know: incidents, and what is written into them.

Everything goes through the handlers of the API, with a key that may do all, so what comes about is what the API would
have made; but no request is made: journal, rate limits and faults see nothing of it. One thing goes beyond the API:
merging, which people do in the app (behaviour.md#no-merging). Every function takes keywords, or a JSON object by `**`,
and raises ValueError with one line that says what is wrong; then nothing has changed.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypedDict, Unpack

import orjson

from ...openapi import Json
from ..behaviour.incidents.edit import recorded
from ..behaviour.incidents.moves import moved, update_row
from ..input_schema import InputSchema
from ..pipeline import Double
from ..request.authentication import ApiKey
from ..request.call import Call
from ..request.problem import Problem
from ..request.validation import read_body
from ..resources import Handler, handlers
from ..store.store import Row, Store
from .named import as_json, body_of, id_of, incident_id_of

BUILDER = ApiKey("builder of state", name="incident-double")
"""Who declares and edits what is built."""
_CREATE, _EDIT = "Incidents V2#Create", "Incidents V2#Edit"
_UPDATE, _ACTION, _FOLLOW_UP = "Incident Updates V2#Create", "Actions V3#Create", "Follow-ups V3#Create"


class Edit(TypedDict, total=False):
    """What an edit may say. Names are those of the account's settings, whatever their case; ids will do too."""

    name: str | None
    severity: str | None
    status: str | None
    summary: str | None
    call_url: str | None
    roles: Mapping[str, str | None] | None
    """By name of the role the name, e-mail address or id of a user; None takes the role away."""
    custom_fields: Mapping[str, Any] | None
    """By name of the field a value, or a list of them; None clears it."""
    timestamps: Mapping[str, str | datetime | None] | None
    """By name of the timestamp a moment in ISO 8601; None clears it."""
    merged_into: str | int | None
    """With a status of the category `merged`: id, reference or number of the incident that goes on."""


class Declaration(Edit, total=False):
    """What a declaration may say beside: what can't be edited."""

    incident_type: str | None
    mode: str | None
    visibility: str | None
    """`public` unless another is given."""


def declare_incident(double: Double, /, **properties: Unpack[Declaration]) -> dict[str, Any]:
    """Give a new incident, as the API shows it (IncidentV2); in any status there is. A live one needs a severity."""
    given = _checked("incident", properties)
    with double.lock:
        store = double.store
        target = _merged_into(store, given)
        body = {"visibility": "public", **body_of(store, given), "idempotency_key": _key(store)}
        call_url = body.pop("call_url", None)
        if target is not None:
            del body["incident_status_id"]
        id_: str = orjson.loads(_performed(double, _CREATE, body))["incident"]["id"]
        if call_url:
            _performed(double, _EDIT, _edit_body({"call_url": call_url}), {"id": id_})
        if target is not None:
            _merge(double, id_, given["status"], target)
        return dict(store.incidents.row(id_))


def edit_incident(double: Double, incident: str | int, /, **properties: Unpack[Edit]) -> dict[str, Any]:
    """Give the incident with that id, reference or number after a change, as the API shows it (IncidentV2)."""
    given = _checked("edit", properties)
    with double.lock:
        store = double.store
        id_ = incident_id_of(store, incident)
        target = _merged_into(store, given, besides=id_)
        body = body_of(store, given)
        if target is not None:
            del body["incident_status_id"]
        _performed(double, _EDIT, _edit_body(body), {"id": id_})
        if target is not None:
            _merge(double, id_, given["status"], target)
        return dict(store.incidents.row(id_))


def add_update(
    double: Double,
    incident: str | int,
    *,
    message: str | None = None,
    status: str | None = None,
    severity: str | None = None,
) -> dict[str, Any]:
    """Give a new update of an incident (IncidentUpdateV2), which moves it too where it says so."""
    given = _checked("update", {"message": message, "status": status, "severity": severity})
    with double.lock:
        store = double.store
        body = {
            "incident_id": incident_id_of(store, incident),
            "idempotency_key": _key(store),
            **{_UPDATE_PROPERTY.get(name, name): value for name, value in body_of(store, given).items()},
        }
        return dict(_performed(double, _UPDATE, body)["incident_update"])


_UPDATE_PROPERTY = {"incident_status_id": "to_incident_status_id", "severity_id": "to_severity_id"}


def add_action(
    double: Double, incident: str | int, *, description: str, assignee: str | None = None
) -> dict[str, Any]:
    """Give a new action of an incident, outstanding (ActionV3)."""
    given = _checked("action", {"description": description, "assignee": assignee})
    with double.lock:
        body = {"incident_id": incident_id_of(double.store, incident), **body_of(double.store, given)}
        return dict(_performed(double, _ACTION, body)["action"])


def add_follow_up(
    double: Double, incident: str | int, *, title: str, **properties: str | None
) -> dict[str, Any]:
    """Give a new follow-up of an incident, outstanding (FollowUpV3).

    It may have a `description`, an `assignee`, a `priority`, a `category` and a `team`.
    """
    given = _checked("follow_up", {"title": title, **properties})
    with double.lock:
        body = {"incident_id": incident_id_of(double.store, incident), **body_of(double.store, given)}
        return dict(_performed(double, _FOLLOW_UP, body)["follow_up"])


@cache
def definitions() -> Mapping[str, Json]:
    """Give the JSON Schemas of what the builders take, by name."""
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    found: Mapping[str, Json] = json.loads(text)["$defs"]
    return found


@cache
def _schema(name: str) -> InputSchema:
    return InputSchema({"$ref": f"#/$defs/{name}", "$defs": definitions()})


@cache
def _handlers() -> Mapping[str, Handler]:
    return handlers()


def _checked(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, None for what wasn't. Raises ValueError."""
    given: dict[str, Any] = as_json({key: each for key, each in properties.items() if each is not None})
    _schema(name).check(given)
    try:
        orjson.dumps(given)
    except TypeError as error:  # half of a surrogate pair, say
        raise ValueError(str(error)) from None
    return given


def _edit_body(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"incident": body, "notify_incident_channel": False}


def _key(store: Store) -> str:
    # From the double's own chance: no client's key is the same.
    return f"built {store.new_id()}"


def _performed(
    double: Double, operation_id: str, body: Mapping[str, Any], path: Mapping[str, str] | None = None
) -> Any:
    """What the API answers to an operation. Raises ValueError with what it says when it refuses."""
    operation = double.document.operations.get(operation_id)
    if operation is None:
        raise ValueError(f"the document that is served has no operation {operation_id}")
    try:
        content, nulls = read_body(double.document, operation, orjson.dumps(body))
        call = Call(double.document, operation, BUILDER, path or {}, {}, content, nulls)
        return _handlers()[operation_id](double.store, call)
    except Problem as problem:
        raise ValueError("; ".join(error.message for error in problem.errors)) from None


def _merged_into(store: Store, given: Mapping[str, Any], *, besides: str | None = None) -> str | None:
    """The id of the incident that this one is merged into; None where it isn't. Raises ValueError."""
    status = id_of(store, "incident_statuses", given["status"], "status") if "status" in given else None
    is_merged = status is not None and store.row("incident_statuses", status)["category"] == "merged"
    if is_merged != ("merged_into" in given):
        raise ValueError("merged_into goes with the status of merged incidents, and that with merged_into")
    target = incident_id_of(store, given["merged_into"]) if is_merged else None
    if target is not None and target == besides:
        raise ValueError("an incident can't be merged into itself")
    return target


def _merge(double: Double, id_: str, status: str, target: str) -> None:
    store = double.store
    call = Call(double.document, double.document.operations[_EDIT], BUILDER, {}, {}, {})
    before, now = store.incidents.row(id_), store.clock.timestamp()
    entered = store.row("incident_statuses", id_of(store, "incident_statuses", status, "status"))
    incident: Row = moved(before, entered, before.get("severity"), now)
    update = {**update_row(store, call, incident, now), "merged_into_incident_id": target}
    store.apply(recorded(store, call, before, incident, now, update=update))
