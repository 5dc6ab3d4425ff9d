"""The pytest plugin: a double in one argument, as it was at first for every test.

Loaded by every pytest where incident-double is installed, so nothing else of it is imported before a test asks.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .running_double import RunningDouble

_SCOPES = ("function", "session")
_MOST_SHOWN = 20
"""Exchanges of a failing test that are shown, the last ones."""
_DOUBLE: "pytest.StashKey[RunningDouble]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Give the options, each on the command line and in the configuration."""
    group = parser.getgroup("incident-double")
    group.addoption(
        "--incident-double-seed", type=int, metavar="N", help="Seed of the double's data set (default: 0)."
    )
    group.addoption(
        "--incident-double-clock",
        metavar="ISO",
        help="Where the double's time begins, or now (default: where its data end, the same in every run).",
    )
    group.addoption(
        "--incident-double-scope",
        choices=_SCOPES,
        help="Whether each test has the double as it was at first (function, the default) or as the one before left "
        "it (session).",
    )
    parser.addini("incident_double_seed", "Seed of the double's data set.", default="0")
    parser.addini("incident_double_clock", "Where the double's time begins: ISO 8601, or now.", default="")
    parser.addini("incident_double_scope", "function or session.", default="function")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse, in one line and before any test, what is wrong in the configuration."""
    given = config.getini("incident_double_scope")
    if given not in _SCOPES:
        raise pytest.UsageError(f"incident_double_scope is function or session, not {given}")
    try:
        _seed(config)
    except ValueError:
        given = config.getini("incident_double_seed")
        raise pytest.UsageError(f"incident_double_seed is a whole number, not {given}") from None
    if clock := _clock(config):
        from .clock import present  # noqa: PLC0415 - only where it is set

        try:
            present(clock)
        except ValueError as error:
            raise pytest.UsageError(f"incident_double_clock: {error}") from None


def _scope(fixture_name: str, config: pytest.Config) -> Any:  # noqa: ARG001 - pytest passes both by name
    return config.getoption("--incident-double-scope") or config.getini("incident_double_scope")


def _seed(config: pytest.Config) -> int:
    given = config.getoption("--incident-double-seed")
    return int(config.getini("incident_double_seed")) if given is None else int(given)


def _clock(config: pytest.Config) -> str | None:
    return config.getoption("--incident-double-clock") or config.getini("incident_double_clock") or None


@pytest.fixture(scope="session")
def _incident_double_of_session(request: pytest.FixtureRequest) -> "Iterator[RunningDouble]":
    from .running_double import running  # noqa: PLC0415 - only for tests that ask for a double

    with running(seed=_seed(request.config), clock=_clock(request.config)) as double:
        request.config.stash[_DOUBLE] = double
        yield double
        del request.config.stash[_DOUBLE]


@pytest.fixture(scope=_scope)
def incident_double(_incident_double_of_session: "RunningDouble") -> "Iterator[RunningDouble]":
    """Yield a double of the incident.io API, as it was at first: `.base_url`, `.transport`, `.api_key` and more."""
    yield _incident_double_of_session
    _incident_double_of_session.reset()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let what a test says to the double begin with its own fixtures."""
    double = item.config.stash.get(_DOUBLE, None)
    if double is not None:
        double.begin_test()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a failing test said to its double, and what it found when it asked."""
    report = yield
    double = item.config.stash.get(_DOUBLE, None)
    if report.failed and double is not None:
        if found := double.last_findings:
            title = f"incident-double: {len(found)} finding{'s' * (len(found) > 1)}"
            report.sections.append((title, "\n".join(each.line for each in found)))
        exchanges = double.exchanges
        if exchanges:
            shown = exchanges[-_MOST_SHOWN:]
            report.sections.append((_title(len(shown), len(exchanges)), double.render(shown)))
    return report


def _title(shown: int, all_: int) -> str:
    counted = "1 exchange" if all_ == 1 else f"{all_} exchanges"
    return (
        f"incident-double: {counted}" if shown == all_ else f"incident-double: the last {shown} of {counted}"
    )
