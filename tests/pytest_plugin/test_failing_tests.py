"""What a person sees of a test that fails."""

import pytest

from incident_double.mock_server import DEFAULT_TOKEN

from .conftest import Run

pytest_plugins = "pytester"

CLIENT = """
    import httpx
    import pytest

    @pytest.fixture
    def client(incident_double):
        headers = {"authorization": f"Bearer {incident_double.api_key}"}
        with httpx.Client(base_url=incident_double.base_url, headers=headers) as client:
            yield client
"""


@pytest.mark.parametrize("arguments", [[], ["-n", "2"]], ids=["alone", "by two workers"])
def test_a_failing_test_shows_its_own_exchanges_and_no_key(run: Run, arguments: list[str]) -> None:
    result = run(
        CLIENT
        + """
    def test_before(client):
        assert client.get("/v1/severities").status_code == 200

    def test_failing(client, incident_double):
        client.get("/v2/incidents", params={"severity": "Critical"})
        client.post("/v2/incidents", json={"visibility": "public", "name": incident_double.api_key})
        assert "an incident" == "found"
    """,
        *arguments,
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- incident-double: 2 exchanges -*",
            "1. GET /v2/incidents?severity=Critical -> 200 (Incidents V2#List)",
            "   note: *severity*",
            "   answered: {*",
            "2. POST /v2/incidents -> 422 (Incidents V2#Create)",
            '   sent: {*"name":"inc_*…"*}',
            "   answered: {*is_required*idempotency_key*}",
        ]
    )
    assert DEFAULT_TOKEN not in result.stdout.str() + result.stderr.str()
    result.stdout.no_fnmatch_line("*/v1/severities*")


def test_of_many_exchanges_the_last_are_shown(run: Run) -> None:
    result = run(
        CLIENT
        + """
    def test_failing(client):
        for number in range(25):
            client.get(f"/v1/severities?number={number}")
        assert False
    """
    )

    result.stdout.fnmatch_lines(["*- incident-double: the last 20 of 25 exchanges -*", "6. GET *number=5 *"])
    result.stdout.no_fnmatch_line("*number=4 *")


def test_in_the_scope_of_the_session_they_are_still_those_of_the_test(run: Run) -> None:
    result = run(
        CLIENT
        + """
    def test_before(client):
        client.get("/v1/severities")

    def test_failing(client, incident_double):
        client.get("/v1/identity")
        incident_double.journal.expect("Severities V1#List")
        assert len(incident_double.exchanges) == 2
    """,
        "--incident-double-scope=session",
    )

    result.stdout.fnmatch_lines(["*- incident-double: 1 exchange -*", "2. GET /v1/identity -> 200 *"])


def test_exchanges_are_shown_however_the_double_was_asked_for(run: Run) -> None:
    result = run(
        """
    import httpx

    def test_failing(request):
        double = request.getfixturevalue("incident_double")
        with httpx.Client(transport=double.transport) as client:
            assert client.get("http://double.test/v1/identity").status_code == 200
    """
    )

    result.stdout.fnmatch_lines(["*- incident-double: 1 exchange -*", "1. GET /v1/identity -> 401 *"])


def test_a_test_that_said_nothing_shows_nothing(run: Run) -> None:
    result = run(
        """
    def test_failing(incident_double):
        assert incident_double.exchanges

    def test_that_has_no_double():
        assert False
    """
    )

    result.assert_outcomes(failed=2)
    result.stdout.no_fnmatch_line("*incident-double:*")


def test_an_expectation_that_is_not_met_says_what_differs(run: Run) -> None:
    result = run(
        CLIENT
        + """
    def test_failing(client, incident_double):
        client.post("/v2/incidents", json={"visibility": "public", "idempotency_key": "1", "name": "Checkout"})
        incident_double.journal.expect("Incidents V2#Create", body={"name": "Checkout is down"})
    """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *AssertionError: expected at least 1, found 0",
            "E *1. POST /v2/incidents (200)",
            "E *body/name: expected 'Checkout is down', was 'Checkout'",
        ]
    )
    result.stdout.no_fnmatch_line("*journal.py*")
