"""Programs in several languages, made ready once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ...serving import Served, serving
from .languages import Language, made_ready


@pytest.fixture(scope="session")
def language(request: pytest.FixtureRequest) -> Language:
    """One of the languages, which the test is parametrized with."""
    found: Language = request.param
    return found


@pytest.fixture(scope="session")
def program(language: Language, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command line of a program in that language."""
    return made_ready(language, tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="session")
def offering() -> Iterator[Served]:
    """A double in a process of its own that offers its proxy."""
    with serving("--no-rate-limit", "--intercept") as served:
        yield served


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user's authorities are kept, for one test."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "incident-double" / "authorities"
