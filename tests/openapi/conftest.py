"""Small documents, made on the spot."""

from collections.abc import Callable

import pytest

from incident_double.openapi import Document, Json

MakeDocument = Callable[..., Document]


@pytest.fixture
def make_document() -> MakeDocument:
    """Make a document: `make_document(Pet={...})` for schemas, `paths=` and `version=` for the rest."""

    def make(*, version: str = "3.0.3", paths: Json = None, **schemas: Json) -> Document:
        return Document({"openapi": version, "paths": paths or {}, "components": {"schemas": schemas}})

    return make
