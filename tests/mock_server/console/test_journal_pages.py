"""The journal in the console."""

import httpx
import pytest

from incident_double.mock_server import Double, Request

from ...calling import Caller
from .conftest import Visitor


def test_exchanges_are_listed_newest_first(visitor: Visitor, call: Caller) -> None:
    call("GET", "/v1/severities")
    call("GET", "/v2/users", query="page_size=2")

    rows = visitor.see("journal").rows()
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("2", "GET Users V2#List/v2/users?page_size=2", "200"),
        ("1", "GET Severities V1#List/v1/severities", "200"),
    ]


def test_it_says_why_a_request_was_refused(visitor: Visitor, call: Caller) -> None:
    call("POST", "/v2/incidents", body={})

    (row,) = visitor.see("journal").rows()
    assert (row[3], row[4].startswith("is_required ")) == ("422", True)


def test_it_says_why_a_filter_was_ignored(visitor: Visitor, call: Caller) -> None:
    call("GET", "/v2/incidents", query="status=x")

    (row,) = visitor.see("journal").rows()
    assert row[4] == "ignored status: filter ignored, it is written status[operator]=value"


def test_it_says_which_fault_struck(visitor: Visitor, call: Caller) -> None:
    visitor.send("faults", operation="Users V2#List", kind="reset")
    call.double.answer(Request("GET", "/v2/users", authorization=f"Bearer {next(iter(call.double.keys))}"))

    (row,) = visitor.see("journal").rows()
    assert (row[3], row[4]) == ("none", "fault Users V2#List:reset")
    assert "nothing was sent" in visitor.see("journal/1").text


def test_an_unknown_path_has_no_operation(visitor: Visitor, double: Double) -> None:
    double.answer(Request("GET", "/nowhere"))

    (row,) = visitor.see("journal").rows()
    assert (row[2], row[3]) == ("GET /nowhere", "404")
    assert visitor.see("journal/1").heading == "No operation"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("operation=Users+V2%23List", ["2"]),
        ("status=404", ["3"]),
        ("limit=1", ["3"]),
        ("operation=&status=&limit=", ["3", "2", "1"]),
    ],
)
def test_exchanges_are_filtered_by_the_control_plane(
    visitor: Visitor, call: Caller, query: str, numbers: list[str]
) -> None:
    call("GET", "/v1/severities")
    call("GET", "/v2/users")
    call("GET", "/v1/severities/x")

    assert [row[0] for row in visitor.see(f"journal?{query}").rows()] == numbers


def test_a_wrong_filter_is_refused_beside_its_field(visitor: Visitor) -> None:
    page = visitor.see("journal?status=none", status=422)

    assert page.problem("status").startswith("invalid_value")
    assert page.input("status")["value"] == "none"


def test_what_the_console_only_reads_is_left_out_until_asked_for(visitor: Visitor) -> None:
    visitor.see("incidents")
    visitor.send("incidents", name="Mine", visibility="public", idempotency_key="k")

    shown = [row[2] for row in visitor.see("journal").rows() if len(row) > 1]
    assert shown == ["POST Incidents V2#Create/v2/incidents"]
    everything = [row[2] for row in visitor.see("journal?own=yes").rows()]
    assert "GET Incidents V2#List/v2/incidents" in everything


def test_an_exchange_shows_both_sides_without_secrets(visitor: Visitor, double: Double) -> None:
    key = next(iter(double.keys))
    double.answer(
        Request(
            "POST",
            "/v2/incidents",
            authorization=f"Bearer {key}",
            body=b'{"visibility":"public","idempotency_key":"k","name":"Caf\xc3\xa9"}',
            headers={"x-trace": "abc", "authorization": f"Bearer {key}"},
        )
    )
    page = visitor.see("journal/1")

    request, response = page.all("section")
    assert "x-traceabc" in request.text.replace(" ", "")
    assert '"name": "Café"' in request.text
    assert '"reference": "INC-' in response.text
    assert key not in page.source
    assert key[:8] in page.source


def test_a_query_is_shown_by_its_parameters(visitor: Visitor, call: Caller) -> None:
    call("GET", "/v2/incidents", query="status_category%5Bone_of%5D=live&status=x")
    page = visitor.see("journal/1")

    terms = [each.text for each in page.all("dt")]
    assert "status_category[one_of]" in terms
    assert "Ignored: status: filter ignored" in page.text


@pytest.mark.parametrize("number", ["0", "2", "01", "-1", "x", "9" * 30, "²"])
def test_an_exchange_that_is_not_there_is_reported(visitor: Visitor, call: Caller, number: str) -> None:
    call("GET", "/v1/severities")

    path = str(httpx.URL(f"http://x/{number}").raw_path, "ascii")
    assert "could not be found" in visitor.see(f"journal{path}", status=404).text


def test_the_journal_is_cleared(visitor: Visitor, call: Caller) -> None:
    call("GET", "/v1/severities")

    assert "No exchange yet." in visitor.send("journal/clear").text


def test_a_body_that_is_no_json_is_shown_as_text(visitor: Visitor, double: Double) -> None:
    double.answer(Request("POST", "/v2/incidents", authorization="Bearer x", body=b"<b>not json"))

    assert visitor.see("journal/1").all("pre")[0].text == "<b>not json"
