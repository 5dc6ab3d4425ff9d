"""`GET /v2/incidents/{id}` (behaviour.md#showing-an-incident)."""

import pytest

from ...calling import Caller
from ..conftest import EVERYTHING, UNKNOWN_ID, Account


def test_an_incident_is_shown_as_it_is_listed(account: Account) -> None:
    for row in account.incidents(EVERYTHING)[::10]:
        assert account.incident(row["id"]) == row


@pytest.mark.shows("show-by-number")
def test_an_incident_is_shown_by_the_bare_number_of_its_reference(account: Account) -> None:
    for row in account.incidents(EVERYTHING)[::10]:
        assert account.incident(row["reference"].removeprefix("INC-")) == row


@pytest.mark.shows("show-not-by-reference")
@pytest.mark.parametrize(
    "id_", ["INC-1", "inc-1", UNKNOWN_ID, "121", "0", "-1", "1.0", "1 ", "\u00b2", "\u0661"]
)
def test_nothing_else_names_an_incident(call: Caller, id_: str) -> None:
    answer = call("GET", f"/v2/incidents/{id_}")

    assert (answer.status, answer.body["type"]) == (404, "not_found")
    assert answer.error["code"] == "resource_not_found"


def test_an_id_is_case_sensitive(call: Caller, account: Account) -> None:
    assert call("GET", f"/v2/incidents/{account.declare()['id'].lower()}").status == 404
