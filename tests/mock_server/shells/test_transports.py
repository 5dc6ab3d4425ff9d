"""A double without a socket: for httpx and both SDKs, synchronous and not."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import incident_io.api.incidents_v2.incidents_v2_list as official_list
import incident_io.client
import incident_io_client
import incident_io_client.api.incidents_v2.incidents_v2_list as older_list
import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double, Reply, Request
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.transports import AsyncDoubleTransport, DoubleTransport
from incident_double.openapi import Document

from ..ways import HEADERS, IN_PROCESS, WAYS, reaching

LIST = "Incidents V2#List"
BODY_LIMIT = 1024 * 1024


@pytest.fixture
def double(document: Document, dataset: Dataset) -> Double:
    return Double(document, dataset, rate_limit=0)


def in_process(double: Double, **options: Any) -> httpx.Client:
    return httpx.Client(base_url=IN_PROCESS, headers=HEADERS, transport=DoubleTransport(double), **options)


@pytest.fixture(params=WAYS)
def ask(double: Double, request: pytest.FixtureRequest) -> Iterator[Callable[..., httpx.Response]]:
    with reaching(double, request.param) as ask:
        yield ask


def test_paths_queries_and_bodies_arrive_as_they_were_sent(ask: Callable[..., httpx.Response]) -> None:
    body = {"idempotency_key": "a/b", "visibility": "public", "name": "Ænchor ⚓ dragging"}
    made = ask("POST", "/v2/incidents", json=body).json()["incident"]

    shown = ask("GET", f"/v2/incidents/{made['id']}")
    assert shown.json()["incident"]["name"] == "Ænchor ⚓ dragging"
    listed = ask("GET", "/v2/incidents", params={"page_size": "1", "mode[one_of]": "standard"})
    assert [row["id"] for row in listed.json()["incidents"]] == [made["id"]]
    assert (listed.http_version, listed.reason_phrase) == ("HTTP/1.1", "OK")
    assert int(listed.headers["content-length"]) == len(listed.content)
    assert ask("GET", "/v2/incidents%2F1").status_code == 404


def test_a_body_may_come_in_parts_and_is_too_large_at_the_same_size(
    ask: Callable[..., httpx.Response],
) -> None:
    sent = ask("POST", "/v2/incidents", json={"name": "x" * BODY_LIMIT})
    parted = ask("POST", "/v2/incidents", content=b"[" + b" " * (BODY_LIMIT - 2) + b"]")

    assert (sent.status_code, sent.json()["type"]) == (413, "payload_too_large")
    assert parted.status_code != 413


def test_an_unknown_key_is_refused(ask: Callable[..., httpx.Response]) -> None:
    refused = ask("GET", "/v2/incidents", headers={"authorization": "Bearer inc_1"})

    assert refused.status_code == 401


def test_the_base_url_is_where_the_client_found_the_double(document: Document, dataset: Dataset) -> None:
    seen: list[Request] = []

    class Listening(Double):
        def answer(self, request: Request) -> Reply:
            seen.append(request)
            return Reply(204)

    with httpx.Client(transport=DoubleTransport(Listening(document, dataset))) as client:
        client.get("https://double.test:8443/v2/incidents?x=%20", headers={"X-Odd": "Yes"})

    (asked,) = seen
    assert (asked.base_url, asked.path, asked.query) == ("https://double.test:8443", "/v2/incidents", "x=%20")
    assert asked.headers["x-odd"] == "Yes"


def test_the_doubles_own_paths_are_answered_by_its_control_alone(double: Double) -> None:
    def control(request: Request) -> Reply:
        return Reply(200, request.path.encode())

    with httpx.Client(base_url=IN_PROCESS, transport=DoubleTransport(double)) as client:
        assert client.get("/_double/state").status_code == 404
    with httpx.Client(base_url=IN_PROCESS, transport=DoubleTransport(double, control=control)) as client:
        assert client.get("/_double/state").text == "/_double/state"
        assert client.get("/_double").text == "/_double"
        assert client.get("/%5Fdouble/state").text == "/%5Fdouble/state"
        assert client.get("/v2/incidents").status_code == 401

    async def asked() -> str:
        transport = AsyncDoubleTransport(double, control=control)
        async with httpx.AsyncClient(base_url=IN_PROCESS, transport=transport) as client:
            return (await client.get("/_double/state")).text

    assert asyncio.run(asked()) == "/_double/state"


def test_a_client_without_a_timeout_is_reported_that_it_would_wait_for_ever(
    document: Document, dataset: Dataset
) -> None:
    double = Double(document, dataset, faults=[parse_fault(f"{LIST}:never", document)])
    with (
        in_process(double, timeout=None) as client,
        pytest.raises(httpx.ReadTimeout, match="no read timeout"),
    ):
        client.get("/v2/incidents")


def test_half_an_answer_can_be_read_before_it_breaks_off(document: Document, dataset: Dataset) -> None:
    double = Double(document, dataset, faults=[parse_fault(f"{LIST}:reset-during", document)])
    parts: list[bytes] = []
    with (
        in_process(double) as client,
        client.stream("GET", "/v2/incidents") as response,
        pytest.raises(httpx.ReadError),
    ):
        parts.extend(response.iter_raw())

    assert len(b"".join(parts)) == int(response.headers["content-length"]) // 2


def test_a_drip_comes_in_bits_and_outlasts_a_client_that_waits_less_than_one(
    document: Document, dataset: Dataset
) -> None:
    double = Double(document, dataset, faults=[parse_fault(f"{LIST}:drip=1*2", document)])
    with in_process(double) as client:
        began = time.monotonic()
        with client.stream("GET", "/v2/incidents") as response:
            assert len(list(response.iter_raw())) == 3
        assert time.monotonic() - began >= 1
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v2/incidents", timeout=0.1)


def test_an_asynchronous_client_lets_others_go_on_while_it_waits(
    document: Document, dataset: Dataset
) -> None:
    double = Double(document, dataset, faults=[parse_fault(f"{LIST}:delay=0.3*10", document)])

    async def asked() -> float:
        transport = AsyncDoubleTransport(double)
        async with httpx.AsyncClient(base_url=IN_PROCESS, headers=HEADERS, transport=transport) as client:
            began = time.monotonic()
            answers = await asyncio.gather(*(client.get("/v2/incidents") for _ in range(10)))
            assert {each.status_code for each in answers} == {200}
            return time.monotonic() - began

    assert 0.3 <= asyncio.run(asked()) < 1.5


def test_threads_may_ask_at_once(double: Double) -> None:
    def declare(number: int) -> int:
        body = {"idempotency_key": f"key {number % 40}", "visibility": "public"}
        return client.post("/v2/incidents", json=body).status_code

    before = len(double.store.incidents.index)
    with in_process(double) as client, ThreadPoolExecutor(8) as threads:
        assert set(threads.map(declare, range(200))) == {200}
    assert len(double.store.incidents.index) == before + 40


OPTIONS: dict[str, Any] = {"base_url": IN_PROCESS, "token": DEFAULT_TOKEN}


def test_the_official_sdk_works_without_a_socket(double: Double) -> None:
    transport = DoubleTransport(double)
    client = incident_io.client.AuthenticatedClient(**OPTIONS, httpx_args={"transport": transport})
    with client:
        page = official_list.sync(client=client, page_size=5)

    assert page is not None
    assert len(page.incidents) == 5  # type: ignore[union-attr]


def test_the_official_sdk_works_without_a_socket_asynchronously(double: Double) -> None:
    async def listed() -> Any:
        transport = AsyncDoubleTransport(double)
        client = incident_io.client.AuthenticatedClient(**OPTIONS, httpx_args={"transport": transport})
        async with client:
            return await official_list.asyncio(client=client, page_size=5)

    assert len(asyncio.run(listed()).incidents) == 5


def test_the_older_sdk_works_without_a_socket(double: Double) -> None:
    transport = DoubleTransport(double)
    client = incident_io_client.AuthenticatedClient(**OPTIONS, httpx_args={"transport": transport})
    with client:
        page = older_list.sync(client=client, page_size=5)

    assert page is not None
    assert len(page.incidents) == 5


def test_the_older_sdk_works_without_a_socket_asynchronously(double: Double) -> None:
    async def listed() -> Any:
        transport = AsyncDoubleTransport(double)
        client = incident_io_client.AuthenticatedClient(**OPTIONS, httpx_args={"transport": transport})
        async with client:
            return await older_list.asyncio(client=client, page_size=5)

    assert len(asyncio.run(listed()).incidents) == 5


def test_a_double_in_process_needs_neither_server_nor_client_nor_harness() -> None:
    code = "import sys, incident_double.mock_server; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in ended.stdout.split()}

    assert (
        loaded & {"uvicorn", "starlette", "httpx", "httptools", "uvloop", "hypothesis", "schemathesis"}
        == set()
    )
