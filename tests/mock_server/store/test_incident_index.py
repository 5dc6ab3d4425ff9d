"""The index against a plain list, with more incidents than it looks at in one step."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import pytest

from incident_double.mock_server.store.incident_index import IncidentIndex
from incident_double.openapi import rfc3339

from ..conftest import Row

COUNT = 5000


def row(number: int, *, mode: str = "standard", text: str | None = None, numbers: Sequence[str] = ()) -> Row:
    """The number-th incident by creation, one every minute."""
    moment = f"2026-01-{number // 1440 + 1:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"
    values = [{"value_numeric": each} for each in numbers]
    if text is not None:
        values.append({"value_text": text})
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
        assert index.page(index.all_rows, after=None, size=9, newest_first=False) == ids(list(range(6)))


NUMERALS = [
    *("0", "-0.5", "0.5", "1", "1.0", "7", "7.5", "8", "63.99", "64", "65", "511", "-512", "7777"),
    *("134217727.5", "-134217729", "9e99", "-9e99", "about 5"),
]


class Edited:
    """An index of incidents that have all been loaded or added, and many of them changed, by chance."""

    def __init__(self, count: int) -> None:
        chance = Random(count)
        self.texts: list[str | None] = [None] * count
        self.numbers: list[list[str]] = [[]] * count
        self.index = IncidentIndex(lambda id_: True)
        self.index.load([self._some(number, chance) for number in range(count // 2)])
        for number in range(count // 2, count):
            self.index.change(None, self._some(number, chance))
        for number in chance.choices(range(count), k=count):
            self.index.change(self._row(number), self._some(number, chance))

    def _row(self, number: int) -> Row:
        return row(number, text=self.texts[number], numbers=self.numbers[number])

    def _some(self, number: int, chance: Random) -> Row:
        seldom = f"seldom {chance.randrange(len(self.texts) // 4)}"
        self.texts[number] = chance.choice([None, "often", seldom])
        numerals = [*NUMERALS, *(str(chance.randrange(100_000)) for _ in NUMERALS)]
        self.numbers[number] = chance.choices(numerals, k=chance.choice([0, 0, 1, 1, 1, 2]))
        return self._row(number)

    def found(self, incidents: int) -> list[int]:
        """The numbers of the incidents in a set."""
        page = self.index.page(incidents, after=None, size=len(self.texts), newest_first=False)
        return [int(id_.removeprefix("incident ")) for id_ in page]


@pytest.fixture(scope="module", params=[60, COUNT])
def edited(request: pytest.FixtureRequest) -> Edited:
    """Few enough for every text to have its own integer, or too many for that."""
    return Edited(request.param)


def test_changed_incidents_are_found_by_the_texts_that_they_have_now(edited: Edited) -> None:
    seldom = [f"seldom {number}" for number in range(0, len(edited.texts) // 4, 5)]
    for text in ["often", *seldom]:
        expected = [number for number, held in enumerate(edited.texts) if held == text]
        assert edited.found(edited.index.having("field f", [text])) == expected
    some = [number for number, held in enumerate(edited.texts) if held in seldom]
    assert edited.found(edited.index.having("field f", seldom)) == some


def test_changed_incidents_are_found_by_the_numbers_that_they_have_now(edited: Edited) -> None:
    held = [[Decimal(each) for each in numbers if each != "about 5"] for numbers in edited.numbers]
    near = [
        *("0.25", "-1", "6", "9", "134217728", "1e100"),
        *(str(each) for each in range(5, 100_000, 2_477)),
    ]
    for limit in map(Decimal, [*NUMERALS[:-1], *near]):
        at_least = [number for number, each in enumerate(held) if any(value >= limit for value in each)]
        at_most = [number for number, each in enumerate(held) if any(value <= limit for value in each)]
        assert edited.found(edited.index.compared("field f", "gte", limit)) == at_least
        assert edited.found(edited.index.compared("field f", "lte", limit)) == at_most


def test_changed_incidents_have_a_value_while_any_is_left(edited: Edited) -> None:
    pairs = zip(edited.texts, edited.numbers, strict=True)
    expected = [number for number, (text, numbers) in enumerate(pairs) if text is not None or numbers]
    assert edited.found(edited.index.having_any("field f")) == expected
