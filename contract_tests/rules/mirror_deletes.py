"""Misses a row in a list from which its own change has hidden it.

Why: The list of incidents leaves out those that were declined, canceled or merged, unless it is asked for them.
A mirror that deletes what a later list doesn't have deletes an incident which is there, only canceled, and
with it everything that was written to it.

Evidence: behaviour.md#default-categories, behaviour.md#bug-categories-missing: canceled incidents vanish from
default lists.

Fix: Ask for all status categories, and mark a row as canceled rather than delete it. Incidents can't be
deleted in the API at all.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ...mock_server.assumptions import HIDDEN_BY_DEFAULT_CATEGORIES
from ..wire.conversation import Conversation, WireExchange
from ..wire.queries import filters_of, ids_of, is_write, query_of, whole_walks
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    hidden = [(each, id_) for each in conversation.exchanges if (id_ := _hidden_by(each))]
    for id_, exchanges in conversation.by_operation.items():
        if "status_category" not in filters_of(conversation.document.operations[id_]):
            continue
        for before, after in pairwise(_alike(whole_walks(exchanges))):
            missing = _ids(before) - _ids(after)
            for change, incident in hidden:
                if incident in missing and before[0].started < change.started < after[0].started:
                    message = (
                        "an incident is missing from the whole list because the client itself has ended it"
                    )
                    yield Breach(message, after[0], pointer="status_category")


def _alike(walks: Iterator[Sequence[WireExchange]]) -> Sequence[Sequence[WireExchange]]:
    """Those that ask for the same as the first one."""
    found = list(walks)
    return [walk for walk in found if _asked(walk[0]) == _asked(found[0][0])]


def _asked(first: WireExchange) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in query_of(first) if name != "page_size")


def _ids(walk: Sequence[WireExchange]) -> set[str]:
    return {id_ for page in walk for id_ in ids_of(page)}


def _hidden_by(exchange: WireExchange) -> str | None:
    """The incident that a request has ended in a way which hides it from the default list."""
    if not is_write(exchange) or exchange.operation is None:
        return None
    incident = _incident(exchange.answer())
    status = incident.get("incident_status")
    category = status.get("category") if isinstance(status, dict) else None
    if category not in HIDDEN_BY_DEFAULT_CATEGORIES:
        return None
    id_ = incident.get("id") or incident.get("incident_id")
    return id_ if isinstance(id_, str) else None


def _incident(answer: Any) -> dict[str, Any]:
    """The incident that an answer is about: of an update, its new status as if it were the incident's."""
    if not isinstance(answer, dict):
        return {}
    update = answer.get("incident_update")
    if isinstance(update, dict):
        return {"id": update.get("incident_id"), "incident_status": update.get("new_incident_status")}
    incident = answer.get("incident")
    return incident if isinstance(incident, dict) else {}


RULE = Rule(("watch", "drive"), "warning", "silent-loss", _judge)
