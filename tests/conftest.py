"""Fixtures for tests of every area."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_documents() -> Path:
    """The folder of the vendor's documents, beside the checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "upstream"
    if not folder.is_dir():
        pytest.skip("the vendor's documents are not beside the checkout")
    return folder
