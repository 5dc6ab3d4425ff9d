"""Conversations in which something goes wrong: what is refused, what stands before the API, what gets lost."""

from collections.abc import Iterator, Mapping

from ...fixtures.domain.identifiers import NOBODYS_ID
from ...openapi import Json
from .talk import Talk, ids

_ENDLESS = 50
"""More often than a client tries again."""
_READS = {"Incidents V2#Show": "incidents", "Users V2#Show": "users"}
"""What a fault strikes, the first of them that the client has, and where its ids are found."""
_FAULTS = (
    *("403", "409", "500"),
    *("404-empty", "404-html", "429-html", "500-html", "502", "503", "504"),
)
"""The vendor's envelope, an empty body, and pages of HTML."""


def ask_for_what_is_not_there(talk: Talk) -> None:
    """Show unknown ids, and list by an unknown incident.

    See behaviour.md#error-404-code, behaviour.md#updates-of-unknown-incident.
    """
    for operation in list(talk.document.operations.values()):
        if operation.id.endswith("#Show") and not operation.deprecated:
            talk.call(operation.id, {"id": NOBODYS_ID})
    for list_ in ("Incident Attachments V1#List", "Incident Updates V2#List", "Follow-ups V3#List"):
        talk.call(list_, query={"incident_id": NOBODYS_ID})


def be_refused(talk: Talk) -> None:
    """Send what only the API can refuse (422), and come with a key that nobody knows.

    See behaviour.md#error-422, behaviour.md#auth-invalid.
    """
    body = {"idempotency_key": "drive:refused", "visibility": "public", "severity_id": NOBODYS_ID}
    talk.call("Incidents V2#Create", body=body)
    talk.call("Severities V1#Create", body={"name": _taken(talk, "severities"), "description": "Twice."})
    changes = {"incident": {"severity_id": NOBODYS_ID}, "notify_incident_channel": False}
    talk.call("Incidents V2#Edit", {"id": ids(talk.dataset.collections["incidents"])[0]}, body=changes)
    with talk.wrong_key():
        for operation_id, path in _reads(talk):
            talk.call(operation_id, path)


def _taken(talk: Talk, collection: str) -> Json:
    return talk.dataset.collections[collection][0]["name"]


def be_rate_limited(talk: Talk) -> None:
    """Be answered with 429 and `Retry-After` in seconds, once and without end (behaviour.md#retry-after-seconds)."""
    for operation_id, path in _reads(talk):
        for count in (1, _ENDLESS):
            with talk.fault(operation_id, "429", count=count, seconds=1):
                talk.call(operation_id, path)


def meet_errors_of_every_kind(talk: Talk) -> None:
    """Be answered with errors, with and without an envelope (behaviour.md#errors)."""
    for kind in _FAULTS:
        for operation_id, path in _reads(talk):
            with talk.fault(operation_id, kind, count=_ENDLESS):
                talk.call(operation_id, path)


def lose_the_connection(talk: Talk) -> None:
    """Have the connection cut in the middle of an answer, and before it."""
    for kind in ("cut", "reset"):
        for operation_id, path in _reads(talk):
            with talk.fault(operation_id, kind, count=_ENDLESS):
                talk.call(operation_id, path)


def wait_for_a_slow_answer(talk: Talk, seconds: float) -> None:
    """Have an answer come in bit by bit, for so long."""
    for operation_id, path in _reads(talk):
        with talk.fault(operation_id, "drip", count=_ENDLESS, seconds=seconds):
            talk.call(operation_id, path)


def _reads(talk: Talk) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The one call that is struck, of another object each time: a call of our own isn't the client's second try."""
    for operation_id, collection in _READS.items():
        if made := talk.count(operation_id):
            known = ids(talk.dataset.collections[collection])
            yield operation_id, {"id": known[made % len(known)]}
            return
