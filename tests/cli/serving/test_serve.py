"""`incident-double serve`: what it prints, where it listens, how it ends."""

import shlex
import signal
import socket
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from incident_double.cli import main
from incident_double.mock_server import DEFAULT_TOKEN

from ...contract_tests.receivers import SECRET, receiving, verified
from ...serving import Served, serving
from ..conftest import Run
from ..terminal import seen_on_terminal

PINNED = ("--clock", "2027-02-14T22:05:00Z")
"""Two that begin at different moments don't hold the same data."""


def incidents(served: Served, **query: str | int) -> list[dict[str, str]]:
    with served.client() as client:
        rows: list[dict[str, str]] = client.get("/v2/incidents", params=query).json()["incidents"]
        return rows


def test_it_serves_what_goes_wrong_on_purpose() -> None:
    faults = ["Incidents V2#List:503*2", "Incidents V2#List:reset", "Incidents V2#List:garbled-status"]
    with serving(*(f"--fault={each}" for each in faults)) as served, served.client() as client:
        assert [client.get("/v2/incidents").status_code for _ in range(2)] == [503, 503]
        with pytest.raises(httpx.ReadError):
            client.get("/v2/incidents")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/v2/incidents")
        assert client.get("/v2/incidents").status_code == 200
        assert served.log() == ""


def test_it_announces_its_base_url_its_key_and_a_command_to_try() -> None:
    with serving() as served:
        organisation, url, key, console, example = served.announcement
        assert organisation.endswith(": 120 incidents")
        assert url == f"base URL  {served.base_url}"
        assert key == f"API key   {DEFAULT_TOKEN}"
        assert console == f"console   {served.base_url}/_double/"

        label, curl, silent, header_option, header, address = shlex.split(example)
        assert (label, curl, silent, header_option) == ("try", "curl", "-s", "-H")
        name, _, value = header.partition(": ")
        answer = httpx.get(address, headers={name: value})
        assert len(answer.json()["incidents"]) == 1
        assert answer.headers["x-ratelimit-limit"] == "60, 1200;window=60, 60;window=60"


def test_it_sends_an_endpoint_every_change_also_after_a_reset() -> None:
    reported: list[str] = []

    def receive(headers: Mapping[str, str], body: bytes) -> int:
        reported.append(verified(headers, body)["event_type"])
        return 200

    with receiving(receive) as url, serving("--webhook", url, "--webhook-secret", SECRET) as served:
        assert f"webhook   {url}, secret {SECRET}" in served.announcement
        with served.client() as client:
            for name in ("Before", "After"):
                body = {"idempotency_key": name, "visibility": "public", "name": name}
                assert client.post("/v2/incidents", json=body).status_code == 200
                assert client.post("/_double/webhooks/settle", json={}).json() == {"settled": True}
                client.post("/_double/reset")
    assert reported == ["public_incident.incident_created_v2"] * 2


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_control_token_opens_the_control_plane_to_whoever_has_it(
    by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--control-token", "for-tests"] if by == "option" else []
    monkeypatch.setenv("INCIDENT_DOUBLE_CONTROL_TOKEN", "for-tests" if by == "environment" else "")
    with serving(*options) as served:
        asked = f"{served.base_url}/_double/clock"
        assert httpx.get(asked).status_code == 401
        assert httpx.get(asked, headers={"authorization": "Bearer for-tests"}).status_code == 200
        assert "for-tests" not in "".join(served.announcement) + served.log()


def shown_while_starting(count: int) -> tuple[bytes, list[bytes]]:
    """What a person at a terminal sees before it is ready, and what is announced then."""
    arguments = ["serve", "--port", "0", "--incidents", str(count)]
    return seen_on_terminal(arguments, lambda output: [output.readline() for _ in range(5)])


def test_with_many_incidents_it_shows_a_person_how_far_it_is() -> None:
    shown, announced = shown_while_starting(2_000)

    assert announced[0].endswith(b": 2000 incidents\n")
    assert b"incidents" in shown
    assert b"100%" in shown
    assert b"index" in shown


def test_with_few_incidents_it_shows_nothing() -> None:
    shown, announced = shown_while_starting(120)

    assert shown == b""
    assert announced[0].endswith(b": 120 incidents\n")


def test_with_many_incidents_that_nobody_waits_for_it_shows_nothing() -> None:
    with serving("--incidents", "2000") as served:
        assert len(incidents(served, page_size=250)) == 250
        assert served.log() == ""


def test_port_0_picks_a_free_port_for_each() -> None:
    with serving(*PINNED) as first, serving(*PINNED) as second:
        assert first.base_url != second.base_url
        assert incidents(first) == incidents(second)


def test_it_listens_on_the_port_it_is_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with serving("--port", str(port)) as served:
        assert served.base_url == f"http://127.0.0.1:{port}"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_it_listens_on_127_0_0_1_only_by_default() -> None:
    with serving() as served:
        port = int(served.base_url.rpartition(":")[2])
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))

    with serving("--host", "127.0.0.2") as served:
        assert served.base_url.startswith("http://127.0.0.2:")


def test_an_ipv6_address_is_written_with_brackets() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")

    with serving("--host", "::1") as served:
        assert served.base_url.startswith("http://[::1]:")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("connection", ["none", "idle", "halfway through a request"])
def test_a_signal_ends_it_promptly_and_well(number: signal.Signals, connection: str) -> None:
    with serving() as served, socket.socket() as client:
        if connection != "none":
            host, _, port = served.base_url.removeprefix("http://").rpartition(":")
            client.connect((host, int(port)))
            client.sendall(b"GET /_double/health HTTP/1.1\r\nhost: double\r\n\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
        if connection == "halfway through a request":
            client.sendall(b"POST /v2/incidents HTTP/1.1\r\nhost: double\r\ncontent-length: 9\r\n\r\n{")

        began = time.monotonic()
        served.process.send_signal(number)

        assert served.process.wait(timeout=20) == 0
        assert time.monotonic() - began < 5
        assert served.log() == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--api-key", "a b"], "an API key is made of printable ASCII characters"),
        (["--api-key", "inc_1=viwer"], "no such role: viwer"),
        (["--fault", "Incidents V2#List:explode"], "no such fault: explode"),
        (["--fault", "Nothing#List:500"], "no such operation: Nothing#List"),
        (["--control-token", "two words"], "a control token is made of printable ASCII characters"),
        (["--webhook", "mailto:me"], "not the URL of an endpoint: mailto:me"),
        (
            ["--webhook", "http://127.0.0.1:9", "--webhook-secret", "none"],
            "Invalid value for '--webhook-secret': a webhook secret is whsec_ and base64",
        ),
        (["--webhook-secret", "whsec_aaaa"], "--webhook-secret goes with --webhook"),
        (["--clock", "yesterday"], "'yesterday' is not an ISO 8601 date or time"),
        (["--clock", "2026-02-30"], "'2026-02-30' is not an ISO 8601 date or time"),
        (["--clock", "0001-01-01"], "not between the years 1980 and 9000"),
        (["--clock", "9999-12-31"], "not between the years 1980 and 9000"),
        (["--port", "70000"], "'--port'"),
        (["--port", "http"], "'--port'"),
        (["--incidents", "-1"], "'--incidents'"),
        (["--seed", "x"], "'--seed'"),
        (["--shape", "odd"], "'--shape'"),
        (["--rate-limit", "0"], "'--rate-limit'"),
        (["--rate-limit", "5", "--no-rate-limit"], "exclude each other"),
        (["--host", "a..b"], "can't listen on a..b:8080: not a host name"),
        (["--host", "192.0.2.1", "--port", "0"], "can't listen on 192.0.2.1:0"),
        (["--document", "nowhere.json"], "nowhere.json: No such file"),
        (["--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    arguments: list[str],
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["incident-double", "serve", *arguments])
    status = main()
    printed = capsys.readouterr()

    assert (status, printed.out) == (2, "")
    (line,) = printed.err.splitlines()
    assert line.startswith("incident-double: ")
    assert complaint in line


def test_a_busy_port_is_one_line_and_exit_code_2(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        ended = run("serve", "--port", str(port))

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"incident-double: can't listen on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"openapi: 2.0", b"\xff\xfe\x00"])
def test_a_file_that_is_no_document_is_one_line_and_exit_code_2(
    run: Run, tmp_path: Path, text: bytes
) -> None:
    (tmp_path / "some.json").write_bytes(text)
    ended = run("serve", "--port", "0", "--document", "some.json")

    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("incident-double: some.json: ")


def test_keys_are_accepted_with_their_roles_and_the_first_is_announced() -> None:
    with serving(
        "--api-key", "one", "--api-key", "two=viewer,incident_creator", "--api-key", "three="
    ) as served:

        def roles(key: str) -> list[str]:
            headers = {"authorization": f"Bearer {key}"}
            found: list[str] = httpx.get(f"{served.base_url}/v1/identity", headers=headers).json()[
                "identity"
            ]["roles"]
            return found

        assert served.token == "one"
        assert len(roles("one")) > 40
        assert roles("two") == ["viewer", "incident_creator"]
        assert roles("three") == []
        headers = {"authorization": f"Bearer {DEFAULT_TOKEN}"}
        assert httpx.get(f"{served.base_url}/v1/identity", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("clock", "start"),
    [
        ("2031-05-04T12:30:00Z", "2031-05-04T12:3"),
        ("2031-05-04", "2031-05-04T00:0"),
        ("2031-05-04T01:00+02:00", "2031-05-03T23:0"),
    ],
)
def test_the_clock_starts_where_it_is_asked_to_and_the_data_set_lies_before(clock: str, start: str) -> None:
    with serving("--clock", clock) as served:
        newest = incidents(served, page_size=1)[0]
        with served.client() as client:
            body = {"idempotency_key": "1", "visibility": "public"}
            made = client.post("/v2/incidents", json=body).json()["incident"]

        assert made["created_at"].startswith(start)
        assert "2031-04-0" < newest["created_at"] < made["created_at"]


def test_without_a_clock_the_time_is_the_present() -> None:
    with serving() as served, served.client() as client:
        before = time.time()
        body = {"idempotency_key": "1", "visibility": "public"}
        client.post("/v2/incidents", json=body)
        reset = int(client.get("/v1/identity").headers["x-ratelimit-reset"])

    assert before <= reset <= time.time() + 2


def test_the_seed_decides_the_data_set() -> None:
    with (
        serving("--seed", "7", *PINNED) as first,
        serving("--seed", "7", *PINNED) as same,
        serving("--seed", "8", *PINNED) as other,
    ):
        assert incidents(first) == incidents(same)
        assert incidents(first) != incidents(other)


def test_there_may_be_no_incidents_to_start_with() -> None:
    with serving("--incidents", "0") as served:
        assert incidents(served) == []
        assert served.announcement[0].endswith(": 0 incidents")


def test_limits_can_be_raised_lowered_and_lifted() -> None:
    with serving("--rate-limit", "1") as served, served.client() as client:
        assert [client.get("/v2/incidents").status_code for _ in range(2)] == [200, 429]
        assert int(client.get("/v2/incidents").headers["retry-after"]) > 30

    with serving("--no-rate-limit") as served, served.client() as client:
        assert [client.get("/v1/identity").status_code for _ in range(3)] == [200] * 3
        assert "x-ratelimit-limit" not in client.get("/v1/identity").headers


@pytest.mark.parametrize("shape", ["covering", "conforming"])
def test_other_shapes_are_served_listed_and_shown(shape: str) -> None:
    with serving("--shape", shape, "--incidents", "30") as served, served.client() as client:
        rows = incidents(served, page_size=250)

        assert rows
        for row in rows:
            assert client.get(f"/v2/incidents/{row['id']}").json()["incident"] == row


def test_it_begins_now_with_an_incident_of_the_last_day() -> None:
    before = datetime.now(UTC)
    with serving() as served, served.client() as client:
        clock = client.get("/_double/clock").json()["clock"]["now"]
        newest = client.get("/v2/incidents?page_size=1").json()["incidents"][0]["created_at"]

    now = datetime.fromisoformat(clock)
    assert before <= now <= datetime.now(UTC)
    assert before - timedelta(days=1) <= datetime.fromisoformat(newest) <= now


def test_a_pinned_clock_gives_the_same_bytes() -> None:
    pages = []
    for _ in range(2):
        with serving("--clock", "2027-02-14T22:05:00Z") as served, served.client() as client:
            address = "http://double"  # which the page holds
            pages.append(client.get("/v2/incidents?page_size=250", headers={"host": address[7:]}).content)

    assert pages[0] == pages[1]


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
def test_what_is_announced_can_be_reached(host: str, shown: str) -> None:
    if host == "::" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with serving("--host", host) as served:
        assert urlsplit(served.base_url).netloc.startswith(f"{shown}:")
        with served.client() as client:
            assert client.get("/v2/incidents").status_code == 200


def test_the_announcement_keeps_the_password_of_a_receiver_to_itself() -> None:
    with serving("--webhook", "http://me:secret-word@127.0.0.1:1/hook") as served:
        (line,) = [each for each in served.announcement if each.startswith("webhook")]
        assert "http://me:…@127.0.0.1:1/hook" in line
        assert "secret-word" not in "\n".join(served.announcement)
