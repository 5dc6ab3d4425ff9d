"""Alert Events V2: what alert sources send, each with its own token (behaviour.md#alert-event-token)."""

from typing import Any

from ...openapi.rfc3339 import written
from ..behaviour.lookups import not_blank
from ..request.authentication import ApiKey, authenticate
from ..request.call import Call
from ..request.problem import invalid, not_found
from ..store.first_members import beginning, kept_name, members_of
from ..store.store import Change, Row, Store

_SOURCES, _ALERTS = "alert_sources", "alerts"


def create_event(store: Store, call: Call) -> dict[str, Any]:
    """Accept an event of an HTTP source: an alert fires, goes on firing, or is resolved.

    Events with the same deduplication key are about the same alert until it is resolved. Raises the 404 Problem for an
    unknown source, the 401 Problem for another token than its own, and the 422 Problem for no deduplication key
    (behaviour.md#alert-event-deduplication-key).
    """
    source = _source(store, call)
    if "deduplication_key" not in call.body:
        raise invalid("deduplication_key", "Deduplication key is required", code="is_required")
    not_blank(call, "deduplication_key", "title")
    firing = _firing(store, source["id"], call.body["deduplication_key"])
    store.apply([*beginning(store, _ALERTS), *_changes(store, call, source, firing)])
    return {
        "deduplication_key": call.body["deduplication_key"],
        "message": "The event is accepted",
        "status": "success",
    }


def _source(store: Store, call: Call) -> Row:
    id_ = call.path["alert_source_config_id"]
    source = next((row for row in members_of(store, _SOURCES) if row["id"] == id_), None)
    if source is None:
        raise not_found("alert source")
    secret = str(source.get("secret_token", ""))
    authenticate(call.query.get("token") or call.token, {secret: ApiKey(secret)} if secret else {})
    return source


def _firing(store: Store, source_id: str, key: str) -> Row | None:
    """The alert of that source and key that has not been resolved."""
    return next(
        (
            row
            for row in members_of(store, _ALERTS)
            if (row["alert_source_id"], row["deduplication_key"], row["status"]) == (source_id, key, "firing")
        ),
        None,
    )


def _changes(store: Store, call: Call, source: Row, firing: Row | None) -> list[Change]:
    now = written(store.clock.now())
    if call.body["status"] == "resolved":
        if firing is None:
            return []  # nothing fires that it could be about
        row = {**firing, "status": "resolved", "resolved_at": now, "updated_at": now}
    else:
        base = firing or {"id": store.new_id(), "attributes": [], "created_at": now}
        said = {name: call.body[name] for name in ("title", "description", "source_url") if name in call.body}
        row = {
            **base,
            **said,
            "alert_source_id": source["id"],
            "deduplication_key": call.body["deduplication_key"],
            "status": "firing",
            "updated_at": now,
        }
    return [Change(kept_name(_ALERTS), row["id"], row)]


OPERATIONS = {"Alert Events V2#CreateHTTP": create_event}
