"""Connections that end, or go on, in ways that HTTP permits: trailers, clients that only listen, clients that leave."""

import logging
import socket
import struct
from collections.abc import Callable, Iterator

import httpx
import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import Double
from incident_double.mock_server.console import Console
from incident_double.mock_server.control import ControlPlane
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.mock_server.shells.transports import DoubleTransport
from incident_double.openapi import Document

Connect = Callable[[], socket.socket]
TOO_LONG = 3 * 1024 * 1024


@pytest.fixture
def double(document: Document, dataset: Dataset) -> Double:
    return Double(document, dataset, rate_limit=0)


@pytest.fixture
def connect(double: Double) -> Iterator[Connect]:
    with serving(create_app(double)) as url:
        host, _, port = url.removeprefix("http://").rpartition(":")
        yield lambda: socket.create_connection((host, int(port)), timeout=5)


def head(double: Double, line: str, *more: str, host: str = "localhost") -> bytes:
    fields = [f"{line} HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {double.api_key}", *more]
    return ("\r\n".join(fields) + "\r\n\r\n").encode()


def read_all(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


def statuses(answers: bytes) -> list[int]:
    return [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]


def chunked(trailers: bytes) -> bytes:
    return (
        b"POST /v1/severities HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + trailers
    )


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_key_in_a_trailer_lets_nobody_in(double: Double, connect: Connect, name: str) -> None:
    with connect() as client:
        client.sendall(chunked(f"{name}: Bearer {double.api_key}\r\n\r\n".encode()))
        assert statuses(read_all(client)) == [401]


def test_trailers_are_not_kept_as_headers(double: Double, connect: Connect) -> None:
    with connect() as client:
        client.sendall(chunked(b"X-Checksum: abc\r\n\r\n"))
        read_all(client)
    (exchange,) = double.journal
    assert set(exchange.request.headers) == {"host", "connection", "transfer-encoding"}


@pytest.mark.parametrize(
    "endless",
    [
        chunked(b"X-Long: " + b"a" * (TOO_LONG + 1)),
        chunked(b"".join(b"X-%d: a\r\n" % number for number in range(TOO_LONG // 8))),
        chunked(b"")[:-3] + b"2;" + b"a" * (TOO_LONG + 1),
    ],
    ids=["long trailer", "many trailers", "long extension"],
)
def test_what_comes_without_end_and_is_no_body_is_refused(connect: Connect, endless: bytes) -> None:
    with connect() as client:
        try:
            client.sendall(endless)
            answer = client.recv(65536)
        except ConnectionError:
            return  # refused before all of it was sent
        assert answer.startswith(b"HTTP/1.1 400") or answer == b""


def test_a_body_in_small_chunks_is_no_overhead(double: Double, connect: Connect) -> None:
    """Its framing is larger than the limit, but none of it is all."""
    body = b'{"name": "Small", "rank": 9, "description": "' + b"a" * 400_000 + b'"}'
    with connect() as client:
        client.sendall(head(double, "POST /v1/severities", "Transfer-Encoding: chunked", "Connection: close"))
        client.sendall(b"".join(b"1;ext=%d\r\n%c\r\n" % (number, each) for number, each in enumerate(body)))
        client.sendall(b"0\r\n\r\n")
        assert statuses(read_all(client))[0] in (201, 422)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/identity",
        "/v2/incidents?page_size=50",
        "/nothing",
        "/_double/clock",
        "/_double/",
        "/_double/nothing",
    ],
)
def test_a_client_that_sends_no_more_gets_its_answer(double: Double, connect: Connect, path: str) -> None:
    with connect() as client:
        client.sendall(head(double, f"GET {path}"))
        client.shutdown(socket.SHUT_WR)
        assert len(statuses(read_all(client))) == 1


@pytest.mark.parametrize("kind", ["delay=0.2", "drip=1"])
def test_a_client_that_sends_no_more_gets_a_late_answer_whole(
    double: Double, connect: Connect, kind: str
) -> None:
    double.faults.arm(parse_fault(f"Utilities V1#Identity:{kind}", double.document))
    with connect() as client:
        client.sendall(head(double, "GET /v1/identity"))
        client.shutdown(socket.SHUT_WR)
        answer = read_all(client)
    content = answer.partition(b"\r\n\r\n")[2]
    assert statuses(answer) == [200]
    assert b"content-length: %d" % len(content) in answer


def test_pipelined_requests_of_a_client_that_sends_no_more_are_all_answered(
    double: Double, connect: Connect
) -> None:
    double.faults.arm(parse_fault("Utilities V1#Identity:delay=0.2", double.document))
    with connect() as client:
        client.sendall(head(double, "GET /v1/identity") + head(double, "GET /_double/clock") * 2)
        client.shutdown(socket.SHUT_WR)
        assert statuses(read_all(client)) == [200, 200, 200]


def test_a_request_that_ends_in_the_middle_is_not_answered(double: Double, connect: Connect) -> None:
    with connect() as client:
        client.sendall(head(double, "POST /v1/severities", "Content-Length: 9") + b"{")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b""
    assert list(double.journal) == []


def test_never_ends_once_its_client_sends_no_more(double: Double, connect: Connect) -> None:
    double.faults.arm(parse_fault("Utilities V1#Identity:never", double.document))
    with connect() as client:
        client.sendall(head(double, "GET /v1/identity"))
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b""


def test_an_answer_without_content_says_no_length(double: Double, connect: Connect) -> None:
    with connect() as client:
        client.sendall(head(double, "DELETE /_double/faults", "Connection: close"))
        answer = read_all(client)
    assert statuses(answer) == [204]
    assert b"content-length" not in answer.lower()


def test_an_answer_without_content_says_no_length_in_process(double: Double) -> None:
    console = Console(ControlPlane(double))
    with httpx.Client(transport=DoubleTransport(double, control=console.respond)) as client:
        answer = client.delete("http://localhost/_double/faults")
    assert answer.status_code == 204
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("count", [1, 2, 5, 50])
@pytest.mark.parametrize("resets", [True, False])
def test_a_pipelining_client_that_leaves_leaves_no_traceback(
    double: Double,
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    resets: bool,
) -> None:
    server = logging.getLogger("uvicorn.error")
    monkeypatch.setattr(server, "handlers", [caplog.handler])
    with caplog.at_level(logging.WARNING, logger=server.name):
        for _ in range(5):
            with connect() as client:
                client.sendall(head(double, "GET /v2/incidents?page_size=100") * count)
                if resets:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with connect() as client:
            client.sendall(head(double, "GET /v1/identity", "Connection: close"))
            assert statuses(read_all(client)) == [200]

    assert caplog.records == []
