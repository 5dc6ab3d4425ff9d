"""The index against a plain list, with more incidents than it looks at in one step."""

from random import Random

import pytest

from incident_double.mock_server.incident_index import IncidentIndex
from incident_double.openapi import rfc3339

from .conftest import Row

COUNT = 5000


def row(number: int, *, mode: str = "standard", text: str | None = None) -> Row:
    """The number-th incident by creation, one every minute."""
    moment = f"2026-01-{number // 1440 + 1:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"
    values = [] if text is None else [{"value_text": text}]
    return {
        "id": f"incident {number}",
        "created_at": moment,
        "updated_at": moment,
        "incident_status": {"id": "s", "category": "live"},
        "mode": mode,
        "visibility": "public",
        "incident_role_assignments": [],
        "custom_field_entries": [{"custom_field": {"id": "f"}, "values": values}],
    }


def ids(numbers: list[int]) -> list[str]:
    return [f"incident {number}" for number in numbers]


FEW = [0, 1, 2047, 2048, 2049, 4096, 4998, COUNT - 1]
CHOICES = [FEW, list(range(COUNT)), [3], [], list(range(0, COUNT, 97))]


@pytest.fixture(scope="module", params=CHOICES, ids=["few", "all", "one", "none", "some"])
def chosen(request: pytest.FixtureRequest) -> list[int]:
    """The numbers of the incidents to be found, in order."""
    numbers: list[int] = request.param
    return numbers


@pytest.fixture(scope="module")
def index(chosen: list[int]) -> IncidentIndex:
    """Loaded out of order; the chosen ones are of the mode `test`."""
    wanted = set(chosen)
    rows = [row(number, mode="test" if number in wanted else "standard") for number in range(COUNT)]
    Random(0).shuffle(rows)
    found = IncidentIndex(lambda id_: True)
    found.load(rows)
    return found


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("size", [1, 7, 250])
def test_a_page_is_what_a_plain_list_would_give(
    index: IncidentIndex, chosen: list[int], newest_first: bool, size: int
) -> None:
    found = index.having("mode", ["test"])
    expected = sorted(chosen, reverse=newest_first)

    assert found.bit_count() == len(chosen)
    assert index.page(found, after=None, size=size, newest_first=newest_first) == ids(expected[:size])
    for number in FEW:
        following = [each for each in expected if (each < number if newest_first else each > number)]
        page = index.page(found, after=f"incident {number}", size=size, newest_first=newest_first)
        assert page == ids(following[:size])


@pytest.mark.parametrize(("first", "last"), [(0, 0), (1, 2), (None, 1), (3, None), (None, None), (2, 1)])
def test_days_are_what_a_plain_list_would_give(
    index: IncidentIndex, chosen: list[int], first: int | None, last: int | None
) -> None:
    """`first` and `last` count from the day of the first incident."""
    start = rfc3339.day("2026-01-01")
    between = [None if each is None else each + start for each in (first, last)]
    expected = [
        each
        for each in sorted(chosen, reverse=True)
        if (first is None or each // 1440 >= first) and (last is None or each // 1440 <= last)
    ]
    chosen_ones = index.having("mode", ["test"])
    for found in (index.created_between(*between), index.updated_between(*between)):
        assert index.page(found & chosen_ones, after=None, size=COUNT, newest_first=True) == ids(expected)


def test_a_row_that_was_loaded_and_one_that_was_put_are_found_alike() -> None:
    rows = [row(number, text=str(number % 2)) for number in range(6)]
    loaded, put = IncidentIndex(lambda id_: True), IncidentIndex(lambda id_: True)
    loaded.load(rows)
    for each in (rows[3], rows[0], rows[5], rows[4], rows[1], rows[2]):
        put.change(None, each)

    for index in (loaded, put):
        assert len(index) == 6
        odd = index.having("field f", ["1"])
        assert index.page(odd, after=None, size=9, newest_first=False) == ids([1, 3, 5])
        assert index.page(index.everything, after=None, size=9, newest_first=False) == ids(list(range(6)))
