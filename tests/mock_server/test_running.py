"""A running double: reached over a socket or without one, steered, and closed."""

import asyncio
import re
import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import RunningDouble, running

from ..contract_tests.receivers import SECRET, receiving


def client(double: RunningDouble, **options: object) -> httpx.Client:
    headers = {"authorization": f"Bearer {double.api_key}"}
    return httpx.Client(base_url="https://api.incident.io", transport=double.transport, headers=headers)


def names(double: RunningDouble) -> list[str]:
    with client(double) as http:
        return [
            each["name"] for each in http.get("/v2/incidents", params={"page_size": 3}).json()["incidents"]
        ]


def test_it_is_reached_in_every_way_and_is_one_double_all_the_same() -> None:
    with running(incidents=2) as double:
        double.incident(name="Seen everywhere")
        headers = {"authorization": f"Bearer {double.api_key}"}
        over_socket = httpx.get(f"{double.base_url}/v2/incidents", headers=headers).json()["incidents"]

        async def without() -> list[dict[str, str]]:
            async with httpx.AsyncClient(transport=double.async_transport, headers=headers) as http:
                found: list[dict[str, str]] = (await http.get("https://a.example/v2/incidents")).json()[
                    "incidents"
                ]
                return found

        assert (
            names(double)[0]
            == over_socket[0]["name"]
            == asyncio.run(without())[0]["name"]
            == "Seen everywhere"
        )
        assert double.base_url == double.base_url
        assert [each.operation_id for each in double.journal] == ["Incidents V2#List"] * 3


def test_the_control_plane_is_reached_with_and_without_a_socket() -> None:
    with running(incidents=1) as double, client(double) as http:
        http.post("/_double/clock/advance", json={"seconds": 60})
        assert httpx.get(f"{double.base_url}/_double/health").json() == {"status": "ok", "incidents": 1}
        assert http.put("/_double/clock", json={"frozen": True}).json()["clock"]["frozen"]
        assert double.clock.is_frozen
        assert len(double.journal) == 0


def test_a_port_is_opened_only_when_it_is_asked_for_and_closed_in_the_end() -> None:
    threads = threading.active_count()
    with running(incidents=1) as double:
        names(double)
        assert threading.active_count() == threads
        address = urlsplit(double.base_url)
        socket.create_connection((str(address.hostname), int(address.port or 0))).close()
        double.send_webhooks_to("http://127.0.0.1:9/")
    assert threading.active_count() == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((str(address.hostname), int(address.port or 0)))


def test_two_at_once_know_nothing_of_each_other() -> None:
    with running(incidents=1) as one, running(incidents=1) as other:
        one.incident(name="Only here")
        assert names(one)[0] == "Only here"
        assert "Only here" not in names(other)
        assert one.base_url != other.base_url


def test_its_beginning_is_what_was_asked_for() -> None:
    with running(seed=4, incidents=3, clock="2026-01-31T12:00:00Z", api_keys={"mine": ["viewer"]}) as double:
        assert double.api_key == "mine"
        assert double.clock.now().isoformat()[:13] == "2026-01-31T12"
        with client(double) as http:
            listed = http.get("/v2/incidents", params={"page_size": 1})
            assert listed.json()["incidents"][0]["created_at"] < "2026-01-31T12"
            assert http.post("/v1/severities", json={"name": "a", "description": "b"}).status_code == 403
    with running(dataset=realistic(incidents=0)) as double:
        assert names(double) == []
    with running(incidents=1, rate_limit=1) as double, client(double) as http:
        assert [http.get("/v1/severities").status_code for _ in range(2)] == [200, 429]


def test_a_scenario_and_faults_are_a_beginning_that_a_reset_comes_back_to() -> None:
    with (
        running(scenario="fresh-account", faults=["Severities V1#List:500"]) as double,
        client(double) as http,
    ):
        for _ in range(2):
            assert names(double) == []
            assert [http.get("/v1/severities").status_code for _ in range(2)] == [500, 200]
            double.incident(name="Gone again")
            double.reset()
    with running(incidents=2) as double, client(double) as http:
        double.begin_scenario("bad-day")
        assert [http.get("/v2/incidents").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"clock": "noon"}, "not an ISO 8601"),
        ({"incidents": -1}, "can't have -1 incidents"),
        ({"faults": ["nonsense"]}, "not OPERATION:KIND"),
        ({"scenario": "no-day"}, "no such scenario: no-day"),
    ],
)
def test_a_beginning_that_makes_no_sense_is_refused(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint), running(**options):  # type: ignore[arg-type]
        pass


def test_faults_are_armed_in_words_or_as_text() -> None:
    with running(incidents=1) as double, client(double) as http:
        double.fault("Severities V1#List", "429", seconds=3, count=2)
        double.fault("Severities V1#List:503")
        answers = [http.get("/v1/severities") for _ in range(4)]
        assert [each.status_code for each in answers] == [429, 429, 503, 200]
        assert answers[0].headers["retry-after"] == "3"
        assert len(double.faults) == 0
        with pytest.raises(ValueError, match="no such fault: 418"):
            double.fault("*", "418")


def test_state_is_built_by_names_and_goes_back_with_a_snapshot() -> None:
    with running(incidents=1) as double:
        snapshot = double.snapshot()
        incident = double.incident(name="Built", severity="Major", status="Investigating")
        double.edit_incident(incident["id"], status="Fixing")
        update = double.incident_update(incident["id"], message="Better", status="Monitoring")
        action = double.action(incident["id"], description="Look")
        follow_up = double.follow_up(incident["id"], title="Learn")
        assert update["new_incident_status"]["name"] == "Monitoring"
        assert {action["incident_id"], follow_up["incident_id"]} == {incident["id"]}
        assert names(double)[0] == "Built"
        double.rollback(snapshot)
        assert "Built" not in names(double)
        with pytest.raises(ValueError, match="Worst"):
            double.incident(severity="Worst")


def test_findings_and_exchanges_are_those_since_the_test_began() -> None:
    with running(incidents=1) as double, client(double) as http:
        http.get("/v2/incidents", params={"severity": "Critical"})
        assert [each.rule for each in double.findings] == ["filter-wrong-syntax"]
        double.begin_test()
        assert double.findings == []
        http.get("/v1/severities")
        assert [each.number for each in double.exchanges] == [2]
        reported = double.render(double.journal)
        assert "1. GET /v2/incidents?severity=Critical -> 200 (Incidents V2#List)" in reported
        assert "note: severity: filter ignored" in reported
        assert double.api_key not in reported


def test_what_was_asked_is_expected_and_what_differs_is_reported() -> None:
    with running(incidents=1) as double, client(double) as http:
        http.post("/v2/incidents", json={"idempotency_key": "a", "visibility": "public", "name": "Down"})
        (found,) = double.journal.expect("Incidents V2#Create", body={"name": "Down"}, count=1)
        assert (found.method, found.path, found.query, found.status) == ("POST", "/v2/incidents", {}, 200)
        assert found.request.json()["idempotency_key"] == "a"
        assert found.reply.json()["incident"]["name"] == "Down"
        with pytest.raises(AssertionError) as reported:
            double.journal.expect("Incidents V2#Create", body={"name": "Up"})
        assert str(reported.value).splitlines() == [
            "expected at least 1, found 0",
            "  1. POST /v2/incidents (200)",
            "    body/name: expected 'Up', was 'Down'",
        ]
        with pytest.raises(TypeError, match="nam"):
            double.journal.expect("Incidents V2#Create", nam="Up")


@pytest.mark.parametrize("operation", ["Incidents V2#Creat", "Incidents V2#*", ""])
def test_an_operation_that_there_is_not_can_not_be_expected_not_even_never(operation: str) -> None:
    with running(incidents=1) as double:
        assert double.journal.expect("Incidents V2#Create", count=0) == []
        with pytest.raises(ValueError, match=f"no such operation: {re.escape(operation)} "):
            double.journal.expect(operation, count=0)


def test_the_status_of_a_fault_may_be_a_number() -> None:
    with running(incidents=1) as double:
        assert double.fault("Incidents V2#List", 429, seconds=2) == double.fault("Incidents V2#List:429=2")
        with pytest.raises(ValueError, match="no such fault: 299"):
            double.fault("Incidents V2#List", 299)


def test_webhooks_are_sent_to_an_endpoint_of_the_test() -> None:
    reported: list[bytes] = []

    def receive(headers: object, body: bytes) -> int:
        reported.append(body)
        return 200

    with receiving(receive) as url, running(incidents=1) as double:
        endpoint = double.send_webhooks_to(
            url, secret=SECRET, event_types=["public_incident.incident_created_v2"]
        )
        incident = double.incident(name="Told of")
        double.edit_incident(incident["id"], summary="Not wanted")
        assert double.webhooks.settled()
        assert endpoint.secret == SECRET
        assert len(reported) == 1


def test_a_closed_double_says_so() -> None:
    with running(incidents=1) as double:
        transport, url = double.transport, double.base_url
        double.close()
        double.close()
        for ask in (lambda: double.base_url, lambda: double.transport, lambda: double.async_transport):
            with pytest.raises(RuntimeError, match="this double is closed"):
                ask()
        with httpx.Client(transport=transport) as http, pytest.raises(httpx.ConnectError, match="closed"):
            http.get("https://api.incident.io/v2/incidents")
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)


def test_a_double_that_one_test_has_closed_is_open_to_the_next() -> None:
    with running(incidents=1) as double:
        before = double.base_url
        double.close()
        double.begin_test()
        double.reset()
        headers = {"authorization": f"Bearer {double.api_key}"}
        assert double.base_url != before
        assert httpx.get(f"{double.base_url}/v2/incidents", headers=headers).status_code == 200
        assert len(names(double)) == 1
