"""The names that users may import. A change here is a change of the interface: note it in CHANGELOG.md."""

from importlib import import_module

import pytest

PUBLIC = {
    "openapi": [
        "Document",
        "DocumentError",
        "Json",
        "Operation",
        "Parameter",
        "Schema",
        "bundled",
        "control_plane",
        "parse",
        "read_document",
    ],
    "mock_server": [
        "DEFAULT_TOKEN",
        "ApiKey",
        "Clock",
        "Double",
        "Reply",
        "Request",
        "RunningDouble",
        "running",
    ],
}


@pytest.mark.parametrize("folder", PUBLIC)
def test_a_package_exports_its_public_names_and_no_others(folder: str) -> None:
    package = import_module(f"incident_double.{folder}")

    assert package.__all__ == PUBLIC[folder]
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
