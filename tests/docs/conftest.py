"""What is run here shows that pages and examples are right; coverage is measured by the other tests."""

import pytest


@pytest.fixture(autouse=True)
def _uncovered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that a test starts take half as long again when they are measured."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
