"""What a test rehearses with the fixture: names that people know, time, answers that are lost, webhooks."""

from collections.abc import Iterator

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from incident_double.mock_server import RunningDouble

from ..contract_tests.receivers import receiving
from ..mock_server.webhooks.receivers import SCHEDULE, Inbox
from .conftest import Run

pytest_plugins = "pytester"

CREATE = "Incidents V2#Create"


@pytest.fixture
def client(double: RunningDouble) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {double.api_key}"}
    with httpx.Client(base_url=double.base_url, headers=headers) as client:
        yield client


def declare(client: httpx.Client, key: str) -> httpx.Response:
    return client.post("/v2/incidents", json={"idempotency_key": key, "visibility": "public"})


def test_an_incident_is_built_by_names_and_is_what_the_api_shows(
    double: RunningDouble, client: httpx.Client
) -> None:
    built = double.incident(name="Checkout is down", severity="Critical", status="Fixing")

    assert (built["severity"]["name"], built["incident_status"]["name"]) == ("Critical", "Fixing")
    assert client.get(f"/v2/incidents/{built['id']}").json()["incident"] == built


def test_a_name_that_there_is_not_is_reported_in_one_line(double: RunningDouble) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]*Catastrophic[^\n]*$"):
        double.incident(name="Checkout is down", severity="Catastrophic")


def test_time_stands_still_and_moves_as_it_is_asked_to(double: RunningDouble, client: httpx.Client) -> None:
    double.clock.freeze("2030-01-31T12:00:00Z")
    double.clock.advance(hours=1)

    assert declare(client, "1").json()["incident"]["created_at"] == "2030-01-31T13:00:00Z"


@pytest.mark.parametrize(("second_key", "references"), [("1", ["INC-121"]), ("2", ["INC-122", "INC-121"])])
def test_after_a_lost_answer_the_same_key_makes_one_incident_and_another_makes_two(
    double: RunningDouble, client: httpx.Client, second_key: str, references: list[str]
) -> None:
    double.clock.advance(days=1)
    double.fault(CREATE, "lost")

    with pytest.raises(httpx.ReadError):
        declare(client, "1")
    assert declare(client, second_key).status_code == 200
    today = {"created_at[gte]": double.clock.now().date().isoformat()}
    shown = client.get("/v2/incidents", params=today).json()["incidents"]
    assert [each["reference"] for each in shown] == references
    assert [each.status for each in double.journal.expect(CREATE, count=2)] == [0, 200]


def test_events_are_signed_and_arrive_again_after_failures(double: RunningDouble) -> None:
    double.clock.freeze()
    inbox = Inbox(503)
    with receiving(inbox) as url:
        endpoint = double.send_webhooks_to(url, event_types=["public_incident.incident_created_v2"])
        double.incident(name="Checkout is down")
        assert double.webhooks.settled()
        double.clock.advance(seconds=5)
        assert double.webhooks.settled()

    (first, body), (second, same_body) = inbox.got
    assert Webhook(endpoint.secret).verify(same_body, dict(second))
    assert (first["webhook-id"], body) == (second["webhook-id"], same_body)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(body.replace(b"Checkout", b"Nothing "), dict(first))


def test_events_that_never_arrive_are_given_up_after_the_last_of_the_documented_attempts(
    double: RunningDouble,
) -> None:
    double.clock.freeze()
    inbox = Inbox(*[503] * 9)
    with receiving(inbox) as url:
        double.send_webhooks_to(url, event_types=["public_incident.incident_created_v2"])
        double.incident(name="Checkout is down")
        for wait in SCHEDULE:
            assert double.webhooks.settled()
            double.clock.advance(seconds=wait.total_seconds())
        assert double.webhooks.settled()
        double.clock.advance(days=30)
        assert double.webhooks.settled()

    (delivery,) = double.webhooks.deliveries()
    assert delivery.state == "failed"
    assert len(inbox.got) == len(delivery.attempts) == len(SCHEDULE) + 1


def test_findings_are_those_of_the_test_alone(run: Run) -> None:
    result = run(
        """
        import httpx
        import pytest

        @pytest.fixture
        def client(incident_double):
            headers = {"authorization": f"Bearer {incident_double.api_key}"}
            with httpx.Client(transport=incident_double.transport, headers=headers) as client:
                yield client

        def test_that_is_careless(client, incident_double):
            client.get("http://double.test/v2/incidents?page_size=5&severity=Critical")
            assert [each.rule for each in incident_double.findings] == ["filter-wrong-syntax"]

        def test_that_is_not(client, incident_double):
            client.get("http://double.test/v2/incidents?page_size=5")
            assert incident_double.findings == []
        """,
        "--incident-double-scope=session",
    )

    result.assert_outcomes(passed=2)


def test_findings_that_should_not_be_there_are_a_line_each(run: Run) -> None:
    result = run(
        """
        import httpx

        def test_that_is_careless(incident_double):
            headers = {"authorization": f"Bearer {incident_double.api_key}"}
            with httpx.Client(transport=incident_double.transport, headers=headers) as client:
                client.get("http://double.test/v2/incidents?page_size=5&severity=Critical")
            assert not incident_double.findings
        """,
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*incident-double: 1 finding*",
            "* filter-wrong-syntax at Incidents V2#List severity: *[[]filter-wrong-syntax-*]",
        ]
    )
