"""`incident-double conform`: a server is judged from the command line."""

import json
import socketserver
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from incident_double.cli.commands import conform
from incident_double.contract_tests.wire.recording import Recorder
from incident_double.fixtures import realistic
from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.account import Account
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.pipeline import Pipeline
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document, bundled

from ...serving import COMMAND, Served
from ..conftest import Run


class WrongPipeline(Pipeline):
    """Forgets the rank of severities, and has a body for an unknown path."""

    def answer(self, account: Account, request: Request, token: str | None) -> Reply:
        reply = super().answer(account, request, token)
        if request.path == "/v1/severities" and reply.status == 200:
            rows = orjson.loads(reply.body)
            for row in rows["severities"]:
                del row["rank"]
            return replace(reply, body=orjson.dumps(rows))
        return replace(reply, body=b"{}") if request.path == "/v2/no_such_thing" else reply


WRONG = {
    ("unknown-path-is-an-empty-404", None, None),
    ("response-violates-schema", "Severities V1#List", "/severities/0"),
}
"""What is found in it: rule, operation and place."""


ALL, FEW = 1, 12
"""Of how many paths of the document one is judged: by `make endure`, and in the suite."""


@dataclass(frozen=True)
class Judged:
    """What `conform` did to a server, and what it said of it."""

    status: int
    output: str
    report: Any
    asked: Counter[tuple[str, str, bool]]
    """How often each verb was sent to each path, with a key or without."""
    statuses: set[int]


def judged(folder: Path, double: Double, document: Document, *options: str) -> Judged:
    recorder = Recorder(double)
    path = folder / "report.json"
    given = ["--examples", "1", "--json", str(path), "--api-key", DEFAULT_TOKEN, *options]
    with serving(create_app(double)) as base_url:
        how = by_the_command if document is bundled() else partial(in_this_process, document)
        status, output = how([f"{base_url}/", *given])
    asked = Counter((each.method, each.path, "authorization" in each.headers) for each in recorder.exchanges)
    statuses = {each.status for each in recorder.exchanges}
    return Judged(status, output, json.loads(path.read_text()), asked, statuses)


def by_the_command(arguments: Sequence[str]) -> tuple[int, str]:
    """What the installed command ends with, and prints."""
    done = subprocess.run([COMMAND, "conform", *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def in_this_process(document: Document, arguments: Sequence[str]) -> tuple[int, str]:
    """The same, by another document than the bundled one, which the command can't be given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conform, "bundled", lambda: document)
        patch.setattr("sys.argv", ["incident-double", "conform", *arguments])
        done = CliRunner().invoke(conform.command, arguments, standalone_mode=False)
    return done.return_value, done.output


def with_paths(wanted: Callable[[str], bool]) -> Document:
    """The bundled document with some of its paths."""
    raw = bundled().raw
    return Document({**raw, "paths": {path: item for path, item in raw["paths"].items() if wanted(path)}})


SEVERITIES = with_paths(lambda path: path.startswith("/v1/severities"))
"""A document of five operations."""


@pytest.fixture(scope="module", params=[FEW, pytest.param(ALL, marks=pytest.mark.endure)])
def document(request: pytest.FixtureRequest) -> Document:
    """What the double is judged by."""
    if request.param == ALL:
        return bundled()
    some = {"/v1/severities", *list(bundled().raw["paths"])[request.param // 2 :: request.param]}
    return with_paths(some.__contains__)


@pytest.fixture(scope="module")
def of_the_double(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The double itself, which now and then refuses because of too many requests."""
    faults = [parse_fault("Severities V1#List:429=1*2", bundled())]
    double = Double(bundled(), realistic(incidents=20), rate_limit=1_000_000, faults=faults)
    return judged(tmp_path_factory.mktemp("right"), double, document)


def test_the_double_passes(of_the_double: Judged, document: Document) -> None:
    reads = sum(each.method == "GET" for each in document.operations.values())

    assert of_the_double.status == 0
    assert of_the_double.output.startswith(
        f"0 errors, 0 warnings, 0 notes\n18 behaviours checked, {reads} operations tested"
    )
    assert of_the_double.report["coverage"]["operations"]["errored"] == 0
    assert {"coverage", "fuzzing", "stateful"} <= {
        name for name, status in of_the_double.report["coverage"]["phases"].items() if status == "success"
    }


def test_a_limit_is_waited_out(of_the_double: Judged) -> None:
    assert 429 in of_the_double.statuses  # and none of it is a finding


def test_nothing_is_sent_that_could_change_anything(of_the_double: Judged) -> None:
    others = {each for each in of_the_double.asked if each[0] not in ("GET", "TRACE")}

    assert others == {("PATCH", "/v2/incidents", False)}  # which no server lets pass without a key


def test_the_key_is_not_in_the_report(of_the_double: Judged) -> None:
    assert "[redacted]" in of_the_double.report["arguments"]
    assert DEFAULT_TOKEN not in json.dumps(of_the_double.report)


def findings_of(report: Any) -> dict[tuple[str, str | None, str | None], Any]:
    return {(each["rule"], each["operation"], each["pointer"]): each for each in report["findings"]}


def wrong_double() -> Double:
    double = Double(bundled(), realistic(incidents=5), rate_limit=1_000_000)
    double.pipeline = WrongPipeline(bundled())
    return double


@pytest.mark.parametrize("options", [[], ["--allow-writes"]])
def test_a_server_that_breaks_the_contract_fails(tmp_path: Path, options: list[str]) -> None:
    """By a document of five operations; `make endure` has all of them."""
    found = judged(tmp_path, wrong_double(), SEVERITIES, *options)

    assert found.status == 1
    findings = findings_of(found.report)
    assert findings.keys() == WRONG
    of_schema = findings["response-violates-schema", "Severities V1#List", "/severities/0"]
    assert '"rank" is a required property' in of_schema["message"]
    assert of_schema["counterexample"]["request"]["path"] == "/v1/severities"
    assert (201 in found.statuses) == bool(options)


@pytest.mark.endure
def test_every_operation_of_a_server_is_judged_where_writing_is_allowed(tmp_path: Path) -> None:
    found = judged(tmp_path, wrong_double(), bundled(), "--allow-writes")

    assert found.status == 1
    assert findings_of(found.report).keys() == WRONG
    assert ("POST", "/v2/incidents", True) in found.asked


@pytest.mark.parametrize(
    ("base_url", "complaint"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1: can't be reached: [Errno 111] Connection refused"),
        (
            "localhost",
            "localhost: can't be reached: Request URL is missing an 'http://' or 'https://' protocol",
        ),
        ("http://[", "http://[: can't be reached"),
    ],
)
def test_a_server_that_isn_t_there_is_one_line(run: Run, base_url: str, complaint: str) -> None:
    done = run("conform", base_url)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"incident-double: {complaint}")
    assert done.stderr.count("\n") == 1


def test_a_key_that_is_refused_is_one_line(run: Run, served: Served) -> None:
    done = run("conform", served.base_url, "--api-key", "inc_0")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"incident-double: {served.base_url}: refuses the API key\n"


class Dripping(socketserver.BaseRequestHandler):
    """Answers with a head that never ends."""

    over = threading.Event()

    def handle(self) -> None:
        with suppress(OSError):
            self.request.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            while not self.over.wait(0.02):
                self.request.sendall(b"x")


def test_a_server_that_never_comes_to_an_end_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conform, "_SECONDS", 0.3)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dripping) as server:
        threading.Thread(target=server.serve_forever).start()
        base_url = f"http://127.0.0.1:{server.server_address[1]}"

        done = CliRunner().invoke(conform.command, [base_url])
        Dripping.over.set()
        server.shutdown()

    assert done.output == f"Error: {base_url}: can't be reached: takes more than 0.3 seconds\n"
