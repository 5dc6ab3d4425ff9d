"""The account that the tests of the double's behaviour work with."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import ApiKey, Double
from incident_double.openapi import Document

from ..calling import Answer, Caller, StoppedClock

Row = dict[str, Any]
CallerWithKeys = Callable[..., Caller]

CATEGORIES = ["triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged"]
MODES = ["standard", "retrospective", "test", "tutorial"]
EVERYTHING = {"status_category[one_of]": CATEGORIES, "mode[one_of]": MODES, "page_size": 250}
"""The query that hides no incident."""
UNKNOWN_ID = "01ZZZZZZZZZZZZZZZZZZZZZZZZ"


class Account:
    """The settings of the default account by name, and incidents to try things on."""

    def __init__(self, call: Caller) -> None:
        self._call = call
        self._keys = count()

    def severity(self, name: str) -> str:
        return self._id("/v1/severities", "severities", name)

    def status(self, name: str) -> str:
        return self._id("/v1/incident_statuses", "incident_statuses", name)

    def role(self, name: str) -> str:
        return self._id("/v2/incident_roles", "incident_roles", name)

    def timestamp(self, name: str) -> str:
        return self._id("/v2/incident_timestamps", "incident_timestamps", name)

    def type(self, name: str) -> str:
        return self._id("/v1/incident_types", "incident_types", name)

    def field(self, field_type: str, *, catalog: bool = False) -> str:
        """A custom field of that type, backed by a catalog type or not."""
        rows = self._call.get("/v2/custom_fields")["custom_fields"]
        return next(
            str(row["id"])
            for row in rows
            if row["field_type"] == field_type and ("catalog_type_id" in row) == catalog
        )

    def options(self, field_id: str) -> list[Row]:
        query = {"custom_field_id": field_id}
        rows: list[Row] = self._call.get("/v1/custom_field_options", query)["custom_field_options"]
        return rows

    def users(self) -> list[Row]:
        rows: list[Row] = self._call.get("/v2/users")["users"]
        return rows

    def incidents(self, query: Any = "") -> list[Row]:
        """The first page of a list."""
        rows: list[Row] = self._call.get("/v2/incidents", query)["incidents"]
        return rows

    def incident(self, id_: str) -> Row:
        row: Row = self._call.get(f"/v2/incidents/{id_}")["incident"]
        return row

    def updates(self, incident_id: str) -> list[Row]:
        """The updates of an incident, newest first."""
        query = {"incident_id": incident_id, "page_size": 250}
        rows: list[Row] = self._call.get("/v2/incident_updates", query)["incident_updates"]
        return rows

    def try_to_declare(self, **properties: Any) -> Answer:
        body = {"idempotency_key": f"key {next(self._keys)}", "visibility": "public", **properties}
        return self._call("POST", "/v2/incidents", body=body)

    def declare(self, **properties: Any) -> Row:
        """A new incident, as it is shown after its creation."""
        answer = self.try_to_declare(**properties)
        assert answer.status == 200, answer
        return self.incident(answer.body["incident"]["id"])

    def declare_live(self, **properties: Any) -> Row:
        """A new incident that is being investigated."""
        return self.declare(
            severity_id=self.severity("Major"), incident_status_id=self.status("Investigating"), **properties
        )

    def try_to_edit(self, id_: str, **properties: Any) -> Answer:
        body = {"incident": properties, "notify_incident_channel": False}
        return self._call("POST", f"/v2/incidents/{id_}/actions/edit", body=body)

    def edit(self, id_: str, **properties: Any) -> Row:
        """The incident as the edit answers it."""
        answer = self.try_to_edit(id_, **properties)
        assert answer.status == 200, answer
        row: Row = answer.body["incident"]
        return row

    def _id(self, path: str, key: str, name: str) -> str:
        return next(str(row["id"]) for row in self._call.get(path)[key] if row["name"] == name)


@pytest.fixture
def account(call: Caller) -> Account:
    """The account behind `call`."""
    return Account(call)


@pytest.fixture
def with_keys(document: Document, dataset: Dataset, clock: StoppedClock) -> CallerWithKeys:
    """Call a double that knows a key for each name, with the roles listed; None stands for every role."""

    def with_keys(**roles: list[str] | None) -> Caller:
        keys = [ApiKey(token, given) for token, given in roles.items()]
        return Caller(Double(document, dataset, keys=keys, clock=clock, rate_limit=0))

    return with_keys


def moments(row: Row) -> dict[str, str]:
    """The timestamps of an incident that have a value, by name."""
    return {
        value["incident_timestamp"]["name"]: value["value"]["value"]
        for value in row["incident_timestamp_values"]
        if "value" in value
    }


def assigned(row: Row) -> dict[str, str | None]:
    """The assignee's id by the name of the role."""
    return {
        each["role"]["name"]: each.get("assignee", {}).get("id") for each in row["incident_role_assignments"]
    }


def values(row: Row, field_id: str) -> list[Row]:
    """What an incident has in a custom field."""
    (entry,) = (entry for entry in row["custom_field_entries"] if entry["custom_field"]["id"] == field_id)
    found: list[Row] = entry["values"]
    return found
