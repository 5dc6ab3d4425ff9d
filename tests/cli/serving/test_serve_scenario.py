"""`incident-double serve --scenario`: each shipped one as a real client meets it, and what is refused."""

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from incident_double.mock_server.scenarios import SHIPPED

from ...serving import Served, serving
from ..conftest import Run


def everything(served: Served) -> int:
    categories = ["triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged"]
    query = {
        "status_category[one_of]": categories,
        "mode[one_of]": ["standard", "retrospective", "test", "tutorial"],
    }
    with served.client() as client:
        total: int = client.get("/v2/incidents", params=query).json()["pagination_meta"]["total_record_count"]
        return total


def test_a_fresh_account_is_empty_until_the_first_incident() -> None:
    with serving("--scenario", "fresh-account") as served, served.client() as client:
        assert served.announcement[0].endswith(": 0 incidents (scenario fresh-account)")
        assert everything(served) == 0
        body = {"idempotency_key": "1", "visibility": "public"}
        assert client.post("/v2/incidents", json=body).json()["incident"]["reference"] == "INC-1"


def test_a_busy_week_has_much_to_look_at_and_no_faults() -> None:
    with serving("--scenario", "busy-week", "--no-rate-limit") as served, served.client() as client:
        assert everything(served) == 57
        live = client.get("/v2/incidents", params={"status_category[one_of]": "live"}).json()
        assert live["pagination_meta"]["total_record_count"] >= 7
        assert [client.get("/v2/incidents").status_code for _ in range(5)] == [200] * 5


def test_on_a_bad_day_the_api_fails_in_the_order_that_the_file_says() -> None:
    with serving("--scenario", "bad-day") as served, served.client() as client:
        lists = [client.get("/v2/incidents") for _ in range(5)]
        assert [each.status_code for each in lists] == [200, 200, 429, 429, 200]
        assert [each.headers.get("retry-after") for each in lists] == [None, None, "2", "2", None]

        shows = [client.get("/v2/incidents/1") for _ in range(4)]
        assert [each.status_code for each in shows] == [200, 500, 503, 200]
        assert shows[1].json()["type"] == "api_error"
        assert shows[2].headers["content-type"] == "text/html"

        body = {"idempotency_key": "once", "visibility": "public", "name": "Unheard"}
        with pytest.raises(httpx.TransportError):
            client.post("/v2/incidents", json=body)
        again = client.post("/v2/incidents", json=body).json()["incident"]
        named = [
            row["id"] for row in client.get("/v2/incidents").json()["incidents"] if row["name"] == "Unheard"
        ]
        assert named == [again["id"]]

        edit = {"incident": {"name": "Slow"}, "notify_incident_channel": False}
        began = time.monotonic()
        assert client.post(f"/v2/incidents/{again['id']}/actions/edit", json=edit).status_code == 200
        assert time.monotonic() - began >= 1.5

        assert [client.get("/v1/severities").status_code for _ in range(2)] == [503, 200]
        assert [client.get("/v2/incident_updates").status_code for _ in range(3)] == [500, 500, 200]


def test_a_file_is_begun_at_the_moment_and_with_the_faults_of_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("{name: Mine, clock: {at: 2026-01-01, frozen: true}, data: {incidents: 2}}")
    options = ["--clock", "2031-01-01", "--fault", "Severities V1#List:500"]
    with serving("--scenario", str(file), *options) as served, served.client() as client:
        assert served.announcement[0].endswith(": 2 incidents (scenario Mine)")
        assert client.get("/v1/severities").status_code == 500
        body = {"idempotency_key": "1", "visibility": "public"}
        created = client.post("/v2/incidents", json=body).json()["incident"]["created_at"]
        assert created == "2031-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--scenario", "sad-day"], "no such scenario: sad-day (there are fresh-account, busy-week, bad-day"),
        (["--scenario", "no/such.yaml"], "no/such.yaml: No such file"),
        (["--scenario", "bad-day", "--seed", "1"], "--scenario and --seed exclude each other"),
        (["--scenario", "bad-day", "--incidents", "1"], "--scenario and --incidents exclude each other"),
        (["--scenario", "bad-day", "--shape", "covering"], "--scenario and --shape exclude each other"),
        (["--scenario", "bad-day", "--state", "x.json"], "--scenario and --state exclude each other"),
        (["--scenario", "broken.yaml"], "broken.yaml: /incidents/0: there is no severity 'Sev1'"),
    ],
)
def test_what_can_not_be_begun_is_one_line_and_exit_code_2(
    run: Run, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    (tmp_path / "broken.yaml").write_text("incidents: [{severity: Sev1}]")
    done = run("serve", "--port", "0", *arguments)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert complaint in done.stderr


def test_help_names_the_shipped_ones(run: Run) -> None:
    shown = "".join(run("serve", "--help").stdout.split())  # which is wrapped at hyphens too

    assert ",".join(SHIPPED) in shown


def test_a_plain_start_does_not_wait_for_scenarios_states_or_yaml() -> None:
    code = "import sys, incident_double.cli.commands.serve; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    names = {"incident_double.mock_server.scenarios.reading", "incident_double.cli.options.state_file"}
    assert names & set(loaded.split()) == set()
