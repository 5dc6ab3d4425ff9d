"""Declares an incident for each report, just once, on a network that fails and an API that is busy."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

ATTEMPTS = 5
PATIENCE = 10
"""Seconds until an attempt counts as failed."""
WORTH_ANOTHER_TRY = (408, 409, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Report:
    """What an incident is made of."""

    id: str
    """Known before the first attempt, and the same in every one: it makes the idempotency key."""
    name: str


class RefusedError(Exception):
    """The API answered, and another try would get the same answer."""


class UnreachableError(Exception):
    """No attempt got an answer. The incident may exist all the same: try again with the same report."""


class Writer:
    """Writes by that session, to the API at that URL. `wait` pauses for so many seconds."""

    def __init__(
        self, session: requests.Session, base_url: str, *, wait: Callable[[float], object] = time.sleep
    ) -> None:
        self._session = session
        self._url = f"{base_url}/v2/incidents"
        self._wait = wait

    def declare(self, report: Report) -> dict[str, Any]:
        """The incident of that report. Raises RefusedError, or UnreachableError when all attempts failed."""
        body = {"idempotency_key": f"report {report.id}", "visibility": "public", "name": report.name}
        reason = ""
        for attempt in range(ATTEMPTS):
            pause = 2.0**attempt
            try:
                response = self._session.post(self._url, json=body, timeout=PATIENCE)
                if response.ok:
                    incident: dict[str, Any] = response.json()["incident"]
                    return incident
            except requests.RequestException as error:  # no answer, half of one, or none that is JSON
                reason = str(error)
            else:
                reason = f"{response.status_code}: {response.text}"
                if response.status_code not in WORTH_ANOTHER_TRY:
                    raise RefusedError(reason)
                pause = seconds_to_wait(response, pause)
            if attempt + 1 < ATTEMPTS:
                self._wait(pause)
        raise UnreachableError(reason)


def seconds_to_wait(response: requests.Response, otherwise: float) -> float:
    """What `Retry-After` says, in seconds; one's own pause where it says nothing usable."""
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return otherwise
