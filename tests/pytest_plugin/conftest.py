"""Test suites of others, each run by a pytest of its own."""

from collections.abc import Callable, Iterator

import pytest

from incident_double.mock_server import RunningDouble, running

OTHERS = [word for name in ("schemathesis", "hypothesispytest", "faker") for word in ("-p", f"no:{name}")]
"""Plugins that our dependencies bring along, and that take longer to load than these suites to run."""
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run the text of a test file with those arguments, as a user would."""

    def run_text(text: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(text)
        return pytester.runpytest_subprocess(*OTHERS, *arguments)

    return run_text


@pytest.fixture(scope="module")
def by_hand() -> Iterator[RunningDouble]:
    """A double that was asked for without pytest."""
    with running() as double:
        yield double


@pytest.fixture(params=["incident_double", "by_hand"])
def double(request: pytest.FixtureRequest) -> Iterator[RunningDouble]:
    """A double as the plugin gives it, and one by hand."""
    given: RunningDouble = request.getfixturevalue(request.param)
    yield given
    given.reset()
