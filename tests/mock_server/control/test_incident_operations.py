"""Incidents by names that people know, from outside."""

import pytest

from .conftest import Controller


def test_an_incident_is_declared_by_names(control: Controller) -> None:
    reported = {
        "name": "Checkout is down",
        "severity": "critical",
        "status": "Fixing",
        "custom_fields": {"Root cause": "Code change"},
    }
    made = control("POST", "incidents", reported, status=201)["incident"]
    shown = control.get(f"/v2/incidents/{made['id']}").json()["incident"]

    assert made == shown
    assert (shown["severity"]["name"], shown["incident_status"]["name"]) == ("Critical", "Fixing")
    (exchange,) = control("GET", "journal")["exchanges"]
    assert exchange["operation"] == "Incidents V2#Show"


def test_an_incident_is_changed_by_names(control: Controller) -> None:
    made = control("POST", "incidents", {"name": "Slow", "severity": "Minor", "status": "Investigating"})[
        "incident"
    ]
    for id_ in (made["id"], made["reference"]):
        changed = control("PATCH", f"incidents/{id_}", {"status": "Monitoring", "summary": f"By {id_}"})[
            "incident"
        ]
        assert (changed["incident_status"]["name"], changed["summary"]) == ("Monitoring", f"By {id_}")
        assert control.get(f"/v2/incidents/{made['id']}").json()["incident"] == changed


def test_an_incident_that_is_not_there_is_not_found(control: Controller) -> None:
    assert "could not be found" in control.error("PATCH", "incidents/INC-99999", {"name": "None"}, status=404)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"severity": "Catastrophic"}, "Minor, Major, Critical"),
        ({"status": "Fixing"}, "severity"),
        ({"titel": "Down"}, "titel"),
        ({"name": 5}, "name"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(
    control: Controller, body: dict[str, object], complaint: str
) -> None:
    before = control.get("/v2/incidents").json()["pagination_meta"]["total_record_count"]
    message = control.error("POST", "incidents", body)
    assert complaint in message
    assert "\n" not in message
    assert control.get("/v2/incidents").json()["pagination_meta"]["total_record_count"] == before
