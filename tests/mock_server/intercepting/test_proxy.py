"""The proxy under attack: it leads to the double, for its hosts, and nowhere else."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from incident_double.mock_server.intercepting.gateway import Gateway, gateway_to
from incident_double.mock_server.intercepting.hosts import AllowedHosts
from incident_double.mock_server.pipeline import Double
from incident_double.mock_server.shells.app import create_app

from ...contract_tests.receivers import receiving

HEAD = "\r\nHost: api.incident.io\r\n\r\n"


@pytest.fixture
def gateway(double: Double, home: object) -> Iterator[Gateway]:
    with gateway_to(create_app(double)) as opened:
        yield opened


def said(gateway: Gateway, text: str | bytes) -> str:
    """What the proxy answers to these bytes, until it closes the connection."""
    with socket.create_connection(gateway.proxy, timeout=20) as connection:
        connection.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
        answer = b""
        with suppress(ConnectionResetError):  # refused before all of it was read
            while part := connection.recv(65536):
                answer += part
    return answer.decode()


@contextmanager
def tunnelled(
    gateway: Gateway, *, name: str = "api.incident.io", context: ssl.SSLContext | None = None
) -> Iterator[ssl.SSLSocket]:
    """TLS with the given name, through a tunnel to the API's host."""
    context = context or ssl.create_default_context(cadata=gateway.authorities)
    with socket.create_connection(gateway.proxy, timeout=20) as connection:
        connection.sendall(b"CONNECT api.incident.io:443 HTTP/1.1\r\nHost: api.incident.io:443\r\n\r\n")
        assert connection.recv(1000) == b"HTTP/1.1 200 Connection established\r\n\r\n"
        with context.wrap_socket(connection, server_hostname=name) as secure:
            yield secure


@pytest.mark.parametrize(
    "first_line",
    [
        "CONNECT elsewhere.example:443",
        "CONNECT api.incident.io.elsewhere.example:443",
        "CONNECT elsewhere-api.incident.io:443",
        "CONNECT incident.io:443",
        "CONNECT app.incident.io:443",
        "CONNECT 10.0.0.1:443",
        "CONNECT [2001:db8::1]:443",
        "CONNECT 169.254.169.254:80",
        "CONNECT localhost:443",
        "CONNECT 127.0.0.1:22",
        "CONNECT api.incident.io:22",
        "CONNECT api.incident.io:8443",
        "GET http://elsewhere.example/",
        "GET https://elsewhere.example/",
        "GET https://api.incident.io:80/",
        "GET http://api.incident.io:443/",
        "GET https://api.incident.io:8443/",
        "GET http://api.incident.io.elsewhere.example/",
        "GET http://elsewhere.example:80/http://api.incident.io/",
        "GET http://api.incident.io:8080/",
        "POST http://127.0.0.1:8080/_double/reset",
    ],
)
def test_no_other_host_and_no_other_port_is_served(
    gateway: Gateway, first_line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = said(gateway, f"{first_line} HTTP/1.1{HEAD}")

    assert answer.startswith("HTTP/1.1 403 incident-double: refused ")
    assert capsys.readouterr().err.startswith("incident-double: refused ")


@pytest.mark.parametrize(
    "head",
    [
        f"GET / HTTP/1.1{HEAD}",
        f"GET /v2/incidents HTTP/1.1{HEAD}",
        f"GET ftp://elsewhere.example/ HTTP/1.1{HEAD}",
        f"GET http://api.incident.io@elsewhere.example/ HTTP/1.1{HEAD}",
        f"GET http://elsewhere.example#@api.incident.io/ HTTP/1.1{HEAD}",
        f"GET http://elsewhere.example\\@api.incident.io/ HTTP/1.1{HEAD}",
        f"CONNECT api.incident.io HTTP/1.1{HEAD}",
        f"CONNECT api.incident.io:443@elsewhere.example:443 HTTP/1.1{HEAD}",
        f"CONNECT user@api.incident.io:443 HTTP/1.1{HEAD}",
        f"CONNECT api.incident.io:0 HTTP/1.1{HEAD}",
        f"CONNECT api.incident.io:65536 HTTP/1.1{HEAD}",
        f"CONNECT api.incident.io:443\x00.elsewhere.example:443 HTTP/1.1{HEAD}",
        f"CONNECT api.incident.io:443  HTTP/1.1{HEAD}",
        f"CONNECT\tapi.incident.io:443 HTTP/1.1{HEAD}",
        f"CONNECT api.incident.io:443 HTTP/2{HEAD}",
        f"connect api.incident.io:443 HTTP/1.1{HEAD}",
        "GET http://api.incident.io/ HTTP/1.1\r\nHost: api.incident.io\r\n folded: line\r\n\r\n",
        "GET http://api.incident.io/ HTTP/1.1\r\nHost : elsewhere.example\r\n\r\n",
        "GET http://api.incident.io/ HTTP/1.1\r\nno header\r\n\r\n",
        "GET http://api.incident.io/ HTTP/1.1\r\nx: a\nHost: elsewhere.example\r\n\r\n",
        "GET http:///v2/incidents HTTP/1.1\r\n\r\n",
        "GET http://[::1/ HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
    ],
)
def test_what_is_not_clearly_a_request_for_one_host_is_refused(gateway: Gateway, head: str) -> None:
    assert said(gateway, head).startswith("HTTP/1.1 400 ")


def test_a_head_without_end_is_refused(gateway: Gateway) -> None:
    with socket.create_connection(gateway.proxy, timeout=20) as connection:
        connection.sendall(b"GET http://api.incident.io/ HTTP/1.1\r\nx: " + b"x" * 100_000)
        assert connection.recv(65536).startswith(b"HTTP/1.1 431 ")


def test_the_host_in_the_target_counts_and_no_header(gateway: Gateway) -> None:
    answer = said(
        gateway, "GET http://api.incident.io/v2/incidents HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n"
    )

    assert answer.startswith("HTTP/1.1 401 ")  # the API's own answer to a request without a key


def test_a_client_that_knows_of_no_tunnels_is_answered(gateway: Gateway) -> None:
    """Old ones of axios, say."""
    answer = said(gateway, f"GET https://api.incident.io/v2/incidents HTTP/1.1{HEAD}")

    assert answer.startswith("HTTP/1.1 401 ")


def test_a_second_request_on_a_connection_goes_nowhere(gateway: Gateway, double: Double) -> None:
    one = "GET http://api.incident.io/v2/incidents HTTP/1.1\r\nHost: api.incident.io\r\n\r\n"
    other = "GET http://elsewhere.example/v2/severities HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n"

    assert said(gateway, one + other).count("HTTP/1.1 ") == 1
    assert [exchange.path for exchange in double.journal.since(0)] == ["/v2/incidents"]


def test_a_tunnel_that_asks_for_another_name_is_broken_off(gateway: Gateway) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE  # the client wouldn't mind

    with pytest.raises(ssl.SSLError), tunnelled(gateway, name="elsewhere.example", context=trusting):
        pass


@pytest.mark.parametrize(
    "hosts",
    [
        "Host: elsewhere.example\r\n",
        "Host: api.incident.io.elsewhere.example\r\n",
        "Host: api.incident.io\r\nHost: elsewhere.example\r\n",
        "Host: 127.0.0.1\r\n",
        "",
    ],
)
def test_a_request_for_another_host_in_a_tunnel_is_misdirected(
    gateway: Gateway, double: Double, hosts: str
) -> None:
    with tunnelled(gateway) as connection:
        connection.sendall(f"GET /v2/incidents HTTP/1.1\r\n{hosts}\r\n".encode())

        assert connection.recv(1000).split(b" ")[1] in (b"421", b"400")
    assert double.journal.count == 0


def test_the_control_plane_is_not_the_hosts(gateway: Gateway) -> None:
    with tunnelled(gateway) as connection:
        connection.sendall(
            b"POST /_double/reset HTTP/1.1\r\nHost: api.incident.io\r\ncontent-length: 0\r\n\r\n"
        )

        assert connection.recv(1000).startswith(b"HTTP/1.1 403 ")


def test_a_refusal_is_reported_once(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        said(gateway, f"CONNECT elsewhere.example:443 HTTP/1.1{HEAD}")

    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("allowed", ["localhost", "*"])
def test_an_allowed_host_is_passed_through_unread(double: Double, home: object, allowed: str) -> None:
    asked: list[str] = []

    def receive(headers: object, body: bytes) -> int:
        asked.append(body.decode())
        return 200

    with (
        receiving(receive) as url,
        gateway_to(create_app(double), allowed=AllowedHosts([allowed])) as gateway,
    ):
        elsewhere = url.replace("127.0.0.1", "localhost")
        host, port = gateway.proxy
        with httpx.Client(proxy=f"http://{host}:{port}", trust_env=False) as client:
            assert client.post(elsewhere, content="as it is").status_code == 200
    assert asked == ["as it is"]


@pytest.mark.parametrize("host", ["", "a b", "a/b", "http://a", "a:443", "*.a", "-a", "a" * 300])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="not the name of a host"):
        AllowedHosts([host])


def test_a_host_is_known_however_it_is_written() -> None:
    allowed = AllowedHosts(["Elsewhere.Example.", "[2001:DB8::1]", "10.0.0.1"])

    assert all(each in allowed for each in ("elsewhere.example", "2001:db8::1", "10.0.0.1"))
