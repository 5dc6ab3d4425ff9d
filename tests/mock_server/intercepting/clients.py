"""One client of each library, made before anything is intercepted: each asks for a URL and returns the status."""

import asyncio
import http.client
import ssl
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
import certifi
import httpx
import requests
import urllib3
import uvloop

Headers = Mapping[str, str]
Send = Callable[[str, Headers], int]


@contextmanager
def by_httpx() -> Iterator[Send]:
    with httpx.Client() as client:
        yield lambda url, headers: client.get(url, headers=headers).status_code


@contextmanager
def by_requests() -> Iterator[Send]:
    with requests.Session() as session:
        yield lambda url, headers: session.get(url, headers=headers, timeout=20).status_code


@contextmanager
def by_requests_at_once() -> Iterator[Send]:
    yield lambda url, headers: requests.get(url, headers=headers, timeout=20).status_code


@contextmanager
def by_urllib3() -> Iterator[Send]:
    with urllib3.PoolManager(retries=False) as pool:
        yield lambda url, headers: pool.request("GET", url, headers=headers).status


@contextmanager
def by_urllib() -> Iterator[Send]:
    def send(url: str, headers: Headers) -> int:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=dict(headers)), timeout=20
        ) as response:
            return int(response.status)

    yield send


@contextmanager
def by_http_client() -> Iterator[Send]:
    def send(url: str, headers: Headers) -> int:
        connection = http.client.HTTPSConnection(url.split("/")[2], timeout=20)
        try:
            connection.request("GET", "/v2/incidents", headers=dict(headers))
            return connection.getresponse().status
        finally:
            connection.close()

    yield send


@contextmanager
def by_certifi_context() -> Iterator[Send]:
    """A client whose context was made from a bundle of its own, as many are."""
    with httpx.Client(verify=ssl.create_default_context(cafile=certifi.where())) as client:
        yield lambda url, headers: client.get(url, headers=headers).status_code


@contextmanager
def _in_loop(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
    open_client: Callable[[], Awaitable[Any]],
    send: Callable[[Any, str, Headers], Awaitable[int]],
    close: str,
) -> Iterator[Send]:
    """A client in a loop that stays, so that it can keep its connections."""
    with asyncio.Runner(loop_factory=new_loop) as runner:

        async def opened() -> Any:
            return await open_client()

        client = runner.run(opened())

        async def sent(url: str, headers: Headers) -> int:
            return await send(client, url, headers)

        yield lambda url, headers: runner.run(sent(url, headers))
        runner.run(getattr(client, close)())


async def _open_httpx() -> httpx.AsyncClient:
    return httpx.AsyncClient()


async def _send_httpx(client: httpx.AsyncClient, url: str, headers: Headers) -> int:
    return (await client.get(url, headers=headers)).status_code


async def _open_aiohttp() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


async def _send_aiohttp(client: aiohttp.ClientSession, url: str, headers: Headers) -> int:
    async with client.get(url, headers=headers) as response:
        await response.read()
        return response.status


async def _open_nothing() -> "_Nothing":
    return _Nothing()


class _Nothing:
    async def close(self) -> None: ...


async def _send_streams(_: object, url: str, headers: Headers) -> int:
    host = url.split("/")[2]
    reader, writer = await asyncio.open_connection(host, 443, ssl=ssl.create_default_context())
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET /v2/incidents HTTP/1.1\r\nhost: {host}\r\n{fields}connection: close\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    await reader.read()
    writer.close()
    return status


def by_async_httpx() -> Any:
    return _in_loop(asyncio.new_event_loop, _open_httpx, _send_httpx, "aclose")


def by_async_httpx_on_uvloop() -> Any:
    return _in_loop(uvloop.new_event_loop, _open_httpx, _send_httpx, "aclose")


def by_aiohttp() -> Any:
    return _in_loop(asyncio.new_event_loop, _open_aiohttp, _send_aiohttp, "close")


def by_aiohttp_on_uvloop() -> Any:
    return _in_loop(uvloop.new_event_loop, _open_aiohttp, _send_aiohttp, "close")


def by_streams() -> Any:
    return _in_loop(asyncio.new_event_loop, _open_nothing, _send_streams, "close")


def by_streams_on_uvloop() -> Any:
    return _in_loop(uvloop.new_event_loop, _open_nothing, _send_streams, "close")


WAYS = [
    *(by_httpx, by_requests, by_requests_at_once, by_urllib3, by_urllib, by_http_client, by_certifi_context),
    *(by_async_httpx, by_async_httpx_on_uvloop, by_aiohttp, by_aiohttp_on_uvloop),
    *(by_streams, by_streams_on_uvloop),
]
