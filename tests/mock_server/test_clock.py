"""The clock runs, stands still and is moved as it is reported."""

from datetime import UTC, datetime, timedelta

import pytest

from incident_double.mock_server import Clock
from incident_double.mock_server.clock import LATEST

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_it_runs_from_the_present_or_from_where_it_is_asked_to() -> None:
    assert datetime.now(UTC) <= Clock().now() + timedelta(seconds=1)
    first, second = (clock := Clock("2026-01-01")).now(), clock.now()
    assert NEW_YEAR <= first <= second < NEW_YEAR + timedelta(hours=1)


def test_it_stands_at_the_end_of_what_it_may_show() -> None:
    clock = Clock(LATEST - timedelta(microseconds=1))
    seen = {clock.now() for _ in range(1_000)}

    assert max(seen) < LATEST
    assert clock.now() == LATEST - timedelta(milliseconds=1)
    Clock(clock.timestamp())  # which can be given to another


def test_a_frozen_clock_stands_until_it_is_moved() -> None:
    clock = Clock()
    clock.freeze("2026-01-01T01:00:00+01:00")
    assert clock.is_frozen
    assert [clock.now(), clock.now()] == [NEW_YEAR] * 2

    clock.advance(days=1, seconds=1.5)
    assert clock.now() == NEW_YEAR + timedelta(days=1, seconds=1.5)
    clock.set(NEW_YEAR)
    assert (clock.now(), clock.is_frozen) == (NEW_YEAR, True)
    clock.resume()
    assert not clock.is_frozen
    assert clock.now() >= NEW_YEAR


def test_a_clock_that_runs_goes_on_running_when_it_is_moved() -> None:
    clock = Clock("2026-01-01")
    clock.advance(hours=1)
    clock.set("2027-01-01")

    assert not clock.is_frozen
    assert clock.now() > datetime(2027, 1, 1, tzinfo=UTC)


def test_whoever_asks_is_called_at_every_move() -> None:
    clock, reported = Clock("2026-01-01"), []
    clock.watch(lambda: reported.append(clock.now().year))
    snapshot = clock.snapshot()
    clock.restore(snapshot)
    assert reported == []

    clock.set("2030-01-01")
    clock.freeze("2031-01-01")
    clock.advance(weeks=104)
    clock.resume()
    clock.restore(snapshot)
    assert reported == [2030, 2031, 2032, 2032, 2026]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("yesterday", "'yesterday' is not an ISO 8601 date or time"),
        ("1979-12-31", "not between the years 1980 and 9000"),
        (datetime(9999, 1, 1, tzinfo=UTC), "not between the years 1980 and 9000"),
    ],
)
def test_a_moment_that_is_none_is_refused_and_nothing_changes(given: datetime | str, complaint: str) -> None:
    clock = Clock("2026-01-01")
    clock.freeze(NEW_YEAR)
    for move in (clock.set, clock.freeze, Clock):
        with pytest.raises(ValueError, match=complaint):
            move(given)
    assert clock.now() == NEW_YEAR


def test_a_unit_that_there_is_not_is_named_beside_those_that_there_are() -> None:
    with pytest.raises(
        TypeError, match=r"by milliseconds, seconds, minutes, hours, days, weeks, not by hour$"
    ):
        Clock().advance(hour=1)


@pytest.mark.parametrize("units", [{"seconds": -1}, {"days": 3e6}, {"days": 1e12}])
def test_a_step_back_or_out_of_time_is_refused(units: dict[str, float]) -> None:
    clock = Clock("2026-01-01")
    clock.freeze(NEW_YEAR)
    with pytest.raises(ValueError, match=r"back|so far|between the years"):
        clock.advance(**units)
    assert clock.now() == NEW_YEAR
