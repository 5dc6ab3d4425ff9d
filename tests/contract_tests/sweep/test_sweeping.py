"""Sweeps: each fault in how a client takes errors is found without a word of configuration, and nothing else."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from incident_double.contract_tests.sweep import plan, sweeping
from incident_double.contract_tests.sweep.patience import MANY
from incident_double.contract_tests.sweep.plan import planned
from incident_double.mock_server import RunningDouble, running
from incident_double.openapi import Document

from .swept_clients import EXPECTED, LIST, CleansUpOddly, Client, GivenUpError, work_of


@pytest.fixture(scope="module")
def double() -> Iterator[RunningDouble]:
    with running(incidents=20, rate_limit=0) as double:
        yield double


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is slow takes a second here, and what hangs three."""
    monkeypatch.setattr(plan, "SLOW", 1)
    monkeypatch.setattr(sweeping, "_SECONDS_OF_SILENCE", 3.0)


@pytest.mark.parametrize("client", EXPECTED, ids=lambda each: each.__name__)
def test_a_fault_in_how_a_client_takes_errors_is_found(double: RunningDouble, client: type[Client]) -> None:
    found = double.sweep(work_of(client), jobs=8)

    assert {each.rule for each in found} == EXPECTED[client]


def test_nothing_is_found_in_a_client_that_copes_or_gives_up(double: RunningDouble) -> None:
    assert not double.sweep(work_of(Client), jobs=8)


def test_what_was_left_behind_is_shown_as_objects(double: RunningDouble) -> None:
    found = double.sweep(work_of(next(iter(EXPECTED))), jobs=8)

    assert "2 of incidents instead of 1" in found[0].message
    assert found[0].counterexample["fault"] == "Incidents V2#Create:lost"


def test_what_nobody_meant_to_do_is_another_state_at_any_exit(double: RunningDouble) -> None:
    found = double.sweep(work_of(CleansUpOddly), jobs=8)

    assert {each.operation for each in found} == {"Incidents V2#Edit"}
    assert {each.rule for each in found} == {"sweep-leaves-another-state"}


def test_each_run_has_an_account_of_its_own_and_leaves_the_first_as_it_was(double: RunningDouble) -> None:
    before = len(double.double.store.incidents.index)
    double.sweep(work_of(Client), jobs=8)

    assert len(double.double.store.incidents.index) == before
    assert [each.name for each in double.accounts] == ["default"]


def fails(_: RunningDouble) -> None:
    raise GivenUpError("out of order")


def asks_for_nothing(_: RunningDouble) -> None:
    return None


class Fickle(Client):
    """Does something else each time."""

    count = 0

    def work(self) -> None:
        Fickle.count += 1
        for _ in range(Fickle.count):
            self.http.post("/v1/severities", json={"name": f"S{_}", "description": "Odd"})


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (fails, "fails without any fault.*out of order"),
        (asks_for_nothing, "asked the double for nothing"),
        (work_of(Fickle), "did different things"),
    ],
)
def test_what_can_not_be_swept_is_said_in_a_line(
    double: RunningDouble, work: Callable[[RunningDouble], object], reason: str
) -> None:
    with pytest.raises(ValueError, match=f"(?s){reason}"):
        double.sweep(work)


def test_the_plan_is_the_same_each_time_and_begins_with_what_shows_most(document: Document) -> None:
    operations = [document.operations[each] for each in ("Incidents V2#List", "Incidents V2#Create")]
    first = planned(operations)

    assert [each.spec for each in first] == [each.spec for each in planned(operations)]
    assert first[0].spec == "Incidents V2#Create:lost"
    assert {each.kind for each in first if each.operation.id == "Incidents V2#List"} >= {
        *("reset", "500", "cut", "429=1", "evolved", "404-empty", "502", "403", "short-page", "delay=1"),
    }


def test_a_client_that_waits_longer_each_time_is_not_taken_for_one_that_hangs(
    double: RunningDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BacksOff(Client):
        """Gives up after pauses that come to more than a silence, the longest alone too."""

        def ask(self, method: str, path: str, body: Any = None) -> Any:
            for pause in (0.3, 0.6, 1.2, None):
                answer = self.http.request(method, path, json=body)
                if answer.status_code < 500 or pause is None:
                    return self.read(answer)
                time.sleep(pause)
            raise AssertionError

    monkeypatch.setattr(sweeping, "_SECONDS_OF_SILENCE", 1.0)
    monkeypatch.setattr(sweeping, "_TIMES_AS_LONG", 0)
    monkeypatch.setattr(plan, "SLOW", 0.5)

    assert "sweep-hangs" not in {each.rule for each in double.sweep(work_of(BacksOff), jobs=8)}


def test_a_client_that_asks_for_the_same_often_by_itself_knows_an_end(double: RunningDouble) -> None:
    class Polls(Client):
        """Looks at its incident more often than one without an end tries again."""

        def work(self) -> None:
            incident = self.declare()
            for _ in range(MANY + 5):
                self.ask("GET", f"{LIST}/{incident}")

    assert not double.sweep(work_of(Polls), jobs=8)


def test_random_names_and_times_are_not_compared(double: RunningDouble) -> None:
    class Random(Client):
        """Calls its incident by another name each time."""

        def declare(self) -> str:
            name = f"Disk {httpx.__name__} {id(self)}"
            body = {"idempotency_key": "k", "visibility": "public", "name": name}
            return str(self.ask("POST", "/v2/incidents", body)["incident"]["id"])

    assert not double.sweep(work_of(Random), jobs=8)
