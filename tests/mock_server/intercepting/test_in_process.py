"""`intercept()`: whatever this process sends to the API's host reaches the double, whichever library sends it."""

import functools
import gc
import os
import socket
import ssl
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import aiohttp
import httpx
import pytest
import requests
import uvloop

from incident_double.mock_server import RunningDouble, running

from .clients import WAYS, Headers, Send

HOST = "api.incident.io"
URL = f"https://{HOST}/v2/incidents?page_size=1"
ELSEWHERE = "https://elsewhere.example/"


@pytest.fixture(scope="module")
def double() -> Iterator[RunningDouble]:
    with running(incidents=3, rate_limit=0) as double:
        yield double


@pytest.fixture(scope="module")
def other() -> Iterator[RunningDouble]:
    with running(incidents=3, rate_limit=0) as double:
        yield double


@pytest.fixture
def headers(double: RunningDouble) -> Headers:
    return {"authorization": f"Bearer {double.api_key}"}


def asked(double: RunningDouble) -> int:
    return double.journal.count


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def send(request: pytest.FixtureRequest) -> Iterator[Send]:
    """A client that is made before anything is intercepted."""
    with request.param() as send:
        yield send


def test_every_client_reaches_the_double_however_early_it_was_made(
    double: RunningDouble, headers: Headers, send: Send
) -> None:
    before = asked(double)

    with double.intercept():
        assert [send(URL, headers) for _ in range(2)] == [200, 200]

    assert asked(double) == before + 2


def test_what_a_client_keeps_open_is_no_way_around(
    double: RunningDouble, other: RunningDouble, headers: Headers, send: Send
) -> None:
    """Its connection before the block, its connection in the block, and the one after are three."""
    with other.intercept():  # which stands in for the real API here
        assert send(URL, headers) == 200
        with double.intercept():
            before = asked(double), asked(other)
            assert send(URL, headers) == 200
            assert (asked(double), asked(other)) == (before[0] + 1, before[1])
        assert send(URL, headers) == 200
        assert (asked(double), asked(other)) == (before[0] + 1, before[1] + 1)


def test_afterwards_everything_is_as_it_was(double: RunningDouble, headers: Headers, send: Send) -> None:
    """Also where the test fails."""
    before, patched = asked(double), _patched()
    with pytest.raises(ZeroDivisionError):
        _fail_after(lambda: send(URL, headers), double)
    assert _patched() == patched

    with double.intercept("elsewhere.example", block_network=True), pytest.raises(Exception, match="refused"):
        send(URL, headers)
    assert _patched() == patched
    assert asked(double) == before + 1


def _fail_after(send: Callable[[], object], double: RunningDouble) -> None:
    with double.intercept():
        send()
        raise ZeroDivisionError


def _patched() -> list[object]:
    return [
        *(socket.getaddrinfo, socket.gethostbyname, socket.socket.connect, socket.socket.sendto),
        *(ssl.SSLContext.wrap_socket, ssl.SSLContext.wrap_bio, uvloop.Loop.create_connection),
        *(aiohttp.resolver.AsyncResolver.resolve, list(sys.meta_path), dict(os.environ)),
    ]


def test_the_network_is_blocked_where_that_is_asked_for(
    double: RunningDouble, headers: Headers, send: Send
) -> None:
    with double.intercept(block_network=True):
        assert send(URL, headers) == 200
        with pytest.raises(Exception, match=r"refused elsewhere\.example:443, which is beyond this machine"):
            send(ELSEWHERE, headers)


def test_nothing_else_leaves_the_machine(double: RunningDouble) -> None:
    ways: list[Callable[[], object]] = [
        lambda: socket.create_connection(("elsewhere.example", 5432)),
        lambda: socket.create_connection(("192.0.2.1", 443)),
        lambda: socket.create_connection(("2001:db8::1", 443)),
        lambda: socket.getaddrinfo("elsewhere.example", None),
        lambda: socket.gethostbyname("elsewhere.example"),
        lambda: socket.gethostbyname_ex("elsewhere.example"),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("192.0.2.1", 8125)),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 8125)),
        lambda: socket.socket().connect_ex(("192.0.2.1", 443)),
    ]
    with double.intercept(block_network=True), warnings.catch_warnings(action="ignore"):
        for leave in ways:
            with pytest.raises(ConnectionRefusedError, match="beyond this machine"):
                leave()
        gc.collect()  # their sockets, which nobody closes


def test_this_machine_stays_open(double: RunningDouble) -> None:
    with double.intercept(block_network=True):
        for host in ("127.0.0.1", "localhost"):
            assert (
                httpx.get(double.base_url.replace("127.0.0.1", host) + "/_double/health").status_code == 200
            )
        assert socket.getaddrinfo(None, 0)
        with suppress(socket.gaierror):  # where nothing knows this machine's name
            socket.getaddrinfo(socket.gethostname(), 0)
        one, another = socket.socketpair()
        with one, another:
            one.sendall(b"x")


def test_without_tls_it_is_reached_as_well(double: RunningDouble, headers: Headers, send: Send) -> None:
    with double.intercept():
        assert httpx.get(URL.replace("https", "http"), headers=headers).status_code == 200
        with pytest.raises(httpx.ConnectError, match="has no port 8443"):
            httpx.get(f"https://{HOST}:8443/", headers=headers)


def test_other_hosts_can_be_named(double: RunningDouble, headers: Headers) -> None:
    with double.intercept("api.example", "API.Other.Example."), httpx.Client() as client:
        for host in ("api.example", "api.other.example", "API.EXAMPLE"):
            assert client.get(f"https://{host}/v2/incidents", headers=headers).status_code == 200


@pytest.mark.parametrize("host", ["", "https://api.incident.io", "127.0.0.1", "a b", "api.incident.io:443"])
def test_what_is_no_host_is_refused(double: RunningDouble, host: str) -> None:
    with pytest.raises(ValueError, match="not the name of a host"), double.intercept(host):
        pass


def test_links_and_time_travel_as_with_the_real_one(double: RunningDouble, headers: Headers) -> None:
    with double.intercept():
        response = httpx.get(URL, headers=headers)

    assert double.exchanges[-1].request.base_url == f"https://{HOST}"
    assert response.json()["incidents"]


def test_a_fault_shows_as_over_a_socket(double: RunningDouble, headers: Headers) -> None:
    with double.intercept(), httpx.Client(headers=headers, timeout=20) as client:
        double.fault("Incidents V2#List:reset")
        double.fault("Incidents V2#List:cut")
        for _ in range(2):
            with pytest.raises(
                (httpx.ReadError, httpx.RemoteProtocolError)
            ):  # by TLS, Python can't tell them apart
                client.get(URL)
        assert client.get(URL).status_code == 200


def test_threads_are_intercepted_too(double: RunningDouble, headers: Headers) -> None:
    statuses: list[int] = []
    with double.intercept():
        threads = [
            threading.Thread(target=lambda: statuses.append(httpx.get(URL, headers=headers).status_code))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert statuses == [200] * 8


def test_the_innermost_of_several_counts(
    double: RunningDouble, other: RunningDouble, headers: Headers
) -> None:
    before = asked(double), asked(other)
    with ExitStack() as stack:
        for each in (double, other, double, double):
            stack.enter_context(each.intercept())
        assert httpx.get(URL, headers=headers).status_code == 200

    assert (asked(double), asked(other)) == (before[0] + 1, before[1])


def test_blocks_may_end_in_any_order(double: RunningDouble, other: RunningDouble, headers: Headers) -> None:
    first, second = double.intercept(), other.intercept()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    before = asked(other)
    assert httpx.get(URL, headers=headers).status_code == 200
    second.__exit__(None, None, None)

    assert asked(other) == before + 1


def test_a_proxy_of_the_environment_is_not_asked(
    double: RunningDouble, headers: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "elsewhere.example")
    monkeypatch.delenv("no_proxy", raising=False)
    with double.intercept():
        assert requests.get(URL, headers=headers, timeout=20).status_code == 200
        assert httpx.get(URL, headers=headers).status_code == 200
        assert os.environ["NO_PROXY"] == f"elsewhere.example,{HOST}"

    assert (os.environ["NO_PROXY"], os.environ.get("no_proxy")) == ("elsewhere.example", None)


def test_a_client_that_verifies_nothing_reaches_it(double: RunningDouble, headers: Headers) -> None:
    with double.intercept(), httpx.Client(verify=False, headers=headers) as client:
        assert client.get(URL).status_code == 200


def test_what_leads_elsewhere_is_not_trusted(double: RunningDouble, other: RunningDouble) -> None:
    """A client that goes to another address by itself finds that it isn't the double."""
    with other.intercept():
        imposter = socket.create_connection((HOST, 443))
        with imposter, double.intercept(), pytest.raises(ssl.SSLError):
            ssl.create_default_context().wrap_socket(imposter, server_hostname=HOST)


def test_modules_that_are_loaded_in_the_block_are_reached(double: RunningDouble) -> None:
    """By a process that has loaded neither before."""
    program = f"""
import asyncio, sys
from incident_double.mock_server import running
with running(incidents=1) as double, double.intercept():
    assert "aiohttp" not in sys.modules
    import aiohttp, uvloop
    from aiohttp.resolver import AsyncResolver
    async def main():
        async with aiohttp.ClientSession(headers={{"authorization": "Bearer " + double.api_key}}) as session:
            async with session.get({URL!r}) as response:
                print(response.status)
        print(await AsyncResolver.resolve(None, {HOST!r}, 443))
    uvloop.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.stdout.startswith("200\n"), done.stderr
    assert HOST in done.stdout


def test_without_the_extra_it_says_what_to_install(double: RunningDouble) -> None:
    program = """
import sys
sys.modules["cryptography"] = None
from incident_double.mock_server import running
with running(incidents=1) as double:
    try:
        with double.intercept():
            pass
    except ImportError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.stdout == (
        "intercept() needs what is not installed: pip install 'incident-double[intercept]'\n"
    ), done.stderr


def test_it_stays_when_somebody_else_has_patched_since(double: RunningDouble, headers: Headers) -> None:
    """And whoever patched can undo it later."""
    original = socket.getaddrinfo
    with double.intercept():
        ours = socket.getaddrinfo
        theirs = functools.partial(ours)
        socket.getaddrinfo = theirs
    assert socket.getaddrinfo is theirs
    try:
        with double.intercept():
            assert httpx.get(URL, headers=headers).status_code == 200
        assert socket.getaddrinfo("127.0.0.1", 80)
    finally:
        socket.getaddrinfo = original
