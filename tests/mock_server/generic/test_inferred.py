"""What was inferred from documents is pinned: a change of it shows as a change of these tables.

After a change that is meant, `incident-double operations --document FILE` prints the new table.
"""

from collections import Counter
from pathlib import Path

import pytest

from incident_double.cli.commands.operations import table
from incident_double.mock_server.pipeline.dispatch import answers
from incident_double.openapi import Document, bundled, read_document

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", ["bundled", "library", "garage"])
def test_each_operation_is_answered_as_its_table_says(name: str) -> None:
    paths = {"library": "library.json", "garage": "garage.yaml"}
    document = read_document(HERE / "documents" / paths[name]) if name in paths else bundled()

    assert rows(document) == (HERE / "inferred" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("openapi-current", {"behaviour": 126, "state": 191, "schema": 20}),
        ("openapi-seed-revision", {"behaviour": 74, "state": 19, "schema": 126}),
    ],
)
def test_the_vendors_operations_belong_to_these_families(
    name: str, kinds: dict[str, int], shared_documents: Path
) -> None:
    found = answers(read_document(shared_documents / f"{name}.json"))
    names = (HERE / "inferred" / f"{name}.families.txt").read_text(encoding="utf-8").splitlines()

    assert sorted({each.family for each in found.values()} - {""}) == names
    assert Counter(each.how.split(" of ")[0] for each in found.values()) == kinds


def rows(document: Document) -> list[str]:
    """The table without its heading and its alignment."""
    return ["  ".join(row).rstrip() for row in table(document)[1:]]
