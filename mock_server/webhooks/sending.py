"""Carrying events to their endpoints: one thread, in which no endpoint waits for another."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext

import httpx

SECONDS_TO_ANSWER = 15.0
"""How long the vendor waits (behaviour.md#webhook-schedule)."""
_ANSWER_LIMIT = 64 * 1024
"""Bytes of an answer that are read before the connection is closed."""
_SECONDS_TO_STOP = 5.0
_HERE = ("all://127.0.0.1", "all://localhost", "all://[::1]")
_ERROR_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is posted, and what is to be done with the status of the answer, or with why there was none."""

    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    answered: Callable[[int | None, str | None], None]


Due = Callable[[], tuple[Sequence[Parcel], float | None]]
"""What is to be posted now, and in how many seconds to ask again; None for not until woken."""


class Sender:
    """A thread that posts what is due until it is stopped."""

    def __init__(self, due: Due) -> None:
        self._due = due
        self._loop = asyncio.new_event_loop()
        self._woken = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="incident-double webhooks", daemon=True)
        self._is_stopping = False
        self._thread.start()

    def wake(self) -> None:
        """Have it ask what is due. From any thread."""
        try:
            self._loop.call_soon_threadsafe(self._woken.set)
        except RuntimeError:  # the loop is closed: it has stopped, and nothing is due
            return

    def stop(self) -> None:
        """End it. What is on its way is broken off."""
        self._is_stopping = True
        self.wake()
        self._thread.join(_SECONDS_TO_STOP)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._send())
        finally:
            self._loop.close()

    async def _send(self) -> None:
        under_way: set[asyncio.Task[None]] = set()
        async with _client() as client:
            while not self._is_stopping:
                self._woken.clear()
                parcels, seconds = self._due()
                for parcel in parcels:
                    task = asyncio.create_task(self._post(client, parcel))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                await self._wait(seconds)
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _post(self, client: httpx.AsyncClient, parcel: Parcel) -> None:
        status, error = None, None
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                status = await _answer(client, parcel)
        except (TimeoutError, httpx.TimeoutException):
            error = f"no answer within {SECONDS_TO_ANSWER:.0f} seconds"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failure:
            error = " ".join(f"{type(failure).__name__}: {failure}".split())[:_ERROR_LIMIT]
        except Exception as failure:  # noqa: BLE001 - an endpoint that is never done with gets nothing any more
            error = type(failure).__name__
        parcel.answered(status, error)
        self._woken.set()


async def _answer(client: httpx.AsyncClient, parcel: Parcel) -> int:
    """The status of the answer. The answer is read, within bounds, so that nobody is cut off while writing it."""
    async with client.stream("POST", parcel.url, content=parcel.body, headers=parcel.headers) as response:
        size = 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > _ANSWER_LIMIT:
                break
        return response.status_code


def _client() -> httpx.AsyncClient:
    """One that remembers nothing: a kept connection may be closed just when it is used again, a cookie leak."""
    return httpx.AsyncClient(
        verify=_certificates(),
        timeout=SECONDS_TO_ANSWER,
        follow_redirects=False,
        limits=httpx.Limits(max_keepalive_connections=0),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        mounts=dict.fromkeys(_HERE),  # whatever proxies the environment names
        headers={"content-type": "application/json", "user-agent": "incident-double"},
    )


@cache
def _certificates() -> SSLContext:
    """Read once: it takes longer than many a delivery."""
    return httpx.create_ssl_context()
