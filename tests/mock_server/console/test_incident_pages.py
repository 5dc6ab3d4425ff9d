"""Incidents in the console: everything is asked of the API, as a client would ask it."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from incident_double.mock_server import Double

from ...calling import Caller
from ..conftest import Account
from .conftest import Visitor
from .reading import Html


def asked(double: Double) -> list[tuple[str, str, int]]:
    """What the console has asked of the API: operations with their queries and statuses."""
    found = [each for each in double.journal if each.request.headers.get("user-agent")]
    assert {each.request.headers["user-agent"] for each in found} <= {"incident-double-console"}
    return [(str(each.operation_id), each.request.query, each.status) for each in found]


def names(page: Html) -> list[str]:
    return [row[1] for row in page.rows()]


def test_the_list_is_the_api_s_own(visitor: Visitor, account: Account) -> None:
    assert names(visitor.see("incidents")) == [row["name"] for row in account.incidents()]


@pytest.mark.parametrize(
    "query",
    [
        "status_category[one_of]=declined&status_category[one_of]=merged",
        "mode[one_of]=test",
        "status_category[one_of]=live&mode[one_of]=standard",
        "page_size=3&sort_by=created_at_oldest_first",
    ],
)
def test_filters_are_the_api_s_own(visitor: Visitor, double: Double, account: Account, query: str) -> None:
    page = visitor.see(f"incidents?{query}")

    assert names(page) == [row["name"] for row in account.incidents(query)]
    assert parse_qsl(asked(double)[0][1]) == parse_qsl(query)
    checked = {(each["name"], each["value"]) for each in page.all("input") if "checked" in each.attributes}
    assert checked == {pair for pair in parse_qsl(query) if "one_of" in pair[0]}


def test_a_severity_is_a_filter(visitor: Visitor, account: Account) -> None:
    page = visitor.see(f"incidents?severity[one_of]={account.severity('Critical')}&page_size=250")

    assert names(page)
    assert {row[3] for row in page.rows()} == {"Critical"}


def test_pages_follow_the_api_s_cursor(visitor: Visitor, account: Account) -> None:
    page = visitor.see("incidents?page_size=50&status_category[one_of]=closed")
    seen = names(page)
    while following := page.all("a", rel="next"):
        page = visitor.see(following[0]["href"])
        assert [each.text for each in page.all("a") if "after" not in each["href"]].count("First page") == 1
        seen += names(page)

    wanted = account.incidents({"status_category[one_of]": "closed", "page_size": 250})
    assert seen == [row["name"] for row in wanted]
    assert len(seen) > 50


def test_what_was_ignored_is_reported(visitor: Visitor) -> None:
    assert "filter ignored, it is written status[operator]=value" in visitor.see("incidents?status=x").text


def test_a_refused_filter_is_reported_in_the_vendor_s_words(visitor: Visitor) -> None:
    page = visitor.see("incidents?status_category[one_of]=open", status=422)

    assert page.one("div", role="alert").text.startswith("invalid_value status_category")
    assert page.rows() == []


def test_a_filter_that_nothing_fits_says_so(visitor: Visitor) -> None:
    assert "No incident is like that." in visitor.see("incidents?created_at[gte]=2100-01-01").text


def test_an_incident_has_its_timeline_newest_first(visitor: Visitor, account: Account) -> None:
    (row,) = account.incidents("status_category[one_of]=learning&page_size=1")
    page = visitor.see(f"incidents/{row['id']}")

    updates = account.updates(row["id"])
    assert len(updates) > 2
    times = [each["datetime"] for each in page.all("time") if any(up.tag == "ol" for up in each.parents)]
    assert times == [each["created_at"] for each in updates]
    for each in updates:
        assert " ".join(each.get("message", "").split()) in page.text


def test_an_incident_has_what_belongs_to_it(visitor: Visitor, account: Account, call: Caller) -> None:
    (row,) = account.incidents("status_category[one_of]=learning&page_size=1")
    text = visitor.see(f"incidents/{row['id']}").text

    for each in row["incident_role_assignments"]:
        assert each["role"]["name"] in text
        assert each.get("assignee", {"name": ""})["name"] in text
    for each in row["incident_timestamp_values"]:
        if "value" in each:
            assert each["incident_timestamp"]["name"] in text
    for each in row["custom_field_entries"]:
        assert each["custom_field"]["name"] in text
        for value in each["values"]:
            shown: Any = next(iter(value.values()))
            assert (shown if isinstance(shown, str) else shown.get("value", shown.get("name"))) in text
    for path, key in (("/v3/actions", "actions"), ("/v3/follow_ups", "follow_ups")):
        for each in call.get(path, {"incident_id": row["id"]})[key]:
            assert (each.get("title") or each["description"]) in text


def test_an_incident_is_found_by_its_number(visitor: Visitor, account: Account) -> None:
    assert visitor.see("incidents/7").heading == account.incident("7")["name"]


def test_an_incident_that_is_none_is_reported_in_the_vendor_s_words(visitor: Visitor) -> None:
    for path in ("incidents/999", "incidents/999/edit"):
        assert "could not be found" in visitor.see(path, status=404).text


def test_an_id_in_the_address_stays_one_segment(visitor: Visitor, double: Double) -> None:
    visitor.see("incidents/..%2F..%2Fv1%2Fseverities", status=404)

    assert [each.request.path for each in double.journal] == ["/v2/incidents/..%2F..%2Fv1%2Fseverities"]


def form(visitor: Visitor, path: str) -> dict[str, Any]:
    """What a form has in it at first."""
    page = visitor.see(path)
    fields: dict[str, Any] = {}
    for each in page.elements:
        if each.attributes.get("name") and any(up.tag == "form" for up in each.parents):
            fields[each["name"]] = each.attributes.get("value", each.text if each.tag == "textarea" else "")
    for each in page.all("option"):
        if "selected" in each.attributes:
            fields[next(up["name"] for up in each.parents if up.tag == "select")] = each["value"]
    return fields


def test_an_incident_is_declared_through_the_api(visitor: Visitor, double: Double, account: Account) -> None:
    fields = form(visitor, "incidents/new")
    page = visitor.send(
        "incidents",
        **{
            **fields,
            "name": "Checkout is down",
            "summary": "Nobody can pay.",
            "severity_id": account.severity("Critical"),
            "incident_status_id": account.status("Investigating"),
            "visibility": "private",
        },
    )

    assert page.heading == "Checkout is down"
    assert page.one("p", role="status").text == "The incident is declared."
    assert ("Incidents V2#Create", "", 200) in asked(double)
    (row,) = account.incidents("page_size=1")
    assert (row["summary"], row["severity"]["name"], row["visibility"]) == (
        "Nobody can pay.",
        "Critical",
        "private",
    )


def test_a_form_that_is_sent_twice_declares_one_incident(visitor: Visitor, account: Account) -> None:
    fields = {**form(visitor, "incidents/new"), "name": "Twice", "visibility": "public"}
    visitor.send("incidents", **fields)
    visitor.send("incidents", **fields)

    assert [row["name"] for row in account.incidents("page_size=2")].count("Twice") == 1
    assert form(visitor, "incidents/new")["idempotency_key"] != fields["idempotency_key"]


def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    visitor: Visitor, account: Account
) -> None:
    live = account.status("Fixing")
    fields = {**form(visitor, "incidents/new"), "name": 'A "new" one', "summary": "\nfirst\nsecond"}
    page = visitor.send(
        "incidents", status=422, **{**fields, "incident_status_id": live, "visibility": "private"}
    )

    assert page.problem("severity_id") == "is_required severity_id is required when the incident is live"
    assert page.problem("name") == ""
    assert page.all("div", role="alert") == []
    assert page.input("name")["value"] == 'A "new" one'
    assert ">\n\nfirst\nsecond</textarea>" in page.source  # the first line break is the markup's own
    assert page.input("idempotency_key")["value"] == fields["idempotency_key"]
    assert {each["value"] for each in page.all("option") if "selected" in each.attributes} == {
        "", live, "private"
    }  # fmt: skip


def test_an_incident_is_edited_through_the_api(visitor: Visitor, double: Double, account: Account) -> None:
    id_ = account.declare_live(name="Before", summary="Old")["id"]
    fields = form(visitor, f"incidents/{id_}/edit")
    assert (fields["name"], fields["summary"]) == ("Before", "Old")
    assert fields["severity_id"] == account.severity("Major")

    page = visitor.send(
        f"incidents/{id_}/edit",
        **{**fields, "name": "After", "summary": "", "incident_status_id": account.status("Fixing")},
    )

    assert page.heading == "After"
    assert ("Incidents V2#Edit", "", 200) in asked(double)
    row = account.incident(id_)
    assert (row["name"], row.get("summary"), row["incident_status"]["name"]) == ("After", None, "Fixing")


def test_an_edit_that_is_refused_says_why(visitor: Visitor, account: Account) -> None:
    id_ = account.declare_live(name="Before")["id"]
    fields = {**form(visitor, f"incidents/{id_}/edit"), "name": " "}
    page = visitor.send(f"incidents/{id_}/edit", status=422, **fields)

    assert page.problem("name") == "is_required incident.name must not be blank"
    assert account.incident(id_)["name"] == "Before"


def test_a_refusal_about_no_field_stands_above_the_form(visitor: Visitor, account: Account) -> None:
    fields = form(visitor, "incidents/new")
    page = visitor.send("incidents", status=422, **{**fields, "visibility": "secret"})

    assert page.one("div", role="alert").text.startswith("invalid_value visibility")


def test_markup_in_what_clients_sent_is_shown_as_it_is(
    visitor: Visitor, account: Account, call: Caller
) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>'\""
    id_ = account.declare_live(name=evil, summary=evil)["id"]
    call("GET", "/v2/incidents", query={"status": evil})
    number = len(visitor.plane.double.journal)
    visitor.send("faults", status=422, operation=evil, kind="500")

    for path in (
        "incidents",
        f"incidents/{id_}",
        f"incidents/{id_}/edit",
        "journal?own=yes",
        f"journal/{number}",
    ):
        page = visitor.see(path)
        assert "<script>alert" not in page.source
        assert "<img src=x" not in page.source
    assert visitor.see(f"incidents/{id_}").heading == evil
    assert visitor.see(f"incidents/{id_}/edit").input("name")["value"] == evil


def test_a_fault_that_strikes_the_console_is_reported(visitor: Visitor, account: Account) -> None:
    visitor.send("faults", operation="Incidents V2#List", kind="lost")
    visitor.send("faults", operation="Incidents V2#Create", kind="wrong-type")
    visitor.send("faults", operation="Incidents V2#Show", kind="500")

    assert "struck this request: Incidents V2#List:lost" in visitor.see("incidents", status=502).text
    page = visitor.send("incidents", status=502, name="A", visibility="public", idempotency_key="k")
    assert "struck this request: Incidents V2#Create:wrong-type" in page.text
    assert "internal" in visitor.see("incidents/1", status=500).text
