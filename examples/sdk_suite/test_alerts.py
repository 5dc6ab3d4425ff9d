"""Each test has an account of its own: `incident_double` comes with `pip install incident-double`."""

from collections.abc import Iterator

import pytest
from incident_io.api.incidents_v2 import incidents_v2_show
from incident_io.client import AuthenticatedClient
from incident_io.models import IncidentV2

from incident_double.mock_server import RunningDouble

from .alerts import Alert, RefusedError, answer, close, declare, post_update

ALERT = Alert(fingerprint="checkout-5xx", title="Checkout answers 502", severity="Critical")


@pytest.fixture
def client(incident_double: RunningDouble) -> Iterator[AuthenticatedClient]:
    url, key = incident_double.base_url, incident_double.api_key
    with AuthenticatedClient(base_url=url, token=key) as client:
        yield client


def shown(client: AuthenticatedClient, id_: str) -> IncidentV2:
    return answer(incidents_v2_show.sync(client=client, id=id_)).incident


def test_an_alert_becomes_an_incident(client: AuthenticatedClient, incident_double: RunningDouble) -> None:
    incident = shown(client, declare(client, ALERT).id)

    assert incident.name == "Checkout answers 502"
    assert incident.severity
    assert incident.severity.name == "Critical"
    incident_double.journal.expect("Incidents V2#Create", body={"idempotency_key": "checkout-5xx"}, count=1)


def test_an_alert_that_fires_again_is_the_same_incident(client: AuthenticatedClient) -> None:
    assert declare(client, ALERT).id == declare(client, ALERT).id


def test_updates_and_the_end_are_reported(
    client: AuthenticatedClient, incident_double: RunningDouble
) -> None:
    incident = declare(client, ALERT)
    post_update(client, incident, "rollback", "Rolling back")
    close(client, incident, "No more errors for ten minutes")

    assert shown(client, incident.id).incident_status.name == "Closed"
    incident_double.journal.expect("Incident Updates V2#Create", body={"message": "Rolling back"}, status=201)


def test_an_incident_that_others_have_renamed_can_be_closed(
    client: AuthenticatedClient, incident_double: RunningDouble
) -> None:
    incident = declare(client, ALERT)
    incident_double.edit_incident(incident.id, name="Card payments fail", status="Monitoring")
    close(client, incident, "Fixed")

    assert shown(client, incident.id).incident_status.name == "Closed"


def test_a_refusal_is_reported_in_the_words_of_the_api(
    client: AuthenticatedClient, incident_double: RunningDouble
) -> None:
    incident_double.fault("Incidents V2#Create", "403")

    with pytest.raises(RefusedError, match="refuses this request"):
        declare(client, ALERT)


def test_the_way_it_talks_to_the_api_is_sound(
    client: AuthenticatedClient, incident_double: RunningDouble
) -> None:
    close(client, declare(client, ALERT), "Fixed")

    assert incident_double.findings == []
