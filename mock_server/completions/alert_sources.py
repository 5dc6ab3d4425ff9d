"""Alert Sources V2: where each is sent its events, and by which token (behaviour.md#alert-events)."""

import random
from collections.abc import Mapping
from typing import Any

from ...fixtures.domain.names import slug
from ..assumptions import MERGE_STRATEGY
from ..request.call import Call
from ..store.store import Row, Store

_WITHOUT_EVENTS_URL = frozenset(
    {"email", "heartbeat", "incoming_calls", "jira", "jsm", "service_now", "status_page_views", "zendesk"}
)
"""Types that get their events from an integration, by email, or make them themselves."""


def complete_source(store: Store, call: Call, row: Row, before: Row | None) -> Row:
    """Give a source with its secret token and its URL for events, or its address for emails, which stay for ever.

    A binding without a merge strategy has the default one.
    """
    kept = before or {}
    added: dict[str, Any] = {"template": _with_strategies(row["template"])}
    if row["source_type"] == "email":
        address = kept.get("email_options", {}).get("email_address") or _email_address(store, row)
        added["email_options"] = {**row.get("email_options", {"redactions": []}), "email_address": address}
    elif row["source_type"] not in _WITHOUT_EVENTS_URL:
        added["alert_events_url"] = f"{call.base_url}/v2/alert_events/{row['source_type']}/{row['id']}"
        added["secret_token"] = kept.get("secret_token") or _token(store.random)
    return {**row, **added}


def _email_address(store: Store, row: Row) -> str:
    return f"{slug(row['name'])}-{row['id'][-6:].lower()}@{store.slug}.alerts.example"


def _token(rng: random.Random) -> str:
    return f"{rng.getrandbits(256):064x}"


def _with_strategies(template: Row) -> dict[str, Any]:
    return {**template, "attributes": [_with_strategy(each) for each in template["attributes"]]}


def _with_strategy(attribute: Mapping[str, Any]) -> dict[str, Any]:
    return {**attribute, "binding": {"merge_strategy": MERGE_STRATEGY, **attribute["binding"]}}


COMPLETIONS = {
    "Alert Sources V2#Create": complete_source,
    "Alert Sources V2#Update": complete_source,
}
