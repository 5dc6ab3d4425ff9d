from incident_io.api.incidents_v2 import incidents_v2_list
from incident_io.client import AuthenticatedClient


def test_the_newest_incident_comes_first(incident_double):
    incident_double.incident(name="Checkout is down", severity="Critical", status="Fixing")
    client = AuthenticatedClient(base_url=incident_double.base_url, token=incident_double.api_key)
    page = incidents_v2_list.sync(client=client)
    assert page.incidents[0].name == "Checkout is down"
