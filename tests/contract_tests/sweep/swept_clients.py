"""Small clients with one fault each in how they take errors, one that takes all of them well, for sweeping."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

from incident_double.mock_server import RunningDouble

LIST, EDIT = "/v2/incidents", "/v2/incidents/{}/actions/edit"
TRIES = 3
Work = Callable[[RunningDouble], object]


class GivenUpError(Exception):
    """What a client says of its own when it can't go on."""


class Client:
    """The careful one: it repeats what may pass, with the same key, and says what it can't do."""

    tries = TRIES

    def __init__(self, double: RunningDouble) -> None:
        self.http = httpx.Client(
            transport=double.transport,
            base_url="http://localhost",
            headers={"authorization": f"Bearer {double.api_key}"},
            timeout=5,
        )

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        reason = "nothing"
        for _ in range(self.tries):
            try:
                answer = self.http.request(method, path, json=body)
                if answer.status_code == 429:
                    time.sleep(float(answer.headers["retry-after"]))
                elif answer.status_code < 500:
                    return self.read(answer)
                reason = str(answer.status_code)
            except httpx.TransportError as error:
                reason = str(error)
        raise GivenUpError(reason)

    def read(self, answer: httpx.Response) -> Any:
        if answer.status_code >= 400:
            raise GivenUpError(f"{answer.status_code}: {answer.text[:100]}")
        try:
            return answer.json()
        except ValueError:
            raise GivenUpError("no JSON") from None

    def key(self) -> str:
        return "alert 17"

    def declare(self) -> str:
        body = {"idempotency_key": self.key(), "visibility": "public", "name": "Disk full"}
        return str(self.ask("POST", LIST, body)["incident"]["id"])

    def work(self) -> None:
        incident = self.declare()
        body = {"incident": {"name": "Disk full again"}, "notify_incident_channel": False}
        self.ask("POST", EDIT.format(incident), body)


class NewKeyEachTime(Client):
    """Makes a key for each try, so a lost answer makes two incidents."""

    def declare(self) -> str:
        for number in range(TRIES):
            body = {"idempotency_key": f"try {number}", "visibility": "public", "name": "Disk full"}
            try:
                answer = self.http.post(LIST, json=body)
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                return str(self.read(answer)["incident"]["id"])
            if answer.status_code == 429:
                time.sleep(float(answer.headers["retry-after"]))
        raise GivenUpError("no answer")


class NoKey(Client):
    """Looks nowhere whether a lost create has worked, and names it anew."""

    def declare(self) -> str:
        for number in range(TRIES):
            body = {
                "idempotency_key": f"n{number}",
                "visibility": "public",
                "name": f"Disk full, try {number}",
            }
            try:
                answer = self.http.post(LIST, json=body)
                if answer.status_code == 200:
                    return str(self.read(answer)["incident"]["id"])
                if answer.status_code == 429:
                    time.sleep(float(answer.headers["retry-after"]))
            except httpx.TransportError:
                continue
        raise GivenUpError("no answer")


class ReadsEveryBody(Client):
    """Decodes before it looks at the status."""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        try:
            answer = self.http.request(method, path, json=body)
        except httpx.TransportError as error:
            raise GivenUpError(str(error)) from None
        content = json.loads(answer.content)
        if answer.status_code >= 400:
            raise GivenUpError(content["errors"][0]["message"])
        return content


class ExpectsTheObject(Client):
    """Reads a property of an answer that is a refusal."""

    def read(self, answer: httpx.Response) -> Any:
        content = answer.json() if answer.content else {}
        content["incident"]
        return content


class SwallowsRefusals(Client):
    """Takes whatever comes for success, and reports it as such."""

    def work(self) -> None:
        with suppress(GivenUpError):
            super().work()


class NeverGivesUp(Client):
    """Repeats for ever."""

    tries = 1_000_000


class WaitsForEver(Client):
    """Waits for what never comes."""

    def read(self, answer: httpx.Response) -> Any:
        while answer.status_code >= 400:
            time.sleep(0.05)
        return super().read(answer)


class ClosedEnum(Client):
    """Knows the categories of today, and no others."""

    def read(self, answer: httpx.Response) -> Any:
        content = super().read(answer)
        {"triage": 1, "live": 2}[content["incident"]["incident_status"]["category"]]
        return content


class CleansUpOddly(Client):
    """Leaves something else behind where it gives up."""

    def work(self) -> None:
        incident = self.declare()
        body = {"incident": {"name": "Disk full again"}, "notify_incident_channel": False}
        try:
            self.ask("POST", EDIT.format(incident), body)
        except GivenUpError:
            self.http.post("/v1/severities", json={"name": "Odd", "description": "Nobody wanted it"})
            raise


def work_of(client: type[Client]) -> Work:
    return lambda double: client(double).work()


EXPECTED: dict[type[Client], set[str]] = {
    NewKeyEachTime: {"sweep-leaves-another-state"},
    NoKey: {"sweep-leaves-another-state"},
    ReadsEveryBody: {"sweep-crashes"},
    ExpectsTheObject: {"sweep-crashes"},
    SwallowsRefusals: {"sweep-leaves-another-state"},
    NeverGivesUp: {"sweep-retries-without-end"},
    WaitsForEver: {"sweep-hangs"},
    ClosedEnum: {"sweep-crashes"},
}
"""The rules that each one breaks."""
