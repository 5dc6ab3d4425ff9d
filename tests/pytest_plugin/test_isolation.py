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


@pytest.mark.parametrize(
    ("conftest", "arguments"), [(SHUFFLED, ["-n", "0"]), ("", ["-n", "2"])], ids=["shuffled", "by two workers"]
)
def test_a_thousand_tests_leave_nothing_to_each_other(
    pytester: pytest.Pytester, conftest: str, arguments: list[str]
) -> None:
    shutil.copyfile(Path(__file__).with_name("leaky_suite.py"), pytester.path / "test_leaky.py")
    pytester.makeconftest(conftest)

    result = pytester.runpytest_subprocess(*OTHERS, "-q", *arguments)

    result.assert_outcomes(passed=1000)
