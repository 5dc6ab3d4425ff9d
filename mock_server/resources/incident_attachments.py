"""Incident Attachments V1 (behaviour.md#attachments-and-memberships)."""

from typing import Any

from ...fixtures.domain.names import dashboard
from ..behaviour.lookups import require_incident, visible_row, visible_rows
from ..request.call import Call
from ..request.problem import invalid, required
from ..store.store import Change, Store

COLLECTION = "incident_attachments"


def list_attachments(store: Store, call: Call) -> dict[str, Any]:
    """List the attachments of one incident, or of one external resource; an unknown incident is a 404.

    See behaviour.md#updates-of-unknown-incident.
    """
    wanted = call.query
    if "incident_id" not in wanted and not ("resource_type" in wanted and "external_id" in wanted):
        raise required("incident_id", "is required, unless both resource_type and external_id are given")
    if "incident_id" in wanted:
        require_incident(store, call, wanted["incident_id"])
    index = store.belongings[COLLECTION]
    found = visible_rows(call, index)
    for name in ("incident_id", "resource_type", "external_id"):
        if name in wanted:
            found &= index.having(name, [wanted[name]])
    return {COLLECTION: [store.row(COLLECTION, id_) for id_ in index.ids(found)]}


def create_attachment(store: Store, call: Call) -> dict[str, Any]:
    """Attach an external resource, by its id there or by a URL."""
    resource = call.body["resource"]
    require_incident(store, call, call.body["incident_id"])
    if ("external_id" in resource) == ("url" in resource):
        raise invalid("resource", "resource must have either an external_id or a url")
    if (resource["resource_type"] == "arbitrary_url") != ("url" in resource):
        raise invalid("resource.url", "a url goes with the resource type arbitrary_url, and with no other")
    name = resource.get("external_id", resource.get("url"))
    row = {
        "id": store.new_id(),
        "incident_id": call.body["incident_id"],
        "resource": {
            "external_id": name,
            "permalink": resource.get("url", dashboard(store.slug, "external", name)),
            "resource_type": resource["resource_type"],
            "title": resource.get("title", name),
        },
    }
    store.apply([Change(COLLECTION, row["id"], row)])
    return {"incident_attachment": row}


def delete_attachment(store: Store, call: Call) -> None:
    """Delete the attachment."""
    row = visible_row(store, call, COLLECTION, "incident attachment")
    store.apply([Change(COLLECTION, row["id"], None)])


OPERATIONS = {
    "Incident Attachments V1#List": list_attachments,
    "Incident Attachments V1#Create": create_attachment,
    "Incident Attachments V1#Delete": delete_attachment,
}
