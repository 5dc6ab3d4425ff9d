"""The client: one request with its manners, and what is built on it."""

import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from .errors import IncidentIoError, NotFoundError, error_for

Json = Any

__all__ = ["EVERY_CATEGORY", "EVERY_MODE", "Client", "IncidentIoError", "NotFoundError", "days"]

EVERY_CATEGORY = {
    "one_of": ["triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged"]
}
"""For `status_category`: unless it is asked for, declined, canceled and merged incidents are left out."""
EVERY_MODE = {"one_of": ["standard", "retrospective", "test", "tutorial"]}
"""For `mode`: unless it is asked for, test and tutorial incidents are left out."""
_ATTEMPTS = 3
_PAGE = 250
_BUSY = (408, 409, 500, 502, 503, 504)
"""Statuses after which it is worth trying again what may be repeated."""


def days(first: date, last: date) -> Mapping[str, list[str]]:
    """For `created_at` and `updated_at`: both days included; the API takes dates only, and one condition."""
    return {"date_range": [f"{first.isoformat()}~{last.isoformat()}"]}


class Client:
    """A client with one API key.

    `patience` is how many seconds one attempt may take, however the answer comes; `first_wait` how many pass before
    the second attempt after an outage, and twice as many before the next.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        patience: float = 10,
        first_wait: float = 0.5,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url, headers={"authorization": f"Bearer {api_key}"}, timeout=patience
        )
        self._patience = patience
        self._first_wait = first_wait

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def incidents(self, filters: Mapping[str, Json] | None = None) -> Iterator[Json]:
        """Every incident that passes the filters, of every category and mode unless they say otherwise."""
        query = {"status_category": EVERY_CATEGORY, "mode": EVERY_MODE, **(filters or {})}
        return self.every("/v2/incidents", "incidents", query)

    def every(self, path: str, key: str, query: Mapping[str, Json] | None = None) -> Iterator[Json]:
        """Every record of a list, page after page; the last page is the one that names no next one."""
        after: dict[str, str] = {}
        while True:
            page = self.request("GET", path, {"page_size": _PAGE, **(query or {}), **after})
            yield from page[key]
            cursor = page.get("pagination_meta", {}).get("after")
            if not cursor or {"after": cursor} == after:
                return
            after = {"after": cursor}

    def incident(self, id_: str) -> Json:
        """One incident, by its id or the number of its reference. Raises NotFoundError."""
        return self.request("GET", f"/v2/incidents/{quote(id_, safe='')}")["incident"]

    def create_incident(self, *, idempotency_key: str | None = None, **properties: Json) -> Json:
        """A new incident; however often the request has to be sent, there is one, since its key stays the same."""
        body = {
            "idempotency_key": idempotency_key or str(uuid.uuid4()),
            "visibility": "public",
            **properties,
        }
        return self.request("POST", "/v2/incidents", body=body)["incident"]

    def request(
        self, method: str, path: str, query: Mapping[str, Json] | None = None, body: Json = None
    ) -> Json:
        """One call: the JSON of the answer, or None where it has no body. Raises IncidentIoError.

        What was refused for being too much is sent again when the API says so; what may be repeated is sent again
        after an outage.
        """
        may_repeat = method == "GET" or (isinstance(body, dict) and "idempotency_key" in body)
        wait = self._first_wait
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            try:
                answer = self._send(method, path, tuple(_pairs(query or {})), body)
            except httpx.TransportError as error:
                if last or not may_repeat or isinstance(error, httpx.TimeoutException):
                    raise IncidentIoError(f"no whole answer: {error!r}") from error
                time.sleep(wait)
            else:
                if answer.is_success:
                    return _json(answer)
                if last or not (answer.status_code == 429 or (may_repeat and answer.status_code in _BUSY)):
                    raise error_for(answer)
                time.sleep(_seconds_to_wait(answer, wait))
            wait *= 2
        raise AssertionError("unreachable")

    def _send(self, method: str, path: str, query: tuple[tuple[str, str], ...], body: Json) -> httpx.Response:
        """Send once, and read to the end within one's patience: a timeout of httpx's starts anew with every byte."""
        end = time.monotonic() + self._patience
        with self._http.stream(method, path, params=query, json=body) as answer:
            content = bytearray()
            for part in answer.iter_raw():
                content += part
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("the answer took too long", request=answer.request)
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=bytes(content), request=answer.request
        )


def _pairs(query: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """A query as it is written: a filter as `name[operator]=value`, once for each value."""
    for name, value in query.items():
        if isinstance(value, Mapping):
            yield from _pairs({f"{name}[{key}]": each for key, each in value.items()})
        else:
            for each in value if isinstance(value, list) else [value]:
                yield name, str(each).lower() if isinstance(each, bool) else str(each)


def _seconds_to_wait(answer: httpx.Response, otherwise: float) -> float:
    """What `Retry-After` says, in seconds; a wait of one's own where it says nothing usable."""
    try:
        return max(0.0, float(answer.headers["retry-after"]))
    except (KeyError, ValueError):
        return otherwise


def _json(answer: httpx.Response) -> Json:
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        raise IncidentIoError(
            f"{answer.status_code}: not JSON", status=answer.status_code, body=answer.text
        ) from error
