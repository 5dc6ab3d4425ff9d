"""Results are read from the page as they were written, compared, and put back."""

from datetime import date

import pytest

from parity.table import Result, read, third, worse, write

HEAD = "# Parity\n\nWhat passes.\n\n| test | result | reason |\n|---|---|---|\n"
PASSED, FAILED, SKIPPED = (Result("TestAccOne", verdict) for verdict in ("passed", "failed", "skipped"))


def test_what_is_written_is_read_again_whatever_stands_in_a_reason() -> None:
    results = {
        "TestAccTwo": Result("TestAccTwo", "failed", "Error: a | b\n   over two lines"),
        "TestAccOne": PASSED,
    }
    page = write(HEAD, results)
    assert list(read(page)) == ["TestAccOne", "TestAccTwo"]
    assert read(page)["TestAccTwo"].reason == "Error: a | b over two lines"


def test_writing_keeps_what_stands_above_the_table_and_counts_anew() -> None:
    page = write(write(HEAD, {"TestAccOne": FAILED}), {"TestAccOne": PASSED})
    assert page == (
        "# Parity\n\nWhat passes.\n\n1 passed, 0 skipped, 0 failed.\n\n"
        "| test | result | reason |\n|---|---|---|\n| `TestAccOne` | passed |  |\n"
    )
    assert write(page, read(page)) == page


def test_a_long_reason_is_cut() -> None:
    row = Result("TestAccOne", "failed", "x" * 500).row()
    assert row.endswith("x… |")
    assert len(row) < 250


@pytest.mark.parametrize(
    ("before", "after", "is_worse"),
    [
        (PASSED, PASSED, False),
        (PASSED, FAILED, True),
        (PASSED, SKIPPED, True),
        (SKIPPED, FAILED, True),
        (SKIPPED, PASSED, False),
        (FAILED, FAILED, False),
        (FAILED, SKIPPED, False),
    ],
)
def test_a_result_is_worse_when_it_was_better(before: Result, after: Result, is_worse: bool) -> None:
    assert worse({before.test: before}, [after]) == ([after] if is_worse else [])


def test_a_test_that_was_not_there_before_is_not_worse() -> None:
    assert worse({}, [FAILED]) == []


def test_a_verdict_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no verdict: fine"):
        read("| `TestAccOne` | fine |  |")


def test_every_test_has_its_turn_within_three_days_running() -> None:
    tests = [f"TestAcc{number}" for number in range(10)]
    day = date(2026, 11, 28).toordinal()
    turns = [third(tests, day + each) for each in range(3)]
    assert sorted(test for turn in turns for test in turn) == sorted(tests)
    assert third(tests, day + 3) == turns[0]
