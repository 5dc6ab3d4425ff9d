"""Incidents V2: list, show, create, edit.

See behaviour.md#filters-of-the-incidents-list, behaviour.md#creating-an-incident, behaviour.md#editing-an-incident,
behaviour.md#showing-an-incident.
"""

import orjson

from ..behaviour.idempotency import made_before
from ..behaviour.incidents.declaration import declaration, just_declared
from ..behaviour.incidents.edit import edit
from ..behaviour.incidents.filters import matching
from ..behaviour.lookups import visible_incident
from ..behaviour.paging import page_size, pagination_meta, unknown_cursor
from ..request.call import Call
from ..request.messages import Parts
from ..store.store import Store


def list_incidents(store: Store, call: Call) -> Parts:
    """List a page of the incidents that the filters leave, newest first unless asked otherwise."""
    return rendered_page(store, call, matching(store, call))


def rendered_page(store: Store, call: Call, found: int) -> Parts:
    """Render one page of the incidents found. Raises the 422 Problem for an unknown cursor."""
    size, after = page_size(call), call.query.get("after")
    index = store.incidents.index
    if after is not None and not index.knows(after):
        raise unknown_cursor(after)
    newest_first = call.query.get("sort_by") != "created_at_oldest_first"
    page = index.page(found, after=after, size=size, newest_first=newest_first)
    meta = {**pagination_meta(page, size), "total_record_count": found.bit_count()}
    # Never joined here: a page is large, and to copy it would cost as much as finding it.
    parts = [b'{"incidents":[']
    for rendered in map(store.incidents.rendered, page):
        parts += (rendered, b",")
    if page:
        parts.pop()
    parts += (b'],"pagination_meta":', orjson.dumps(meta), b"}")
    return Parts(parts)


def show_incident(store: Store, call: Call) -> bytes:
    """Show the incident of that ULID, or of the bare number of its reference."""
    return _wrapped(store, visible_incident(store, call, call.path["id"]))


def _wrapped(store: Store, id_: str) -> bytes:
    return b'{"incident":' + store.incidents.rendered(id_) + b"}"


def create_incident(store: Store, call: Call) -> bytes:
    """Declare an incident; the same idempotency key gives the first one again, whatever else the body says."""
    first = made_before(store, call)
    if first is not None:
        return _wrapped(store, first)
    id_, changes = declaration(store, call, call.body)
    store.apply(changes)
    return b'{"incident":' + orjson.dumps(just_declared(store.incidents.row(id_))) + b"}"


def edit_incident(store: Store, call: Call) -> bytes:
    """Change of the incident what the body names, and nothing else."""
    id_ = visible_incident(store, call, call.path["id"])
    store.apply(edit(store, call, store.incidents.row(id_), call.body["incident"]))
    return _wrapped(store, id_)


OPERATIONS = {
    "Incidents V2#List": list_incidents,
    "Incidents V2#Create": create_incident,
    "Incidents V2#Show": show_incident,
    "Incidents V2#Edit": edit_incident,
}
