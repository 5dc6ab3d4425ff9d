"""The ways in which httpx reaches a double: over a socket and without one, synchronously and not."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.mock_server.shells.transports import AsyncDoubleTransport, DoubleTransport

Ask = Callable[..., httpx.Response]
"""Sends one request, as `httpx.request` does, with a path for the URL."""
HEADERS = {"authorization": f"Bearer {DEFAULT_TOKEN}"}
IN_PROCESS = "http://double.test"
WAYS = ("socket", "asynchronous socket", "in process", "asynchronous in process")


@contextmanager
def reaching(double: Double, way: str) -> Iterator[Ask]:
    """Reach the double that way, each request by a client of its own where it is an asynchronous one."""
    if way.endswith("in process"):
        with _asking(double, IN_PROCESS, way) as ask:
            yield ask
    else:
        with serving(create_app(double)) as url, _asking(double, url, way) as ask:
            yield ask


@contextmanager
def _asking(double: Double, url: str, way: str) -> Iterator[Ask]:
    if way.startswith("asynchronous"):
        yield lambda *args, **options: asyncio.run(_asked(double, url, way, *args, **options))
    else:
        transport = DoubleTransport(double) if way == "in process" else None
        with httpx.Client(base_url=url, headers=HEADERS, transport=transport, verify=False) as client:
            yield client.request


async def _asked(double: Double, url: str, way: str, *arguments: Any, **options: Any) -> httpx.Response:
    transport = AsyncDoubleTransport(double) if way == "asynchronous in process" else None
    async with httpx.AsyncClient(base_url=url, headers=HEADERS, transport=transport, verify=False) as client:
        return await client.request(*arguments, **options)
