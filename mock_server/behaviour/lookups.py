"""Finding rows for a request: by path (404 when there is none) or by a reference in a body (422)."""

from ..request.call import Call
from ..request.problem import dangling, not_found, required
from ..store.row_index import RowIndex
from ..store.store import Row, Store


def existing(store: Store, collection: str, id_: str, what: str) -> Row:
    """Find the row that a path names. Raises the 404 Problem."""
    row = store.get(collection, id_)
    if row is None:
        raise not_found(what)
    return row


def referenced(store: Store, collection: str, id_: str, field: str) -> Row:
    """Find the row that a body or query refers to. Raises the 422 Problem for `field`."""
    row = store.get(collection, id_)
    if row is None:
        raise dangling(field, id_)
    return row


def sees_private(call: Call) -> bool:
    """Say whether the key may see private incidents (behaviour.md#role-global-access)."""
    return call.key.has_role("global_access")


def visible_rows(call: Call, index: RowIndex) -> int:
    """Find the rows of an index (of incidents, or of what belongs to them) that the key may see."""
    return index.all_rows if sees_private(call) else index.having("visibility", ["public"])


def visible_row(store: Store, call: Call, collection: str, what: str) -> Row:
    """Find the row that the path names. Raises the 404 Problem, also when its incident is hidden from the key."""
    row = existing(store, collection, call.path["id"], what)
    if not is_visible(store, call, row["incident_id"]):
        raise not_found(what)
    return row


def visible_incident(store: Store, call: Call, id_or_number: str) -> str:
    """Find the id of the incident with that ULID or bare number.

    Raises the 404 Problem, also for an incident that is hidden from the key.
    """
    id_ = store.incidents.find(id_or_number)
    if id_ is None or not is_visible(store, call, id_):
        raise not_found("incident")
    return id_


def is_seen(store: Store, call: Call, incident_id: str) -> bool:
    """Say whether there is an incident of that id, and the key may see it."""
    return store.incidents.index.knows(incident_id) and is_visible(store, call, incident_id)


def require_incident(store: Store, call: Call, incident_id: str, what: str = "incident") -> None:
    """Raise the 404 Problem, for what it belongs to, where the key doesn't see an incident or there isn't one."""
    if not is_seen(store, call, incident_id):
        raise not_found(what)


def is_visible(store: Store, call: Call, incident_id: str) -> bool:
    """Say whether the key may see what belongs to that incident."""
    return sees_private(call) or store.incidents.is_public(incident_id)


def not_blank(call: Call, *fields: str) -> None:
    """Raise the 422 Problem for a field of the body that is there but blank."""
    for field in fields:
        if field in call.body and not call.body[field].strip():
            raise required(field, "must not be blank")
