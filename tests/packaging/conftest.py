"""The project's own files, as they stand in the checkout."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("openapi", "fixtures", "mock_server", "contract_tests", "cli")
"""The product, lowest layer first."""


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT
