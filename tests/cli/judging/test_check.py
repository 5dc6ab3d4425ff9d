"""`incident-double check`: what is said of whole programs, and how it ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from incident_double.cli import main

from ...contract_tests.receivers import SECRET, careful, receiving, trusting
from ..conftest import COMMAND, Run

Script = Callable[..., list[str]]

PREAMBLE = """
import os, subprocess, sys, time
import httpx
http = httpx.Client(
    base_url=os.environ["INCIDENT_IO_BASE_URL"],
    headers={"authorization": "Bearer " + os.environ["INCIDENT_IO_API_KEY"]},
)
"""
CAREFUL = """
page, after = None, []
query = [("page_size", 50), *(("mode[one_of]", mode) for mode in ("standard", "retrospective", "test"))]
categories = "triage live learning paused closed declined canceled merged".split()
query += [("status_category[one_of]", category) for category in categories]
while page is None or after:
    page = http.get("/v2/incidents", params=[*query, *after]).raise_for_status().json()
    cursor = page["pagination_meta"].get("after")
    after = [("after", cursor)] if cursor else []
body = {"idempotency_key": "alert 17", "visibility": "public", "name": "Disk full"}
for wait in (0, 0.1, 0.2):
    time.sleep(wait)
    try:
        created = http.post("/v2/incidents", json=body, timeout=5)
    except httpx.TransportError:
        continue
    if created.status_code == 429:
        time.sleep(float(created.headers["retry-after"]))
    elif created.status_code < 500:
        break
id_ = created.raise_for_status().json()["incident"]["id"]
http.post(
    f"/v2/incidents/{id_}/actions/edit",
    json={"incident": {"name": "Disk was full"}, "notify_incident_channel": False},
).raise_for_status()
http.get("/v2/incident_updates", params={"incident_id": id_}).raise_for_status()
assert http.get("/v2/incidents/01AAAAAAAAAAAAAAAAAAAAAAAA").json()["errors"][0]["code"] == "resource_not_found"
"""
NOTHING_FOUND = "0 errors, 0 warnings, 0 notes"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """The command line of a program that has an HTTP client, `http`, with the double's base URL and key."""

    def script(*lines: str) -> list[str]:
        path = tmp_path / "program.py"
        path.write_text(PREAMBLE + "\n".join(lines))
        return [sys.executable, str(path)]

    return script


def report(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "report.json").read_text())


def test_nothing_is_said_of_a_careful_client(run: Run, script: Script) -> None:
    ended = run("check", "--fail-on", "note", "--", *script(CAREFUL))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[:2] == [NOTHING_FOUND, "10 requests judged"]


@pytest.mark.parametrize(
    "fault",
    [
        "429=1",
        "500",
        "502",
        "lost",
        "reset",
        "cut",
        "delay=1",
        "reset-during",
        "short-body",
        "garbled-status",
    ],
)
def test_nothing_is_said_of_a_careful_client_that_meets_a_fault(
    run: Run, script: Script, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # one measured run is enough
    ended = run(
        "check", "--fail-on", "note", "--fault", f"Incidents V2#Create:{fault}", "--", *script(CAREFUL)
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(NOTHING_FOUND)


def test_filters_of_the_older_sdk_are_found_to_be_written_wrongly(
    run: Run, script: Script, tmp_path: Path
) -> None:
    program = script(
        "from incident_io_client import AuthenticatedClient",
        "from incident_io_client.api.incidents_v2 import incidents_v2_list",
        "key = os.environ['INCIDENT_IO_API_KEY']",
        "with AuthenticatedClient(base_url=str(http.base_url), token=key) as client:",
        "    incidents_v2_list.sync(client=client, status={'one_of': ['01FCNDV6P870EA6S7TK1DSYDG0']})",
    )
    ended = run("check", "--json", "report.json", "--", *program)

    assert ended.returncode == 1
    assert "error  filter-wrong-syntax  the filter status is ignored" in ended.stdout
    finding, other = report(tmp_path)["findings"]
    assert (finding["rule"], finding["operation"], finding["pointer"], finding["severity"]) == (
        "filter-wrong-syntax",
        "Incidents V2#List",
        "status",
        "error",
    )
    assert (other["rule"], other["severity"]) == ("first-page-only", "note")
    assert finding["counterexample"]["request"]["authorization"] == "Bearer [redacted]"


def test_nothing_is_said_of_filters_of_the_official_sdk(run: Run, script: Script) -> None:
    program = script(
        "from incident_io.client import AuthenticatedClient",
        "from incident_io.api.incidents_v2 import incidents_v2_list",
        "from incident_io.models import IncidentsV2ListStatusCategory",
        "key = os.environ['INCIDENT_IO_API_KEY']",
        "with AuthenticatedClient(base_url=str(http.base_url), token=key) as client:",
        "    live = IncidentsV2ListStatusCategory.from_dict({'one_of': ['live']})",
        "    incidents_v2_list.sync(client=client, status_category=live)",
    )
    ended = run("check", "--fail-on", "note", "--", *program)

    assert (ended.returncode, ended.stdout.splitlines()[0]) == (0, NOTHING_FOUND)


def test_warnings_fail_a_run_only_where_they_are_asked_to(run: Run, script: Script) -> None:
    program = script("http.get('/v1/incidents', params={'page_size': 1})")

    assert run("check", "--", *program).returncode == 0
    assert run("check", "--fail-on", "warning", "--", *program).returncode == 1


def test_a_fault_shows_how_a_client_tries_again(run: Run, script: Script, tmp_path: Path) -> None:
    program = script("for _ in range(20):", "    http.get('/v1/severities')")
    ended = run("check", "--json", "report.json", "--fault", "Severities V1#List:500*20", "--", *program)

    assert "with the fault Severities V1#List:500; seen once" in ended.stdout
    (finding,) = report(tmp_path)["findings"]
    assert (finding["rule"], finding["tier"]) == ("retries-without-wait", "Severities V1#List:500")


def test_the_report_says_which_operations_were_met(run: Run, script: Script, tmp_path: Path) -> None:
    run(
        "check",
        "--json",
        "report.json",
        "--",
        *script("http.get('/v1/severities')", "http.get('/v1/nothing')"),
    )

    assert report(tmp_path)["exchanges"] == 2
    assert report(tmp_path)["coverage"]["operations"] == {"Severities V1#List": {"200": 1}}


def test_the_report_says_what_was_in_the_answers(run: Run, script: Script, tmp_path: Path) -> None:
    ended = run(
        "check", "--json", "report.json", "--", *script("http.get('/v3/teams', params={'page_size': 1})")
    )

    answers = report(tmp_path)["coverage"]["answers"]
    assert answers["properties"]["not_met"] == []
    assert answers["enum values"] == {"met": 0, "of": 0, "not_met": []}
    missed = "Teams V3#List 200: /pagination_meta/after absent"
    assert missed in answers["optional presences"]["not_met"]
    assert ended.stdout.splitlines()[-1].startswith("met 1 of 337 operations, ")

    run("check", "--json", "report.json", "--", *script("http.get('/v3/teams', params={'page_size': 25})"))
    assert missed not in report(tmp_path)["coverage"]["answers"]["optional presences"]["not_met"]


def test_what_no_operation_answers_is_named(run: Run, script: Script) -> None:
    ended = run("check", "--", *script("http.patch('/v2/incidents/1')", "http.patch('/v2/incidents/1')"))

    assert ended.returncode == 1
    (finding, *_) = ended.stdout.splitlines()
    assert finding.startswith("error  unknown-operation  PATCH /v2/incidents/{} is not served: ")
    assert finding.endswith("the contract has this path with GET only")
    assert "seen 2 times" in ended.stdout


def test_the_base_url_can_have_a_path(run: Run, script: Script) -> None:
    program = script("http.get(os.environ['API'] + '/severities')")
    ended = run("check", "--env", "API=base_url/v1", "--", *program)

    assert (ended.returncode, "1 requests judged" in ended.stdout) == (0, True), ended.stdout


def test_variables_can_have_any_name(run: Run, script: Script) -> None:
    program = script(
        "key = os.environ['TOKEN']",
        "httpx.get(os.environ['API'] + '/v1/severities', headers={'authorization': f'Bearer {key}'})",
    )
    ended = run("check", "--env", "API=base_url", "--env", "TOKEN=api_key", "--", *program)

    assert ended.stdout.splitlines()[:2] == [NOTHING_FOUND, "1 requests judged"]
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("sys.exit(7)", "ended with exit code 7"),
        ("os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("time.sleep(600)", "did not end within 2 seconds"),
    ],
)
def test_a_failure_of_the_command_itself_is_distinguished(
    run: Run, script: Script, line: str, failure: str
) -> None:
    ended = run("check", "--timeout", "2", "--", *script("http.get('/v1/severities')", line))

    assert (ended.returncode, ended.stderr) == (3, f"incident-double: the command itself {failure}\n")
    assert ended.stdout.splitlines()[:2] == [NOTHING_FOUND, "1 requests judged"]


def test_findings_come_before_a_failure_of_the_command(run: Run, script: Script) -> None:
    ended = run("check", "--", *script("http.get('/v2/incidents?severity=1')", "sys.exit(7)"))

    assert (ended.returncode, ended.stderr) == (
        1,
        "incident-double: the command itself ended with exit code 7\n",
    )


def test_a_command_that_asks_for_nothing_has_not_passed(run: Run) -> None:
    ended = run("check", "--", sys.executable, "-c", "")

    assert ended.returncode == 3
    assert ended.stderr == "incident-double: the command itself asked the double for nothing\n"


def test_options_behind_the_command_are_the_commands(run: Run) -> None:
    ended = run("check", sys.executable, "-c", "import sys; print(sys.argv[1:])", "--seed", "x")

    assert ended.stdout.splitlines()[0] == "['--seed', 'x']"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 130)])
def test_an_interrupted_run_says_what_was_found_and_leaves_no_process(
    script: Script, number: signal.Signals, status: int
) -> None:
    program = script(
        "http.get('/v2/incidents?severity=1')",
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
        "print('ready', flush=True)",
        "time.sleep(600)",
    )
    with subprocess.Popen(
        [COMMAND, "check", "--", *program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        # The end of the output comes when nobody is left who holds it, the command's own child included.
        stdout, _ = process.communicate(timeout=30)

    assert process.returncode == status
    assert "filter-wrong-syntax" in stdout


@pytest.mark.parametrize("manner", ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"])
def test_a_child_that_outlives_the_command_is_ended_even_if_it_is_stubborn(
    run: Run, script: Script, manner: str
) -> None:
    child = f"import signal, sys, time; {manner}; sys.stderr.write('x'); sys.stderr.flush(); time.sleep(600)"
    program = script(
        "http.get('/v1/severities')",
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stderr=subprocess.PIPE)",
        "child.stderr.read(1)",
    )

    assert run("check", "--", *program).returncode == 0  # which would wait for the child's output


def test_events_are_delivered_to_an_endpoint(run: Run, tmp_path: Path) -> None:
    with receiving(careful) as url:
        ended = run("check", "--webhook", url, "--webhook-secret", SECRET)
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [NOTHING_FOUND, "0 requests judged, 10 events delivered"]

    with receiving(trusting) as url:
        ended = run("check", "--webhook", url, "--webhook-secret", SECRET, "--json", "report.json")
    assert ended.returncode == 1
    assert {each["rule"] for each in report(tmp_path)["findings"]} == {"webhook-signature-unchecked"}


RECEIVER = """
from http.server import BaseHTTPRequestHandler, HTTPServer
from standardwebhooks import Webhook
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        status = 200
        try:
            event = Webhook(os.environ["INCIDENT_IO_WEBHOOK_SECRET"]).verify(body, dict(self.headers))
            assert http.get(f"/v2/incidents/{event[event['event_type']].get('id', 1)}").status_code in (200, 404)
        except Exception:
            status = 401
        self.send_response(status)
        self.end_headers()
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_a_command_that_receives_events_is_given_the_secret_and_may_ask_the_double(
    run: Run, script: Script
) -> None:
    with receiving(careful) as url:
        port = url.split(":")[2].partition("/")[0]  # free again in a moment
    ended = run("check", "--webhook", url, "--fail-on", "note", "--", *script(RECEIVER), port)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[:2] == [NOTHING_FOUND, "7 requests judged, 10 events delivered"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "give a COMMAND after --, --client ADAPTER, or --webhook URL"),
        (["--fault", "nonsense", "--", "true"], "not OPERATION:KIND[=SECONDS][*COUNT][@FIRST]: nonsense"),
        (["--fault", "Nothing#List:500", "--", "true"], "no such operation: Nothing#List"),
        (["--env", "NAME=password", "--", "true"], "NAME=password"),
        (["--env", "NAME=api_key/v1", "--", "true"], "NAME=api_key/v1"),
        (["--env", "NAME", "--", "true"], "--env"),
        (["--timeout", "0", "--", "true"], "--timeout"),
        (["--webhook", "localhost:80"], "not the URL of an endpoint: localhost:80"),
        (["--webhook", "http://[", "--", "true"], "not the URL of an endpoint: http://["),
        (["--webhook", "http://127.0.0.1:1/hook"], "nobody listens at http://127.0.0.1:1/hook"),
        (
            ["--webhook", "http://127.0.0.1:1", "--webhook-secret", "x"],
            "a webhook secret is whsec_ and base64",
        ),
        (["--webhook-secret", "whsec_aaaa", "--", "true"], "--webhook-secret goes with --webhook"),
        (["--document", "nowhere.json", "--", "true"], "nowhere.json: No such file"),
        (["--fail-on", "doubt", "--", "true"], "--fail-on"),
        (["--", "no-such-command"], "no-such-command: No such file"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str],
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["incident-double", "check", *arguments])
    status = main()
    printed = capsys.readouterr()

    assert (status, printed.out) == (2, "")
    line = printed.err.splitlines()[-1]
    assert line.startswith("incident-double: ")
    assert complaint in line
