"""`incident-double generate`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import COLLECTIONS, Dataset, realistic
from incident_double.openapi import Document

from .conftest import COMMAND, Run
from .terminal import seen_on_terminal


def printed(run: Run, *arguments: str) -> list[Any]:
    """The objects that `generate` prints."""
    finished = run("generate", *arguments)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == "" or finished.stdout.endswith("\n")
    return [json.loads(line) for line in finished.stdout.split("\n")[:-1]]


def test_it_prints_realistic_incidents_of_the_data_set_of_that_size(run: Run) -> None:
    assert (
        printed(run, "--count", "30", "--seed", "5")
        == realistic(seed=5, incidents=30).collections["incidents"]
    )


def test_it_prints_ten_by_default(run: Run) -> None:
    assert printed(run) == realistic(incidents=10).collections["incidents"]


@pytest.mark.parametrize(("collection", "schema"), COLLECTIONS.items())
def test_whatever_a_realistic_data_set_holds_can_be_printed(
    run: Run, document: Document, dataset: Dataset, collection: str, schema: str
) -> None:
    rows = printed(run, "--schema", schema, "--count", "3")

    assert len(rows) == min(3, len(dataset.collections[collection]))
    assert all(map(document.validator({"$ref": f"#/components/schemas/{schema}"}).is_valid, rows))


@pytest.mark.parametrize("schema", ["IncidentUpdateV2", "ActionV3", "FollowUpV3", "IncidentAttachmentV1"])
def test_there_are_as_many_of_what_belongs_to_incidents_as_are_asked_for(run: Run, schema: str) -> None:
    rows = printed(run, "--schema", schema, "--count", "500")

    assert len({row["id"] for row in rows}) == 500


def test_none_can_be_asked_for(run: Run) -> None:
    assert printed(run, "--count", "0") == []


def test_of_settings_there_are_no_more_than_the_organisation_has(run: Run) -> None:
    assert [row["name"] for row in printed(run, "--schema", "SeverityV1", "--count", "50")] == [
        "Minor",
        "Major",
        "Critical",
    ]


@pytest.mark.parametrize("schema", ["IncidentV2", "ErrorResponse"])
def test_conforming_objects_are_permitted_and_go_by_seed(run: Run, document: Document, schema: str) -> None:
    arguments = ("--shape", "conforming", "--schema", schema, "--count", "20")
    objects = printed(run, *arguments)

    assert len(objects) == 20
    assert all(map(document.validator({"$ref": f"#/components/schemas/{schema}"}).is_valid, objects))
    assert printed(run, *arguments) == objects
    assert printed(run, *arguments, "--seed", "1") != objects


def test_the_covering_set_is_printed_whole_unless_fewer_are_asked_for(run: Run, document: Document) -> None:
    whole = printed(run, "--shape", "covering", "--schema", "ActorV2")

    assert all(map(document.validator({"$ref": "#/components/schemas/ActorV2"}).is_valid, whole))
    assert {frozenset(each) for each in whole} >= {
        frozenset(),
        frozenset({"user", "alert", "workflow", "api_key"}),
    }
    assert printed(run, "--shape", "covering", "--schema", "ActorV2", "--count", "1") == whole[:1]
    assert printed(run, "--shape", "covering", "--schema", "ActorV2", "--count", "9999") == whole


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--schema", "Nonsense"], "Nonsense"),
        (["--schema", "ErrorResponse"], "IncidentV2"),
        (["--schema", "Nonsense", "--shape", "conforming"], "Nonsense"),
        (["--schema", "Nonsense", "--shape", "covering"], "Nonsense"),
        (["--count", "-1"], "--count"),
        (["--count", "many"], "--count"),
        (["--seed", "1.5"], "--seed"),
        (["--shape", "odd"], "--shape"),
        (["IncidentV2"], "IncidentV2"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_and_exit_code_2(run: Run, arguments: list[str], said: str) -> None:
    refused = run("generate", *arguments)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("incident-double: ")
    assert refused.stderr.count("\n") == 1
    assert said in refused.stderr


@pytest.mark.parametrize("shape", ["realistic", "conforming"])
def test_it_prints_as_it_goes_and_stops_silently_when_nobody_reads(shape: str) -> None:
    """No more would fit into memory, and none of it is worth waiting for."""
    arguments = [str(COMMAND), "generate", "--shape", shape, "--count", str(10**9)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = json.loads(running.stdout.readline())
        running.stdout.close()
        assert (running.wait(timeout=30), running.stderr.read()) == (0, b"")
    assert "custom_field_entries" in first


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_reported_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        finished = subprocess.run([COMMAND, "generate"], stdout=full, stderr=subprocess.PIPE, check=False)

    assert finished.returncode == 2
    assert finished.stderr.startswith(b"incident-double: No space left")
    assert finished.stderr.count(b"\n") == 1


def shown_on_terminal(count: int) -> tuple[bytes, int]:
    """What a person sees of a run whose output goes to a pipe, and how many lines that gets."""
    return seen_on_terminal(["generate", "--count", str(count)], lambda output: sum(1 for _ in output))


def test_a_long_run_shows_a_person_how_far_it_is() -> None:
    shown, lines = shown_on_terminal(2_000)

    assert lines == 2_000
    assert b"generate" in shown
    assert b"%" in shown


def test_a_short_run_shows_nothing() -> None:
    assert shown_on_terminal(20) == (b"", 20)


def test_a_long_run_that_nobody_watches_shows_nothing(run: Run) -> None:
    assert len(printed(run, "--count", "2000")) == 2_000
