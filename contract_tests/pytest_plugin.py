"""The pytest plugin: a double in one argument, as it was at first for every test.

Loaded by every pytest where incident-double is installed, so nothing is imported here before a test asks for it.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..mock_server.running import RunningDouble

_FIXTURE = "incident_double"
_MOST_SHOWN = 20
"""Exchanges of a failing test that are shown, the last ones."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, each on the command line and in the configuration."""
    group = parser.getgroup("incident-double")
    group.addoption(
        "--incident-double-seed", type=int, metavar="N", help="Seed of the double's data set (default: 0)."
    )
    group.addoption(
        "--incident-double-scope",
        choices=["function", "session"],
        help="Give every test a double as it was at first (function, the default), or all tests the same (session).",
    )
    parser.addini("incident_double_seed", "Seed of the double's data set.", default="0")
    parser.addini("incident_double_scope", "function or session.", default="function")


def _scope(fixture_name: str, config: pytest.Config) -> Any:
    given = config.getoption("--incident-double-scope") or config.getini("incident_double_scope")
    if given not in ("function", "session"):
        raise pytest.UsageError(f"incident_double_scope is function or session, not {given}")
    return given


def _seed(config: pytest.Config) -> int:
    given = config.getoption("--incident-double-seed")
    text = config.getini("incident_double_seed") if given is None else given
    try:
        return int(text)
    except ValueError:
        raise pytest.UsageError(f"incident_double_seed is a whole number, not {text}") from None


@pytest.fixture(scope="session")
def _incident_double_of_session(request: pytest.FixtureRequest) -> "Iterator[RunningDouble]":
    from ..mock_server import running  # noqa: PLC0415 - only for tests that ask for a double

    with running(seed=_seed(request.config)) as double:
        yield double


@pytest.fixture(scope=_scope)
def incident_double(_incident_double_of_session: "RunningDouble") -> "Iterator[RunningDouble]":
    """A double of the incident.io API, as it was at first: `.base_url`, `.transport`, `.api_key` and more."""
    double = _incident_double_of_session
    at_first = double.snapshot()
    yield double
    double.rollback(at_first)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a failing test said to its double."""
    report = yield
    double = getattr(item, "funcargs", {}).get(_FIXTURE)
    if double is not None and call.when == "setup":
        item.stash[_BEGUN] = double.journal.count
    if report.failed and double is not None:
        from ..mock_server.redaction import told  # noqa: PLC0415 - see above

        exchanges = double.journal.since(item.stash.get(_BEGUN, 0))
        if exchanges:
            report.sections.append(
                (f"incident-double: {len(exchanges)} exchanges", told(exchanges[-_MOST_SHOWN:]))
            )
    return report


_BEGUN = pytest.StashKey[int]()
