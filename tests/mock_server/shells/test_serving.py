"""A server in a thread of this process."""

import gc
import socket
import struct
import time

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document


def connections() -> int:
    """How many connections the server still holds in memory."""
    gc.collect()
    return sum(isinstance(each, HttpToolsProtocol) for each in gc.get_objects())


def test_it_listens_where_it_is_asked_to_and_ends_with_its_block(
    document: Document, dataset: Dataset
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(create_app(Double(document, dataset)), port=port) as url:
        assert url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/_double/health").json()["status"] == "ok"
        with (
            pytest.raises(OSError, match="in use"),
            serving(create_app(Double(document, dataset)), port=port),
        ):
            pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/_double/health")


def test_a_connection_that_its_client_resets_is_forgotten(document: Document, dataset: Dataset) -> None:
    before = connections()
    with serving(create_app(Double(document, dataset))) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        for _ in range(20):
            with socket.create_connection((host, int(port))) as client:
                client.sendall(b"GET /_double/health HTTP/1.1\r\nhost: x\r\n\r\n")
                assert client.recv(1000).startswith(b"HTTP/1.1 200")
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        deadline = time.monotonic() + 10
        while (left := connections() - before) > 1 and time.monotonic() < deadline:
            time.sleep(0.02)

    assert left <= 1  # the parser's last call may still hold on to one


@pytest.mark.parametrize(
    ("sent", "wait"),
    [
        (b"", "SECONDS_KEPT_ALIVE"),
        (b"GET /v1/identity HTT", "_SECONDS_FOR_A_HEAD"),
        (b"GET /v1/identity HTTP/1.1\r\nX-Slow: a", "_SECONDS_FOR_A_HEAD"),
        (b"POST /v2/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", "_SECONDS_FOR_MORE"),
        (b"POST /v2/incidents HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{", "_SECONDS_FOR_MORE"),
    ],
)
def test_a_request_that_is_never_finished_is_given_up(
    document: Document, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, sent: bytes, wait: str
) -> None:
    monkeypatch.setattr(f"incident_double.mock_server.shells.connections.{wait}", 0.1)
    with serving(create_app(Double(document, dataset))) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(sent)
            assert client.recv(1) == b""


@pytest.mark.parametrize("path", ["/v1/severities", "/_double/health"])
def test_a_connection_that_is_idle_is_given_up_after_its_last_answer_and_not_before(
    document: Document, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The first answer takes longer than a connection may be idle."""
    monkeypatch.setattr("incident_double.mock_server.shells.connections.SECONDS_KEPT_ALIVE", 0.2)
    slow = parse_fault("Incident Types V1#List:delay=0.5", document)
    request = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n\r\n"
    asked = "".join(request.format(each, DEFAULT_TOKEN) for each in ("/v1/incident_types", path))
    with serving(create_app(Double(document, dataset, faults=[slow]))) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        began = time.monotonic()
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(asked.encode())
            received = b"".join(iter(lambda: client.recv(65536), b""))

    assert time.monotonic() - began >= 0.5 + 0.2
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 2


def test_a_client_that_waits_for_an_answer_before_it_sends_the_rest_is_not_given_up(
    document: Document, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it sends is an upload after a request that is answered slowly."""
    monkeypatch.setattr("incident_double.mock_server.shells.connections._SECONDS_FOR_MORE", 0.2)
    slow = parse_fault("Incident Types V1#List:delay=0.6", document)
    head = "{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n"
    asked = head.format("GET /v1/incident_types", DEFAULT_TOKEN) + "\r\n"
    upload = head.format("POST /v1/severities", DEFAULT_TOKEN) + "Content-Length: 2\r\n\r\n{"
    double, deadline = Double(document, dataset, faults=[slow]), time.monotonic() + 10
    with serving(create_app(double)) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(asked.encode())
            while not double.journal.count:  # or the two might come as one
                assert time.monotonic() < deadline
            client.sendall(upload.encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
            client.sendall(b"}")
            assert b"HTTP/1.1 422 " in client.recv(65536)


def is_left(client: socket.socket, sent: bytes) -> bool:
    """Whether the server has closed the connection by the time that this is sent."""
    try:
        client.sendall(sent)
        return client.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_what_a_slow_client_sends_bit_by_bit_does_not_put_off_its_end(
    document: Document, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_double.mock_server.shells.connections._SECONDS_FOR_A_HEAD", 0.2)
    with serving(create_app(Double(document, dataset))) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=0.02) as client:
            client.sendall(b"GET /v1/identity HTTP/1.1\r\n")
            began = time.monotonic()
            while not is_left(client, b"X-Slow: a\r\n"):
                assert time.monotonic() < began + 5


def test_endless_headers_are_refused(document: Document, dataset: Dataset) -> None:
    with serving(create_app(Double(document, dataset))) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 2**21)
            assert client.recv(65536).startswith(b"HTTP/1.1 400")


def test_a_connection_that_is_used_again_after_a_slow_request_is_kept(
    document: Document, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_double.mock_server.shells.connections._SECONDS_FOR_A_HEAD", 0.2)
    request = b"GET /_double/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with serving(create_app(Double(document, dataset))) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(request[:20])
            client.sendall(request[20:])
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
            client.settimeout(0.4)  # twice as long as a head may take
            with pytest.raises(TimeoutError):
                client.recv(1)
            client.sendall(request)
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
