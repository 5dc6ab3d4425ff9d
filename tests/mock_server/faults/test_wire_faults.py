"""What a client of httpx makes of every kind of fault, over a socket and without one: the same."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.faults.kinds import kinds_for
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

from ..ways import WAYS, reaching

PATH = "/v2/incidents"
LIST = "Incidents V2#List"
CREATE = "Incidents V2#Create"
DELETE = "Actions V3#Delete"
CREATED = {"idempotency_key": "once", "visibility": "public", "name": "Once only"}

Look = Callable[[httpx.Response, httpx.Response], None]
"""Looks at an answer that was struck, and at one to the same request that wasn't."""


def status(number: int, content_type: str) -> Look:
    def look(struck: httpx.Response, _: httpx.Response) -> None:
        assert (struck.status_code, struck.headers.get("content-type", "")) == (number, content_type)

    return look


def is_the_answer(struck: httpx.Response, sound: httpx.Response) -> None:
    assert (struck.status_code, struck.content) == (200, sound.content)


def is_no_json(struck: httpx.Response, sound: httpx.Response) -> None:
    assert (struck.status_code, struck.headers["content-type"]) == (200, "application/json")
    assert int(struck.headers["content-length"]) == len(struck.content) > len(sound.content)
    with pytest.raises(json.JSONDecodeError):
        struck.json()


def has_one_wrong_type(struck: httpx.Response, sound: httpx.Response) -> None:
    assert (struck.status_code, struck.headers["content-type"]) == (200, "application/json")
    ((path, was, is_now),) = differences(sound.json(), struck.json())
    assert (path, type(was), type(is_now)) == (["incidents", 0, "created_at"], str, int)


def differences(one: Any, other: Any) -> list[tuple[list[Any], Any, Any]]:
    """Where two JSON values differ, and what is there in each."""
    if type(one) is not type(other) or not isinstance(one, dict | list):
        return [] if one == other else [([], one, other)]
    assert len(one) == len(other)
    pairs = one.items() if isinstance(one, dict) else enumerate(one)
    return [([key, *path], *rest) for key, each in pairs for path, *rest in differences(each, other[key])]


def is_said_to_be_text(struck: httpx.Response, sound: httpx.Response) -> None:
    assert struck.headers["content-type"] == "text/plain; charset=utf-8"
    assert struck.content == sound.content


def is_half_the_answer(struck: httpx.Response, sound: httpx.Response) -> None:
    half = sound.content[: len(sound.content) // 2]
    assert (struck.status_code, struck.content) == (200, half)
    assert int(struck.headers["content-length"]) == len(half)


def is_half_a_page(struck: httpx.Response, sound: httpx.Response) -> None:
    whole, half = sound.json(), struck.json()
    rows = whole["incidents"]
    assert half["incidents"] == rows[: (len(rows) + 1) // 2]
    assert half["pagination_meta"] == {**whole["pagination_meta"], "after": half["incidents"][-1]["id"]}


def is_what_may_come(struck: httpx.Response, sound: httpx.Response) -> None:
    was, is_now = sound.json()["incidents"], struck.json()["incidents"]
    assert [row["id"] for row in is_now] == [row["id"] for row in was]
    assert {row["mode"] for row in is_now} == {"new_value"} != {row["mode"] for row in was}
    assert all(row["incident_status"]["new_property"] == row["new_property"] == "new" for row in is_now)


OUTCOMES: dict[str, Look | type[httpx.TransportError]] = {
    "500": status(500, "application/json"),
    "429=1": status(429, "application/json"),
    "503": status(503, "text/html"),
    "403-html": status(403, "text/html"),
    "404-empty": status(404, ""),
    "delay=0.3": is_the_answer,
    "delay=60": httpx.ReadTimeout,
    "drip=0.5": is_the_answer,
    "never": httpx.ReadTimeout,
    "reset": httpx.ReadError,
    "lost": httpx.ReadError,
    "reset-during": httpx.ReadError,
    "reset-after": is_the_answer,
    "cut": httpx.RemoteProtocolError,
    "short-body": httpx.RemoteProtocolError,
    "long-body": is_half_the_answer,
    "garbled-status": httpx.RemoteProtocolError,
    "garbled-chunk": httpx.RemoteProtocolError,
    "malformed": is_no_json,
    "wrong-type": has_one_wrong_type,
    "wrong-content-type": is_said_to_be_text,
    "short-page": is_half_a_page,
    "evolved": is_what_may_come,
}


def test_every_kind_is_looked_at(document: Document) -> None:
    kinds = kinds_for([document.operations[LIST]])
    named = {kind for kind in kinds if not kind.removesuffix("-html").isdecimal()}

    assert {kind.partition("=")[0] for kind in OUTCOMES} - kinds == set()
    assert named - {kind.partition("=")[0] for kind in OUTCOMES} == set()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", OUTCOMES)
def test_a_fault_is_what_it_claims_to_be_and_the_next_request_is_answered(
    document: Document, dataset: Dataset, kind: str, way: str
) -> None:
    double = Double(document, dataset, rate_limit=0, faults=[parse_fault(f"{LIST}:{kind}", document)])
    expected = OUTCOMES[kind]
    with reaching(double, way) as ask:
        timeout = httpx.Timeout(5, read=0.2 if expected is httpx.ReadTimeout else 5)
        if isinstance(expected, type):
            with pytest.raises(httpx.TransportError) as raised:
                ask("GET", PATH, timeout=timeout)
            assert raised.type is expected
        else:
            struck = ask("GET", PATH, timeout=timeout)
            if kind == "reset-after" and not way.startswith("asynchronous"):  # those come on a new connection
                with pytest.raises(httpx.ReadError):
                    ask("GET", PATH)
            expected(struck, ask("GET", PATH))
        assert ask("GET", PATH).status_code == 200
    assert not double.faults


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("cut", httpx.RemoteProtocolError),
        ("reset-during", httpx.ReadError),
        ("short-body", httpx.RemoteProtocolError),
        ("garbled-chunk", httpx.RemoteProtocolError),
    ],
)
def test_an_answer_without_a_body_breaks_off_all_the_same(
    document: Document, dataset: Dataset, kind: str, expected: type[Exception], way: str
) -> None:
    double = Double(document, dataset, rate_limit=0, faults=[parse_fault(f"{DELETE}:{kind}", document)])
    with reaching(double, way) as ask:
        incident = ask("GET", PATH, params={"page_size": 1}).json()["incidents"][0]
        body = {"incident_id": incident["id"], "description": "To be deleted"}
        action = ask("POST", "/v3/actions", json=body).json()["action"]
        with pytest.raises(expected):
            ask("DELETE", f"/v3/actions/{action['id']}")
        assert ask("GET", f"/v3/actions/{action['id']}").status_code == 404


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("second_key", "count"), [("once", 1), ("another", 2)])
def test_a_lost_answer_and_a_second_try_make_one_incident_under_the_same_key_and_two_under_another(
    document: Document, dataset: Dataset, way: str, second_key: str, count: int
) -> None:
    double = Double(document, dataset, rate_limit=0, faults=[parse_fault(f"{CREATE}:lost", document)])
    with reaching(double, way) as ask:
        with pytest.raises(httpx.ReadError):
            ask("POST", PATH, json=CREATED)
        made = ask("POST", PATH, json=CREATED | {"idempotency_key": second_key}).json()["incident"]
        rows = ask("GET", PATH, params={"page_size": 5}).json()["incidents"]

    ids = [row["id"] for row in rows if row["name"] == "Once only"]
    assert len(ids) == count
    assert ids[0] == made["id"]


def test_a_reset_comes_only_once_the_client_has_half_of_the_answer(
    document: Document, dataset: Dataset
) -> None:
    """Even where it is more than the system's buffers hold, and the client takes its time."""
    spec = "Utilities V1#OpenAPIV3:reset-during@2"
    double = Double(document, dataset, faults=[parse_fault(spec, document)])
    with serving(create_app(double)) as url:
        sound, struck = [received(url, "/v1/openapiV3.json", "connection: close", idle=0.2) for _ in range(2)]

    whole, half = [len(each[0].partition(b"\r\n\r\n")[2]) for each in (sound, struck)]
    assert whole > 150_000
    assert half == whole // 2
    assert (sound[1], struck[1]) == (None, ConnectionResetError)


def test_a_reset_after_the_answer_comes_under_the_next_request_on_that_connection_alone(
    document: Document, dataset: Dataset
) -> None:
    double = Double(document, dataset, faults=[parse_fault(f"{CREATE}:reset-after", document)])
    with reaching(double, "socket") as ask, reaching(double, "socket") as other:
        assert ask("POST", PATH, json=CREATED).status_code == 200
        assert other("GET", PATH).status_code == 200
        with pytest.raises(httpx.ReadError):
            ask("POST", PATH, json=CREATED | {"idempotency_key": "never made"})
        names = [row["name"] for row in ask("GET", PATH).json()["incidents"]]

    assert names.count("Once only") == 1


def received(url: str, path: str, *headers: str, idle: float = 0) -> tuple[bytes, type[Exception] | None]:
    """Everything that comes back on a connection with a small buffer, and the error that it ends with.

    The client takes its time: so many seconds before it reads anything.
    """
    host, _, port = url.removeprefix("http://").rpartition(":")
    lines = [f"GET {path} HTTP/1.1", "host: x", f"authorization: Bearer {DEFAULT_TOKEN}", *headers]
    parts: list[bytes] = []
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect((host, int(port)))
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        time.sleep(idle)
        try:
            while part := connection.recv(1000):
                parts.append(part)
        except ConnectionResetError as error:
            return b"".join(parts), type(error)
    return b"".join(parts), None


def test_a_body_that_is_longer_than_it_says_is_there_whole_and_no_answer_comes_after_it(
    document: Document, dataset: Dataset
) -> None:
    double = Double(document, dataset, faults=[parse_fault(f"{LIST}:long-body", document)])
    with serving(create_app(double)) as url:
        content, error = received(url, PATH)

    head, _, body = content.partition(b"\r\n\r\n")
    assert b"content-length: %d" % (len(body) // 2) in head.splitlines()
    assert b"connection: close" in head.splitlines()
    assert json.loads(body)
    assert error is None


def test_a_reset_in_the_middle_leaves_the_client_time_to_take_the_first_half(
    document: Document, dataset: Dataset
) -> None:
    """Node's event loop takes data and a reset that come together for an ordinary end."""
    double = Double(document, dataset, faults=[parse_fault(f"{LIST}:reset-during@2", document)])
    durations = []
    with serving(create_app(double)) as url:
        for _ in range(2):
            began = time.monotonic()
            received(url, f"{PATH}?page_size=1", "connection: close")
            durations.append(time.monotonic() - began)

    sound, struck = durations
    assert struck >= 0.05 > sound
