"""Faults, clock, webhooks and state in the console: what one does there is done by the control plane."""

from typing import Any

import pytest

from incident_double.mock_server import Double

from ...calling import StoppedClock
from ..conftest import Account
from .conftest import Visitor


def control(visitor: Visitor, operation_id: str) -> Any:
    return visitor.plane.call(operation_id)


def test_a_fault_is_armed_and_listed(visitor: Visitor) -> None:
    page = visitor.send(
        "faults", operation="Incidents V2#List", kind="429", seconds="2", count="3", first="5"
    )

    armed = {"operation": "Incidents V2#List", "kind": "429", "seconds": 2, "count": 3, "first": 5, "left": 3}
    assert control(visitor, "Faults#List")["faults"] == [{"number": 1, **armed}]
    assert page.rows() == [["Incidents V2#List", "429 2.0 s", "3 of 3, from the request no. 5", "Disarm"]]
    assert page.one("p", role="status").text == "The fault is armed."
    assert "Faults 1 armed" in page.one("footer").text


def test_what_may_be_armed_is_proposed(visitor: Visitor, double: Double) -> None:
    page = visitor.see("faults")
    proposed = [each["value"] for each in page.all("option")]

    assert set(double.document.operations) < set(proposed)
    assert {"429", "lost", "404-empty", "500-html"} < set(proposed)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"kind": "nonsense"}, "no such fault: nonsense"),
        ({"operation": "Nothing#*"}, "no such operation: Nothing#*"),
        ({"count": "0"}, "count"),
        ({"count": "many"}, "count"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_fault_that_can_t_be_is_refused_and_stays_in_the_form(
    visitor: Visitor, wrong: dict[str, str], why: str
) -> None:
    fields = {"operation": "Incidents V2#*", "kind": "500", "seconds": "", "count": "2", **wrong}
    page = visitor.send("faults", status=422, **fields)

    assert why in page.text
    assert {name: page.input(name)["value"] for name in fields} == fields
    assert control(visitor, "Faults#List")["faults"] == []


def test_all_faults_are_disarmed(visitor: Visitor) -> None:
    visitor.send("faults", operation="*", kind="500")

    assert visitor.send("faults/clear").rows() == []
    assert control(visitor, "Faults#List")["faults"] == []


def test_the_clock_is_shown_on_every_page(visitor: Visitor, clock: StoppedClock) -> None:
    now = control(visitor, "Clock#Show")["clock"]["now"]

    for path in ("/_double/", "faults", "clock"):
        assert now in [each["datetime"] for each in visitor.see(path).all("time")]


def test_the_clock_is_moved_by_buttons(visitor: Visitor, double: Double) -> None:
    double.clock.freeze()
    before = double.clock.now()
    offered = [each["value"] for each in visitor.see("clock").all("input", type="hidden", name="seconds")]
    for seconds in offered:
        visitor.send("clock/advance", seconds=seconds)

    assert offered == ["60", "3600", "86400"]
    assert (double.clock.now() - before).total_seconds() == 60 + 3600 + 86400


def test_the_clock_is_set_frozen_and_resumed(visitor: Visitor, double: Double) -> None:
    page = visitor.send("clock/freeze")
    assert "It stands still." in page.text
    page = visitor.send("clock/set", now="2030-05-06T07:08:09Z")
    assert "6 May 2030, 07:08:09 UTC" in page.text
    assert "It runs." in visitor.send("clock/resume").text
    assert not double.clock.is_frozen


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [("clock/set", "now", "tomorrow"), ("clock/advance", "seconds", "-1"), ("clock/advance", "seconds", "a")],
)
def test_a_time_that_is_none_is_refused(visitor: Visitor, path: str, name: str, value: str) -> None:
    page = visitor.send(path, status=422, **{name: value})

    assert page.all("p", class_="wrong") or page.all("div", role="alert")
    (field,) = [each for each in page.all("input", name=name) if each.attributes["type"] == "text"]
    assert field["value"] == value


def test_webhook_endpoints_are_added_and_removed(visitor: Visitor) -> None:
    secret = "whsec_" + "A" * 32
    page = visitor.send("webhooks/endpoints", url="http://127.0.0.1:9/events", secret=secret)
    (endpoint,) = control(visitor, "Webhook Endpoints#List")["endpoints"]

    assert "http://127.0.0.1:9/events" in page.text
    assert secret not in page.source
    page = visitor.send(f"webhooks/endpoints/{endpoint['id']}/remove")
    assert "http://127.0.0.1:9/events" not in page.text
    assert control(visitor, "Webhook Endpoints#List")["endpoints"] == []


@pytest.mark.parametrize("wrong", [{"url": "nowhere"}, {"url": "http://127.0.0.1:9/", "secret": "x"}])
def test_an_endpoint_that_can_t_be_is_refused(visitor: Visitor, wrong: dict[str, str]) -> None:
    page = visitor.send("webhooks/endpoints", status=422, **wrong)

    assert page.all("div", role="alert") or page.all("p", class_="wrong")
    assert page.input("url")["value"] == wrong["url"]


def test_what_is_gone_by_now_is_refused_on_the_page(visitor: Visitor) -> None:
    for path in ("endpoints/x/remove", "endpoints/x/enable", "deliveries/x/redeliver"):
        assert "could not be found" in visitor.send(f"webhooks/{path}", status=404).text
    for path in ("rollback", "forget"):
        assert "could not be found" in visitor.send(f"state/snapshots/x/{path}", status=404).text


def test_everything_is_reset(visitor: Visitor, account: Account) -> None:
    account.declare(name="Soon gone")
    page = visitor.send("state/reset")

    assert "Everything is as it was at the beginning." in page.text
    assert account.incidents("page_size=1")[0]["name"] != "Soon gone"


def test_snapshots_are_taken_rolled_back_and_forgotten(visitor: Visitor, account: Account) -> None:
    page = visitor.send("state/snapshots")
    (snapshot,) = control(visitor, "Snapshots#List")["snapshots"]
    assert snapshot["id"] in page.text
    account.declare(name="Soon gone")

    visitor.send(f"state/snapshots/{snapshot['id']}/rollback")
    assert account.incidents("page_size=1")[0]["name"] != "Soon gone"
    assert snapshot["id"] not in visitor.send(f"state/snapshots/{snapshot['id']}/forget").text


def test_a_scenario_is_begun(visitor: Visitor) -> None:
    offered = [each["value"] for each in visitor.see("/_double/").all("option")]

    for name in offered:
        assert "The scenario has begun." in visitor.send("state/scenario", name=name).text
    page = visitor.send("state/scenario", status=422, name="nothing-like-it")
    assert page.problem("name") or page.all("div", role="alert")


def test_the_start_page_shows_no_key_in_full(visitor: Visitor, double: Double) -> None:
    page = visitor.see("/_double/")

    assert "http://localhost:8080" in page.text
    assert next(iter(double.keys)) not in page.source
    assert next(iter(double.keys))[:8] in page.text


def test_the_reference_shows_every_operation(visitor: Visitor, double: Double) -> None:
    for path, document in (
        ("/_double/reference", double.document),
        ("/_double/reference/control-plane", visitor.plane.document),
    ):
        page = visitor.see(path)
        shown, text = [each.text for each in page.all("summary")], page.text
        for operation in document.operations.values():
            assert operation.id in text
            begin = f"{operation.method} {operation.path} "
            assert any(each.startswith(begin) for each in shown), begin
        assert len(shown) == len(document.operations)
        raw = document.raw["paths"]
        for operation in document.operations.values():
            summary = raw[operation.path][operation.method.lower()]["summary"].replace("`", "")
            assert summary in text
            for parameter in operation.parameters:
                assert parameter.name in text
