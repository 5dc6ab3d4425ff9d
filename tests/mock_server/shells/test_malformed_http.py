"""Malformed, unfinished and unusual HTTP over real sockets: refused or answered, and nobody else notices."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import Request
from incident_double.mock_server.answer_cache import MOST_BYTES
from incident_double.openapi import bundled

from ...serving import Served, serving
from .hostile_requests import HostileRequests

PATIENCE = 5.0
"""Seconds after which a connection counts as stalled."""
BODY_LIMIT = 1024 * 1024


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A double that is expected to survive all of this file."""
    with serving("--no-rate-limit") as served:
        yield served


@pytest.fixture(autouse=True)
def others_are_served(served: Served) -> Iterator[None]:
    yield
    with served.client(timeout=PATIENCE) as client:
        assert client.get("/v1/identity").status_code == 200


Exchange = Callable[..., bytes]


@pytest.fixture
def exchange(served: Served) -> Exchange:
    """Send bytes on a connection of their own, and read what comes back until the server has no more to say."""

    def exchange(sent: bytes, *, finished: bool = True) -> bytes:
        with connection(served) as client:
            with suppress(ConnectionError, BrokenPipeError):  # refused before all of it was sent
                client.sendall(sent.replace(b"KEY", served.token.encode()))
            if finished:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_WR)
            return read_to_the_end(client)

    return exchange


def connection(served: Served) -> socket.socket:
    host, _, port = served.base_url.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def read_to_the_end(client: socket.socket) -> bytes:
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionError:  # the server closed while something unread was still under way
        pass
    return b"".join(parts)


def statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    """An authorized request, as it is on the wire."""
    lines = [line, "Host: localhost", "Authorization: Bearer KEY", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


IDENTITY = request("GET /v1/identity HTTP/1.1")
DECLARATION = json.dumps({"idempotency_key": "unfinished", "visibility": "public"}).encode()
POST = "POST /v2/incidents HTTP/1.1"

REFUSED = {
    "rubbish": b"\x00\xff\xfe\x80 rubbish\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "an SSH banner": b"SSH-2.0-OpenSSH_9.6\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "HTTP/9.9": b"GET /v1/identity HTTP/9.9\r\n\r\n",
    "only a method": b"GET\r\n\r\n",
    "no path": b"GET  HTTP/1.1\r\n\r\n",
    "an address without a path": b"GET http://example.com HTTP/1.1\r\n\r\n",
    "an authority": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
    "a method in lower case": b"get /v1/identity HTTP/1.1\r\nHost: x\r\n\r\n",
    "spaces in the path": request("GET /v1/a b c HTTP/1.1"),
    "bytes in the path": b"GET /v1/\xff\xfe\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nrubbish\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
    "a nameless header": b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    "a negative length": request(POST, "Content-Length: -1"),
    "a length that is no number": request(POST, "Content-Length: ten"),
    "a huge length": request(POST, "Content-Length: " + "9" * 40),
    "two lengths": request(POST, "Content-Length: 2", "Content-Length: 3", body=b"{}"),
    "a length and chunks": request(
        POST, "Content-Length: 3", "Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"
    ),
    "an unknown transfer coding": request(POST, "Transfer-Encoding: zip", body=b"{}"),
    "chunks of rubbish": request(POST, "Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n0\r\n\r\n"),
    "a negative chunk": request(POST, "Transfer-Encoding: chunked", body=b"-2\r\n{}\r\n0\r\n\r\n"),
    "a huge chunk": request(POST, "Transfer-Encoding: chunked", body=b"F" * 40 + b"\r\n{}\r\n0\r\n\r\n"),
    "a chunk that is longer than it says": request(
        POST, "Transfer-Encoding: chunked", body=b"1\r\n{}\r\n0\r\n\r\n"
    ),
    "a path of a megabyte": request("GET /v1/identity/" + "x" * 2**20 + " HTTP/1.1"),
    "an endless method": b"G" * 2**20,
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_what_is_not_http_is_refused(exchange: Exchange, sent: bytes) -> None:
    assert statuses(exchange(sent)) == [400]


UNUSUAL = {
    "a body after the end": (IDENTITY + b"rubbish", [200, 400]),
    "nothing": (b"", []),
    "line breaks": (b"\r\n\r\n\r\n\r\n", []),
    "line breaks before a request": (b"\r\n\r\n" + IDENTITY, [200]),
    "endless header names": (b"GET / HTTP/1.1\r\n" + b"x" * 2**20, []),
    "a header of a megabyte": (request("GET /v1/identity HTTP/1.1", "X-Long: " + "x" * 2**20), [200]),
    "ten thousand headers": (
        request("GET /v1/identity HTTP/1.1", *(f"X-{n}: y" for n in range(10_000))),
        [200],
    ),
    "HTTP/0.9": (b"GET /v1/identity\r\n\r\n", [401]),
    "HTTP/1.0": (b"GET /v1/identity HTTP/1.0\r\nAuthorization: Bearer KEY\r\n\r\n", [200]),
    "no host": (b"GET /v1/openapiV3.json HTTP/1.1\r\nAuthorization: Bearer KEY\r\n\r\n", [200]),
    "a host that is none": (
        b"GET /v1/openapiV3.json HTTP/1.1\r\nHost: [\xff\r\nAuthorization: Bearer KEY\r\n\r\n",
        [200],
    ),
    "two keys": (request("GET /v1/identity HTTP/1.1", "Authorization: Bearer other"), [401]),
    "a key in other bytes": (b"GET /v1/identity HTTP/1.1\r\nAuthorization: Bearer \xff\xfe\r\n\r\n", [401]),
    "the address of another host": (request("GET http://example.com/v1/identity HTTP/1.1"), [200]),
    "a fragment": (request("GET /v1/identity#x HTTP/1.1"), [200]),
    "dots in the path": (request("GET /v2/../v1/identity HTTP/1.1"), [404]),
    "line breaks in the path": (request("GET /v2/incidents/%0D%0A HTTP/1.1"), [404]),
    "a body that nobody reads": (
        request("GET /v1/identity HTTP/1.1", "Content-Length: 3", body=b"\xff\xff\xff"),
        [200],
    ),
    "an upgrade to WebSocket": (
        request(
            "GET /v1/identity HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
        ),
        [200],
    ),
    "an upgrade to HTTP/2": (
        request("GET /v1/identity HTTP/1.1", "Connection: Upgrade", "Upgrade: h2c"),
        [200],
    ),
}


@pytest.mark.parametrize(("sent", "answered"), UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_is_answered(exchange: Exchange, sent: bytes, answered: list[int]) -> None:
    assert statuses(exchange(sent)) == answered


@pytest.mark.parametrize(
    "line",
    [
        "HEAD /v1/identity",
        "OPTIONS *",
        "OPTIONS /v1/identity",
        "TRACE /v1/identity",
        "CONNECT /v1/identity",
        "PURGE /v1/identity",
    ],
)
def test_other_verbs_are_an_empty_404(exchange: Exchange, line: str) -> None:
    received = exchange(request(f"{line} HTTP/1.1", "Connection: close"), finished=False)
    head, _, body = received.partition(b"\r\n\r\n")
    assert statuses(head) == [404]
    assert b"content-length: 0" in head
    assert body == b""


UPGRADE = (
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
)
"""As the client of Java's own library asks for HTTP/2 when it sends its first request in the clear."""
NEXT = request("GET /v1/identity HTTP/1.1", "Connection: close")


def declaring(key: str, *headers: str) -> tuple[bytes, bytes]:
    """The head and the body of a request that asks for an upgrade, and declares an incident."""
    body = json.dumps({"idempotency_key": key, "visibility": "public", "name": key}).encode()
    return request(POST, *UPGRADE, f"Content-Length: {len(body)}", *headers), body


def test_the_body_of_a_request_that_asks_for_an_upgrade_is_read(exchange: Exchange) -> None:
    head, body = declaring("upgraded")
    received = exchange(head + body + NEXT, finished=False)

    assert statuses(received) == [200, 200]
    assert b'"name":"upgraded"' in received


def test_its_body_may_come_later_or_in_chunks(served: Served, exchange: Exchange) -> None:
    head, body = declaring("upgraded later", "Connection: close")
    with connection(served) as client:
        client.sendall(head.replace(b"KEY", served.token.encode()))
        for number in range(len(body)):
            client.sendall(body[number : number + 1])
        later = read_to_the_end(client)
    chunked = request(
        POST, *UPGRADE, "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    )

    assert statuses(later) == [200]
    assert statuses(exchange(chunked + NEXT, finished=False)) == [200, 200]


def test_upgrades_are_ignored_however_many_come_at_once(exchange: Exchange) -> None:
    many = request("GET /v1/identity HTTP/1.1", *UPGRADE) * 2_000

    assert statuses(exchange(many + NEXT, finished=False)) == [200] * 2_001


def test_pipelined_requests_are_answered_in_order(exchange: Exchange) -> None:
    numbers = range(1, 51)
    lines = [request(f"GET /v2/incidents/{number} HTTP/1.1") for number in numbers]
    last = request("GET /v1/identity HTTP/1.1", "Connection: close")
    received = exchange(b"".join([*lines, last]), finished=False)
    assert statuses(received) == [200] * 51
    assert re.findall(rb'"reference":"INC-(\d+)"', received) == [b"%d" % number for number in numbers]


def test_a_client_may_ask_before_it_sends_a_body(served: Served) -> None:
    body = json.dumps({"idempotency_key": "asked before", "visibility": "public"}).encode()
    head = request(POST, "Expect: 100-continue", f"Content-Length: {len(body)}", "Connection: close")
    with connection(served) as client:
        client.sendall(head.replace(b"KEY", served.token.encode()))
        assert statuses(client.recv(65536)) == [100]
        client.sendall(body)
        assert statuses(read_to_the_end(client)) == [200]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_read_and_refused(exchange: Exchange, chunked: bool) -> None:
    body = b" " * (BODY_LIMIT + 1)
    if chunked:
        sent = request(POST, "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    else:
        sent = request(POST, f"Content-Length: {len(body)}", body=body)
    received = exchange(sent)
    assert statuses(received) == [413]
    assert json.loads(received.rpartition(b"\r\n\r\n")[2])["type"] == "payload_too_large"


def test_a_request_is_not_answered_before_it_is_complete(served: Served) -> None:
    """The parts come one by one, and other clients are served between them."""
    body = json.dumps({"idempotency_key": "slow", "visibility": "public"}).encode()
    sent = request(POST, f"Content-Length: {len(body)}", "Connection: close", body=body)
    sent = sent.replace(b"KEY", served.token.encode())
    with connection(served) as slow, served.client(timeout=PATIENCE) as other:
        for start in range(0, len(sent), 20):
            slow.sendall(sent[start : start + 20])
            assert other.get("/v1/identity").status_code == 200
        assert statuses(read_to_the_end(slow)) == [200]


ABANDONED = [
    b"POST /v2/inci",
    request(POST, "Content-Length: 100")[:-10],
    request(POST, f"Content-Length: {len(DECLARATION) + 1}", body=DECLARATION),
    request(POST, "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n" % (len(DECLARATION), DECLARATION)),
]


@pytest.mark.parametrize(
    "sent", ABANDONED, ids=["in the request line", "in the headers", "in the body", "between chunks"]
)
def test_a_request_that_is_abandoned_does_nothing(served: Served, exchange: Exchange, sent: bytes) -> None:
    with served.client() as client:
        before = client.get("/v2/incidents").json()["pagination_meta"]["total_record_count"]
        assert exchange(sent) == b""
        assert client.get("/v2/incidents").json()["pagination_meta"]["total_record_count"] == before


def test_clients_that_leave_without_reading_are_forgotten(served: Served) -> None:
    for _ in range(200):
        with connection(served) as client:
            client.sendall(
                request("GET /v2/incidents?page_size=250 HTTP/1.1").replace(b"KEY", served.token.encode()) * 5
            )


def test_idle_connections_hold_nobody_up(served: Served) -> None:
    idle = [connection(served) for _ in range(300)]
    try:
        with served.client(timeout=PATIENCE) as client:
            assert client.get("/v1/identity").status_code == 200
    finally:
        for client_socket in idle:
            client_socket.close()


def resident_kilobytes(served: Served) -> int:
    status = Path(f"/proc/{served.process.pid}/status")
    if not status.exists():
        pytest.skip("the memory of another process can only be read under /proc")
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status.read_text())
    return int(kilobytes)


def on_the_wire(each: Request) -> bytes:
    """A hostile request as the bytes that a client without any scruples would send."""
    body = b" " * (BODY_LIMIT + 1) if each.body is None else each.body
    head = [f"{each.method} {each.path}?{each.query} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
    if each.authorization is not None:
        head.append(f"Authorization: {each.authorization}")
    return "\r\n".join([*head, "", ""]).encode() + body


def test_a_storm_leaves_the_server_no_larger(served: Served, exchange: Exchange) -> None:
    storm = HostileRequests(bundled(), realistic(), 0, refused_only=True)
    unfinished = [*REFUSED.values(), *(sent for sent, _ in UNUSUAL.values()), *ABANDONED]

    def blow() -> None:
        hostile = (on_the_wire(each) for each in islice(storm, 1500))
        answered = [status for sent in chain(unfinished, hostile) for status in statuses(exchange(sent))]
        assert all(status < 500 for status in answered)
        assert {200, 400, 401, 404, 413, 422} <= set(answered)

    blow()
    warm = resident_kilobytes(served)
    blow()
    blow()
    answers_kept = MOST_BYTES // 1024
    assert resident_kilobytes(served) - warm < answers_kept + 4096
