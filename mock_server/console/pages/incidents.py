"""Incidents: listed by the API's own filters, shown with their timeline, created and edited."""

from secrets import token_hex
from typing import Any

from ....openapi import Json
from ...request.messages import Reply
from ..answers import Answer, Form
from ..paths import PAGES as CONSOLE
from ..visit import Visit, see

_HERE = f"{CONSOLE}/incidents"
_NEW = ("name", "summary", "severity_id", "incident_status_id", "mode")
_EDITED = ("name", "summary", "severity_id", "incident_status_id")


def list_(visit: Visit) -> Reply:
    """Show a page of the list that the address asks for, in the API's own words."""
    answer = visit.api("Incidents V2#List", query=visit.query)
    content = answer.content if answer.is_good else {"incidents": [], "pagination_meta": {}}
    after = content["pagination_meta"].get("after")
    without = [(name, value) for name, value in visit.query if name != "after"]
    return visit.page(
        "incidents.html",
        status=answer.page_status,
        answer=answer,
        incidents=content["incidents"],
        total=content["pagination_meta"].get("total_record_count"),
        chosen=set(visit.query),
        severities=_rows(visit, "Severities V1#List", "severities"),
        categories=_values(visit, "IncidentStatusV2", "category"),
        modes=_values(visit, "IncidentV2", "mode"),
        first_page=visit.address(_HERE, without) if len(without) < len(visit.query) else None,
        next_page=visit.address(_HERE, [*without, ("after", after)]) if after else None,
    )


def show(visit: Visit) -> Reply:
    """Show an incident with what happened, newest first, and what there is to do."""
    answer = visit.api("Incidents V2#Show", path=visit.path)
    if not answer.is_good:
        return _not_shown(visit, answer)
    incident = answer.content["incident"]
    return visit.page(
        "incident.html",
        incident=incident,
        updates=_belonging(visit, "Incident Updates V2#List", incident["id"], "incident_updates"),
        actions=_belonging(visit, "Actions V3#List", incident["id"], "actions"),
        follow_ups=_belonging(visit, "Follow-ups V3#List", incident["id"], "follow_ups"),
    )


def ask_for_new(visit: Visit) -> Reply:
    """Show an empty form."""
    return _form(visit, Form({"idempotency_key": f"console-{token_hex(8)}"}))


def create(visit: Visit) -> Reply:
    """Declare an incident. The key in the form sees to it that sending it twice declares one."""
    body = visit.typed(*_NEW, "idempotency_key", "visibility")
    answer = visit.api("Incidents V2#Create", body=body)
    if answer.is_good:
        return see(f"{_HERE}/{answer.content['incident']['id']}", done="created")
    return _form(visit, Form(visit.form, answer, _NEW), status=answer.page_status)


def ask_for_edit(visit: Visit) -> Reply:
    """Show a form with what the incident has now."""
    answer = visit.api("Incidents V2#Show", path=visit.path)
    if not answer.is_good:
        return _not_shown(visit, answer)
    incident = answer.content["incident"]
    values = {
        "name": incident["name"],
        "summary": incident.get("summary"),
        "severity_id": incident.get("severity", {}).get("id"),
        "incident_status_id": incident["incident_status"]["id"],
    }
    return _form(visit, Form(values), edited=visit.path["id"])


def edit(visit: Visit) -> Reply:
    """Edit the incident: its name and summary as they were typed, be they empty."""
    changes = {name: visit.form.get(name, "") for name in ("name", "summary")}
    changes |= visit.typed("severity_id", "incident_status_id")
    body = {"incident": changes, "notify_incident_channel": False}
    answer = visit.api("Incidents V2#Edit", path=visit.path, body=body)
    if answer.is_good:
        return see(f"{_HERE}/{answer.content['incident']['id']}", done="edited")
    return _form(visit, Form(visit.form, answer, _EDITED), status=answer.page_status, edited=visit.path["id"])


def _form(visit: Visit, form: Form, *, status: int = 200, edited: str | None = None) -> Reply:
    return visit.page(
        "incident_form.html",
        status=status,
        form=form,
        edited=edited,
        severities=_rows(visit, "Severities V1#List", "severities"),
        statuses=_rows(visit, "Incident Statuses V1#List", "incident_statuses"),
        modes=_values(visit, "IncidentsCreatePayloadV2", "mode"),
    )


def _not_shown(visit: Visit, answer: Answer) -> Reply:
    title = "No incident to show"
    return visit.page("message.html", status=answer.page_status, title=title, reasons=answer.reasons)


def _rows(visit: Visit, operation_id: str, key: str, query: Any = ()) -> list[Any]:
    """What an operation lists; nothing where a fault struck, which the journal shows."""
    answer = visit.api(operation_id, query=query)
    return list(answer.content[key]) if answer.is_good else []


def _belonging(visit: Visit, operation_id: str, incident_id: str, key: str) -> list[Any]:
    return _rows(visit, operation_id, key, [("incident_id", incident_id)])


def _values(visit: Visit, schema: str, name: str) -> list[Json]:
    """The values that the document gives a property to choose from."""
    document = visit.plane.double.document
    found = document.schemas.get(schema, {}).get("properties", {}).get(name, {})
    return list(document.resolve(found).get("enum", []))


PAGES = {
    f"GET {_HERE}": list_,
    f"POST {_HERE}": create,
    f"GET {_HERE}/new": ask_for_new,
    f"GET {_HERE}/{{id}}": show,
    f"GET {_HERE}/{{id}}/edit": ask_for_edit,
    f"POST {_HERE}/{{id}}/edit": edit,
}
