"""`incident-double drift`, run as a person runs it."""

import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml
from click.testing import CliRunner

from incident_double.cli.commands import drift
from incident_double.openapi import Document, Json
from incident_double.openapi.drift import Difference

from .conftest import Run

Serve = Callable[[int, bytes], str]


@pytest.fixture
def newer(document: Document) -> Json:
    """A copy of the bundled document, to be changed."""
    return json.loads(json.dumps(document.raw))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Json], str]:
    """Write a document to a file, and say where."""

    def write(raw: Json) -> str:
        path = tmp_path / "document.json"
        path.write_text(json.dumps(raw), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def serve_once() -> Iterator[Serve]:
    """Answer one request on a local port with a status and a body; the URL is returned."""
    threads: list[tuple[HTTPServer, Thread]] = []

    def serve(status: int, content: bytes) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        thread = Thread(target=server.handle_request)
        thread.start()
        threads.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/openapi.json"

    yield serve
    for server, thread in threads:
        thread.join(timeout=10)
        server.server_close()


def test_the_bundled_document_does_not_differ_from_itself(
    run: Run, write: Callable[[Json], str], newer: Json
) -> None:
    done = run("drift", write(newer))

    assert (done.returncode, done.stdout, done.stderr) == (0, "no difference\n", "")


def test_each_difference_is_a_line_and_gives_exit_code_1(
    run: Run, write: Callable[[Json], str], newer: Json
) -> None:
    schemas = newer["components"]["schemas"]
    schemas["IdentityV1"]["properties"]["region"] = {"type": "string"}
    schemas["IncidentTimestampV2"]["required"].remove("rank")
    schemas["SeveritiesCreatePayloadV1"]["properties"]["name"]["maxLength"] = 40
    del newer["paths"]["/v3/teams"]["get"]["parameters"][0]
    newer["paths"]["/v3/rotas"] = {"get": {"operationId": "Rotas V3#List", "responses": {}}}

    done = run("drift", write(newer))

    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "+          Utilities V1#Identity  200.identity.region: optional, string",
        "tightened  Severities V1#Create  request.name: maxLength 40, was 50",
        "loosened   Incident Activity Log Entries V2#List  200.incident_activity_log_entries[].content."
        "incident_timestamp_set.incident_timestamp.rank: no longer required",
        "loosened   Incident Timestamps V2#List  200.incident_timestamps[].rank: no longer required",
        "loosened   Incident Timestamps V2#Show  200.incident_timestamp.rank: no longer required",
        "loosened   Incidents V2#List  200.incidents[].incident_timestamp_values[].incident_timestamp.rank: "
        "no longer required",
        "loosened   Incidents V2#Create and 2 more  200.incident.incident_timestamp_values[].incident_timestamp.rank: "
        "no longer required",
        "-          Teams V3#List  query.page_size: optional, integer (int64)",
        *(
            f"loosened   {event}  200.{event}.{place}incident_timestamp_values[].incident_timestamp.rank: "
            "no longer required"
            for event, place in [
                ("public_incident.incident_created_v2", ""),
                ("public_incident.incident_status_updated_v2", "incident."),
                ("public_incident.incident_updated_v2", ""),
            ]
        ),
        "1 operation only in the other document",
    ]


def test_json_names_every_operation(run: Run, write: Callable[[Json], str], newer: Json) -> None:
    newer["components"]["schemas"]["IncidentV2"]["properties"]["mode"]["enum"].append("stream")

    done = run("drift", "--json", write(newer))

    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert [difference["operation"] for difference in report["differences"]] == [
        "Incidents V2#List",
        "Incidents V2#Create",
        "Incidents V2#Show",
        "Incidents V2#Edit",
        "public_incident.incident_status_updated_v2",
    ]
    assert report["differences"][1] == {
        "kind": "loosened",
        "operation": "Incidents V2#Create",
        "place": "200.incident.mode",
        "fact": 'value "stream" added',
    }
    assert (report["known"], report["only_in_other"]) == ([], [])


def test_what_is_known_and_meant_is_only_counted(
    write: Callable[[Json], str], newer: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundled document has no such difference at present."""
    newer["components"]["schemas"]["SeveritiesCreatePayloadV1"]["properties"]["name"]["maxLength"] = 40
    difference = Difference("tightened", "Severities V1#Create", "request.name", "maxLength 40, was 50")
    monkeypatch.setattr(drift, "known_exceptions", lambda: {difference: "It is meant"})
    path = write(newer)

    lines, machine = (
        CliRunner().invoke(drift.command, [*options, path], standalone_mode=False)
        for options in ([], ["--json"])
    )

    assert (lines.return_value, lines.stdout) == (0, "1 difference known and meant\n")
    assert [each["reason"] for each in json.loads(machine.stdout)["known"]] == ["It is meant"]


def test_the_vendors_current_document_does_not_differ(run: Run, shared_documents: Path) -> None:
    done = run("drift", str(shared_documents / "openapi-current.json"))

    assert (done.returncode, done.stdout, done.stderr) == (0, "no difference\n", "")


def as_yaml(document: Json) -> str:
    """The document in YAML, by the library in C where it is there: the other takes seconds."""
    text: str = yaml.dump(document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
    return text


@pytest.mark.parametrize("dump", [json.dumps, as_yaml])
def test_a_url_in_json_or_yaml_does_as_well(
    run: Run, serve_once: Serve, newer: Json, dump: Callable[[Json], str]
) -> None:
    done = run("drift", serve_once(200, dump(newer).encode()))

    assert (done.returncode, done.stdout, done.stderr) == (0, "no difference\n", "")


@pytest.mark.parametrize(
    ("status", "content", "problem"),
    [
        (404, b"", "the server answered 404"),
        (500, b"{}", "the server answered 500"),
        (200, b"<html></html>", "not an OpenAPI document"),
        (200, b'{"swagger": "2.0"}', "not an OpenAPI 3 document"),
    ],
)
def test_a_url_without_a_document_is_one_line_and_exit_code_2(
    run: Run, serve_once: Serve, status: int, content: bytes, problem: str
) -> None:
    url = serve_once(status, content)

    done = run("drift", url)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"incident-double: {url}: {problem}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("missing.json", "missing.json: No such file"),
        (".", ".: Is a directory"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/: .*refused"),
        ("http://[::bad", r"http://\[::bad: "),
        ("http://a..b/", "http://a..b/: "),
        ("https://", "https://: "),
    ],
)
def test_a_source_that_can_not_be_read_is_one_line_and_exit_code_2(
    run: Run, source: str, problem: str
) -> None:
    done = run("drift", source)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert re.match(f"incident-double: {problem}", done.stderr)


def test_a_document_that_can_not_be_read_to_the_end_is_named(
    run: Run, write: Callable[[Json], str], newer: Json
) -> None:
    newer["components"]["schemas"]["SeverityV1"] = {"$ref": "#/components/schemas/Nowhere"}
    path = write(newer)

    done = run("drift", path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"incident-double: {path}: a reference that leads nowhere in the document: #/components/schemas/Nowhere\n"
    )
