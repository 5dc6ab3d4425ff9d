"""Small clients to be driven, each breaking one rule: the reference client, with one thing wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from examples.reference_client.adapter import Adapter
from examples.reference_client.client import Client
from examples.reference_client.errors import IncidentIoError, NotFoundError
from incident_double.contract_tests.drive import erring, reading, writing

from .driven import Hold

Make = Callable[[Client], Adapter]


def connect(make: Make, base_url: str, api_key: str) -> Adapter:
    """A client in a hurry: it waits less than the reference client does by default."""
    return make(Client(base_url, api_key, patience=2, first_wait=0.05))


class Asking(Adapter):
    """Asks for something else than it was asked for."""

    def __init__(self, client: Client, change: Callable[[dict[str, Any]], object]) -> None:
        super().__init__(client)
        self._change = change

    def call(self, operation_id: str, path: Mapping[str, str], query: Mapping[str, Any], body: Any) -> Any:
        asked = json.loads(json.dumps({"path": path, "query": query, "body": body}))
        self._change(asked)
        return super().call(operation_id, asked["path"], asked["query"], asked["body"])


class Giving(Adapter):
    """Gives back something else than it got."""

    def __init__(self, client: Client, change: Callable[[Any], object]) -> None:
        super().__init__(client)
        self._change = change

    def call(self, *arguments: Any) -> Any:
        returned = super().call(*arguments)
        if isinstance(returned, dict) and "incident" in returned:
            self._change(returned["incident"])
        return returned


class Failing(Adapter):
    """Raises something else, or nothing, where the client raises its own exception."""

    def __init__(self, client: Client, misread: Callable[[IncidentIoError], Any]) -> None:
        super().__init__(client)
        self._misread = misread

    def call(self, *arguments: Any) -> Any:
        try:
            return super().call(*arguments)
        except IncidentIoError as error:
            return self._misread(error)


class Expecting(Adapter):
    """Takes only this status of a verb for success."""

    def __init__(self, client: Client, method: str, status: int) -> None:
        super().__init__(client)
        self._wanted = method, status

    def call(self, operation_id: str, *arguments: Any) -> Any:
        returned = super().call(operation_id, *arguments)
        operation, (method, status) = self._operations[operation_id], self._wanted
        if operation.method == method and operation.success != status:
            raise IncidentIoError(f"{operation.success}: expected {status}", status=operation.success)
        return returned


def drop_severity(asked: dict[str, Any]) -> None:
    asked["query"].pop("severity", None)


def keep_first_status(asked: dict[str, Any]) -> None:
    if "status" in asked["query"]:
        asked["query"]["status"] = {name: each[:1] for name, each in asked["query"]["status"].items()}


def shorten_name(asked: dict[str, Any]) -> None:
    if asked["body"] and "name" in asked["body"]:
        asked["body"]["name"] = asked["body"]["name"][:5]


def round_times(incident: dict[str, Any]) -> None:
    seconds, _, fraction = incident["created_at"].rstrip("Z").partition(".")
    incident["created_at"] = f"{seconds}.{fraction.ljust(6, '0')}001Z"


def close_enum(incident: dict[str, Any]) -> None:
    known = ("triage", "learning")
    if incident["incident_status"]["category"] not in known:
        raise ValueError(f"'{incident['incident_status']['category']}' is not a valid Category")


def close_properties(incident: dict[str, Any]) -> None:
    if "novelty" in incident:
        raise TypeError("__init__() got an unexpected keyword argument 'novelty'")


def leak(error: IncidentIoError) -> Any:
    return json.loads(error.body)["error"]


def leak_if(wanted: Callable[[IncidentIoError], bool]) -> Callable[[IncidentIoError], Any]:
    def misread(error: IncidentIoError) -> Any:
        if wanted(error):
            return leak(error)
        raise error

    return misread


def lose_reason(error: IncidentIoError) -> Any:
    raise IncidentIoError("something went wrong", status=error.status) from None


def empty_list_if_missing(error: IncidentIoError) -> Any:
    if isinstance(error, NotFoundError):
        return {"incident_updates": []}
    raise error


class RaisingIfEmpty(Adapter):
    """Tells of an incident without follow-ups as of one that isn't there."""

    def call(self, *arguments: Any) -> Any:
        returned = super().call(*arguments)
        if returned == {"follow_ups": [], "pagination_meta": {"page_size": 25}}:
            raise NotFoundError("no follow-ups", status=404)
        return returned


@dataclass(frozen=True)
class Broken:
    """A client, and the conversation in which it shows."""

    rule: str
    make: Make
    hold: Hold
    dataset: str = "realistic"


def lists(talk: Any) -> None:
    for list_ in ("Incident Updates V2#List", "Follow-ups V3#List"):
        talk.call(list_, query={"incident_id": "01AAAAAAAAAAAAAAAAAAAAAAAA"})


def errors(talk: Any) -> None:
    reading.show_one_of_each_kind(talk)
    erring.meet_errors_of_every_kind(talk)


BROKEN = {
    "drops a filter": Broken(
        "filter-dropped", partial(Asking, change=drop_severity), reading.ask_with_every_filter
    ),
    "sends one value of several": Broken(
        "request-changed", partial(Asking, change=keep_first_status), reading.ask_with_every_filter
    ),
    "shortens what it sends": Broken(
        "request-changed", partial(Asking, change=shorten_name), writing.create_an_incident
    ),
    "asks for another one": Broken(
        "request-changed",
        partial(Asking, change=lambda asked: asked["path"].update(id=asked["path"].get("id", "") + "0")),
        lambda talk: talk.call("Severities V1#Show", {"id": "01AAAAAAAAAAAAAAAAAAAAAAA"}),
    ),
    "sends what nobody asked for": Broken(
        "request-changed",
        partial(Asking, change=lambda asked: asked["query"].update(status_category={"one_of": ["live"]})),
        lambda talk: talk.call("Incidents V2#List", query={"mode": {"one_of": ["test"]}}),
    ),
    "loses a property": Broken(
        "value-changed",
        partial(Giving, change=lambda incident: incident.pop("name")),
        reading.show_one_of_each_kind,
    ),
    "invents a list": Broken(
        "absent-invented",
        partial(Giving, change=lambda incident: incident.setdefault("postmortem_document_url", "")),
        writing.edit_an_incident,
    ),
    "rounds times": Broken(
        "time-rounded", partial(Giving, change=round_times), reading.show_one_of_each_kind
    ),
    "closes an enum": Broken(
        "enum-closed", partial(Giving, change=close_enum), reading.show_one_of_each_kind
    ),
    "requires what is optional": Broken(
        "optional-required",
        partial(Giving, change=lambda incident: incident["postmortem_document_url"]),
        writing.edit_an_incident,
    ),
    "takes no new property": Broken(
        "property-closed",
        partial(Giving, change=close_properties),
        reading.show_one_of_each_kind,
        dataset="with a novelty",
    ),
    "can't add": Broken(
        "value-refused",
        partial(Giving, change=lambda incident: incident["name"] + 1),
        reading.show_one_of_each_kind,
    ),
    "expects 201": Broken(
        "create-expects-201",
        partial(Expecting, method="POST", status=201),
        writing.create_an_incident,
    ),
    "expects 200": Broken(
        "create-expects-201",
        partial(Expecting, method="POST", status=200),
        writing.make_and_delete_settings,
    ),
    "expects 204": Broken(
        "delete-expects-204",
        partial(Expecting, method="DELETE", status=204),
        writing.make_and_delete_settings,
    ),
    "decodes every error": Broken(
        "error-envelope-misread",
        partial(Failing, misread=leak_if(lambda error: error.body.startswith("<"))),
        errors,
    ),
    "looks for another envelope": Broken(
        "error-envelope-misread",
        partial(Failing, misread=leak_if(lambda error: bool(error.errors))),
        erring.ask_for_what_is_not_there,
    ),
    "loses the reason": Broken(
        "error-envelope-misread", partial(Failing, misread=lose_reason), erring.be_refused
    ),
    "returns nothing for a refusal": Broken(
        "error-envelope-misread", partial(Failing, misread=lambda _: None), erring.be_refused
    ),
    "decodes an empty 404": Broken(
        "empty-404-crash",
        partial(Failing, misread=leak_if(lambda error: error.status == 404 and not error.body)),
        errors,
    ),
    "takes an unknown incident for an empty list": Broken(
        "bad-id-misread", partial(Failing, misread=empty_list_if_missing), lists
    ),
    "takes an empty list for an unknown incident": Broken("bad-id-misread", RaisingIfEmpty, lists),
}
"""What each does wrong."""
