"""Where there is no Chromium."""

from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Playwright

from .browsing import found, launch


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Playwright:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found() is None
    return cast("Playwright", None)  # it isn't asked for anything


def test_tests_in_a_browser_are_skipped(nowhere: Playwright, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="chromium, chromium-browser, google-chrome"):
        launch(nowhere)


def test_they_fail_in_continuous_integration(nowhere: Playwright, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="on PATH"):
        launch(nowhere)
