"""`incident-double operations`, run as a person runs it; what it lists is pinned in `tests/mock_server/generic/`."""

import json
import os
from pathlib import Path

import pytest

from incident_double.openapi import bundled

from .conftest import Run

LIBRARY = Path(__file__).parents[1] / "mock_server" / "generic" / "documents" / "library.json"

ANSWER = {"content": {"application/json": {"schema": {"pattern": "("}}}}
BAD_PATTERN = {"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {"200": ANSWER}}}}}


def test_every_operation_of_the_bundled_document_is_listed_under_a_heading(run: Run) -> None:
    shown = run("operations")

    assert (shown.returncode, shown.stderr) == (0, "")
    heading, *lines = shown.stdout.splitlines()
    assert heading.split() == ["REQUEST", "OPERATION", "ANSWERED", "BY", "FAMILY"]
    assert [line.split("  ")[0] for line in lines] == [
        f"{each.method} {each.path}" for each in bundled().operations.values()
    ]


def test_columns_stand_under_their_headings(run: Run) -> None:
    heading, *lines = run("operations", "--document", str(LIBRARY)).stdout.splitlines()

    begin, family = heading.index("ANSWERED"), heading.index("FAMILY")
    assert {line[begin:].split()[0] for line in lines} == {"state", "schema"}
    assert {line[family:].strip() for line in lines} == {
        *("books", "books/copies", "authors", "genres", "members", "loans", "settings"),
        "",
    }


@pytest.mark.parametrize("command", ["operations", "serve"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        ("", "not an OpenAPI document"),
        ("{", "neither JSON nor YAML"),
        ('{"swagger": "2.0", "paths": {}}', "not an OpenAPI 3 document"),
        ('{"openapi": "3.0.0", "paths": {}}', "no operations"),
        (
            json.dumps(BAD_PATTERN),
            "GET /a",
        ),
    ],
    ids=["missing", "empty", "no JSON", "Swagger 2", "nothing to serve", "bad pattern"],
)
def test_a_document_that_cannot_be_served_is_one_line_and_exit_code_2(
    command: str, content: str | None, said: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "api.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    refused = run(command, "--document", str(path), *(["--port", "0"] if command == "serve" else []))

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("incident-double: ")
    assert refused.stderr.count("\n") == 1
    assert said in refused.stderr


def test_a_folder_is_no_document(run: Run, tmp_path: Path) -> None:
    refused = run("operations", "--document", str(tmp_path))

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "Is a directory" in refused.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_no_document(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0)

    refused = run("operations", "--document", str(path))

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "Permission denied" in refused.stderr
