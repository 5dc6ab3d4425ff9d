"""Nothing of one test is left for another, in whatever order and by however many workers they are run."""

import shutil
from pathlib import Path

import pytest

from .conftest import OTHERS

pytest_plugins = "pytester"

SHUFFLED = """
    import random

    def pytest_collection_modifyitems(items):
        random.Random(5).shuffle(items)
"""


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.endure)])
def test_many_shuffled_tests_by_two_workers_leave_nothing_to_each_other(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setenv("LEAKY_TESTS", str(count))
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # measured by smaller tests
    shutil.copyfile(Path(__file__).with_name("leaky_suite.py"), pytester.path / "test_leaky.py")
    pytester.makeconftest(SHUFFLED)

    result = pytester.runpytest_subprocess(*OTHERS, "-q", "-n", "2")

    result.assert_outcomes(passed=count)
