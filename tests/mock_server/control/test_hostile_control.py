"""The control plane under attack: it refuses what makes no sense, and nobody else notices."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest

from incident_double.mock_server import DEFAULT_TOKEN, Double, Request, running
from incident_double.mock_server.control import ControlPlane
from incident_double.mock_server.store.store import StoreSnapshot

from .conftest import Controller

BODY = b'{"idempotency_key": "deep", "visibility": "public", "x": %s}'
DEEP = ("[" * 900 + "1" + "]" * 900).encode()
DEEP_OBJECT = (b'{"a":' * 900) + b"1" + b"}" * 900


def post(control: Controller, path: str, content: bytes, method: str = "POST") -> httpx.Response:
    return control.client.request(method, f"/_double/{path}", content=content)


@pytest.mark.parametrize("deep", [DEEP, DEEP_OBJECT], ids=["lists", "objects"])
@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("PUT", "state", b'{"collections": {"things": [{"id": "1", "x": %s}]}}'),
        ("PUT", "state", b'{"collections": {"incidents": [{"id": "1", "x": %s}]}}'),
        ("PUT", "scenario", b'{"scenario": {"incidents": %s}}'),
        ("POST", "incidents", b'{"name": "x", "custom_fields": {"x": %s}}'),
        ("POST", "journal/expectations", b'{"body": %s}'),
        ("POST", "faults", b'{"operation": "*", "kind": "500", "seconds": %s}'),
    ],
)
def test_what_is_nested_too_deeply_is_refused(
    control: Controller, method: str, path: str, content: bytes, deep: bytes
) -> None:
    answer = post(control, path, content % deep, method)
    assert (answer.status_code, "deeply" in answer.text) == (422, True)
    assert control.client.get("/_double/state").status_code == 200


@pytest.mark.parametrize("deep", [DEEP, DEEP_OBJECT], ids=["lists", "objects"])
def test_an_exchange_that_is_nested_too_deeply_is_reported_as_a_text(
    control: Controller, deep: bytes
) -> None:
    assert control.api.post("/v2/incidents", content=BODY % deep).status_code == 200
    (reported,) = control("GET", "journal")["exchanges"]
    assert isinstance(reported["request"]["body"], str)
    assert control("GET", "journal.har")["log"]["entries"][0]["request"]["postData"]["text"][:20]
    assert not control("POST", "journal/expectations", {"body": {"x": [2]}})["met"]
    control("GET", "findings")


@pytest.mark.parametrize("body", [{"double": 1}, {"incident": "x"}, {"self": 1}])
def test_a_property_that_is_named_like_a_part_of_the_double_is_refused(
    control: Controller, body: dict[str, object]
) -> None:
    assert "there is no property" in control.error("POST", "incidents", body)
    assert "there is no property" in control.error("PATCH", "incidents/1", body)


def test_a_complaint_does_not_quote_all_of_a_state(control: Controller) -> None:
    rows = {"severities": [{"id": "1", "name": "x" * 1_000_000}]}
    assert len(control.error("PUT", "state", {"collections": rows})) < 1000
    assert len(control.error("PUT", "state", {"format": "x" * 1_000_000})) < 1000


def test_snapshots_come_and_go_while_others_look(control: Controller) -> None:
    def work(_: int) -> set[int]:
        with httpx.Client(base_url=control.base_url) as client:
            seen = set()
            for _ in range(15):
                made = client.post("/_double/snapshots")
                seen |= {made.status_code, client.get("/_double/snapshots").status_code}
                id_ = made.json()["snapshot"]["id"]
                seen |= {client.post(f"/_double/snapshots/{id_}/rollback").status_code}
                seen |= {client.delete(f"/_double/snapshots/{id_}").status_code}
            return seen

    with ThreadPoolExecutor(4) as pool:
        assert set().union(*pool.map(work, range(4))) == {200, 201, 204}
    assert control("GET", "snapshots")["snapshots"] == []


def test_a_snapshot_that_goes_while_all_are_shown_is_no_error(double: Double) -> None:
    plane = ControlPlane(double)

    class Going:
        @property
        def at(self) -> datetime:
            plane.double.snapshots.clear()
            return datetime(2026, 6, 1, tzinfo=UTC)

    plane.double.snapshots = cast("Any", {"one": Going(), "two": Going()})
    assert plane.answer(Request("GET", "/_double/snapshots")).status == 200


def test_a_snapshot_that_goes_while_another_is_made_is_no_error(double: Double) -> None:
    plane, content = ControlPlane(double), double.snapshot().store

    class Going:
        @property
        def store(self) -> StoreSnapshot:
            plane.double.snapshots.clear()
            return content

    plane.double.snapshots = cast("Any", {"one": Going(), "two": Going()})
    assert plane.answer(Request("POST", "/_double/snapshots")).status == 201


@contextmanager
def silent_receiver() -> Iterator[tuple[str, threading.Event]]:
    """Takes connections and never answers; its URL, and an event for the first."""
    called, open_ = threading.Event(), []

    def accept() -> None:
        with suppress(OSError):
            while True:
                open_.append(listener.accept()[0])
                called.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", called
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in open_:
            each.close()


def test_those_that_wait_for_webhooks_hold_nobody_up(double: Double, control: Controller) -> None:
    with silent_receiver() as (url, called):
        control("POST", "webhooks/endpoints", {"url": url})
        control("POST", "incidents", {"name": "x", "severity": "Major"})
        assert called.wait(5)
        waiting = [
            threading.Thread(
                target=httpx.post,
                args=(f"{control.base_url}/_double/webhooks/settle",),
                kwargs={"json": {"seconds": 20}, "timeout": 30},
            )
            for _ in range(50)
        ]
        for each in waiting:
            each.start()
        threads = [each for each in threading.enumerate() if each in waiting]
        assert len(threads) == 50
        assert control("GET", "clock", timeout=5)["clock"]
        assert control("GET", "health", timeout=5)["status"] == "ok"
        control("POST", "reset", timeout=10)
        for each in waiting:
            each.join(10)
            assert not each.is_alive()


@pytest.mark.parametrize("way", ["socket", "transport"])
def test_snapshots_are_seen_however_one_looks_and_end_with_the_test(way: str) -> None:
    with running(incidents=0) as double:
        make: dict[str, Callable[[], httpx.Client]] = {
            "socket": lambda: httpx.Client(base_url=double.base_url),
            "transport": lambda: httpx.Client(base_url="http://double", transport=double.transport),
        }
        with make[way]() as one, httpx.Client(base_url="http://double", transport=double.transport) as other:
            one.post("/_double/snapshots")
            assert len(other.get("/_double/snapshots").json()["snapshots"]) == 1
            double.reset()
            assert one.get("/_double/snapshots").json()["snapshots"] == []


@pytest.mark.parametrize(
    "target",
    [
        "//_double/reset",
        "/%5fdouble/reset",
        "/%5Fdouble%2Freset",
        "/_double/../_double/reset",
        "/v1/../_double/reset",
        "/_double//reset",
        "/_double/reset;x",
        "/_double/reset/",
        "/_DOUBLE/reset",
    ],
)
def test_there_is_one_spelling_of_a_path_of_the_control_plane(control: Controller, target: str) -> None:
    host, port = control.base_url.removeprefix("http://").split(":")
    for claimed, expected in (("evil.example", (403, 404)), ("localhost", (404,))):
        with socket.create_connection((host, int(port)), timeout=5) as client:
            head = f"POST {target} HTTP/1.1\r\nHost: {claimed}\r\nAuthorization: Bearer {DEFAULT_TOKEN}"
            client.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
            assert int(client.recv(65536).split(b" ")[1]) in expected
