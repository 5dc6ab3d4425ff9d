"""What the pages on public clients list is what is found in them."""

import re
import runpy

import pytest

from incident_double.contract_tests.sweep.plan import planned
from incident_double.openapi import Document

GENERATE = runpy.run_path("docs/clients/generate.py")
CLIENTS = {each.name: each for each in GENERATE["CLIENTS"]}


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    """What is found in each decoder now, as its page says."""
    return {name: GENERATE["fuzz_section"](client) for name, client in CLIENTS.items()}


@pytest.mark.parametrize("name", CLIENTS)
def test_what_is_said_of_decoding_is_up_to_date(sections: dict[str, str], name: str) -> None:
    page = CLIENTS[name].page.read_text(encoding="utf-8")

    assert sections[name] in page, "run `python docs/clients/generate.py`"


@pytest.mark.parametrize("name", CLIENTS)
def test_a_page_names_nothing_of_the_machine_that_wrote_it(name: str) -> None:
    page = CLIENTS[name].page.read_text(encoding="utf-8")

    assert re.findall(r"/tmp|/home|/usr|site-packages|127\.0\.0\.1", page) == []


def rows(section: str) -> list[list[str]]:
    """The cells of every finding's row."""
    lines = [line for line in section.splitlines() if line.startswith("| [")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def reported(section: str, severity: str) -> set[tuple[str, str, str]]:
    """The rule, the verdict and the counterexample of every finding of a severity."""
    return {
        (re.sub(r"\[(.*?)\].*", r"\1", row[0]), row[2], row[5]) for row in rows(section) if row[1] == severity
    }


def test_what_is_known_of_the_newer_one_is_found_and_no_other_error(sections: dict[str, str]) -> None:
    section = sections["incident-io"]

    assert reported(section, "error") == {
        ("time-spelling", "bug", '`/created_at: "2000-01-01T00:00:00z"`'),
        # Of the older revision, without last_activity_at.
        ("optional-required", "skew", "nothing there"),
    }
    assert "`KeyError: 'last_activity_at'`" in section
    assert "null-for-absent" in section


def test_what_is_known_of_the_older_one_is_found_and_no_other_error(sections: dict[str, str]) -> None:
    section = sections["python-incidentio-client"]
    errors = [row for row in rows(section) if row[1] == "error"]

    invented = sorted(row[3] for row in errors if "absent-invented" in row[0])
    closed = {row[3]: row[2] for row in errors if "enum-closed" in row[0]}
    assert invented == ["`/duration_metrics`", "`/incident_timestamp_values`"]
    assert closed == {
        "`/creator/user/role`": "bug",
        "`/custom_field_entries/0/custom_field/field_type`": "bug",
        "`/external_issue_reference/provider`": "skew",
        "`/incident_role_assignments/0/role/role_type`": "bug",
        "`/incident_status/category`": "bug",
        "`/incident_type/create_in_triage`": "bug",
        "`/mode`": "bug",
        "`/visibility`": "bug",
    }
    assert len(errors) == len(invented) + len(closed)
    assert "null-for-absent" in section


SWEEPS = runpy.run_path("docs/clients/generate_sweeps.py")


@pytest.mark.endure
@pytest.mark.parametrize("program", ["WRITER", "SDK"])
def test_how_a_program_takes_every_fault_is_as_its_page_has_it(program: str) -> None:
    page = SWEEPS["PAGE"].read_text(encoding="utf-8")

    assert SWEEPS["section"](SWEEPS[program]) in page, "run `python docs/clients/generate_sweeps.py`"


def test_the_page_has_every_fault_that_can_strike_an_operation_of_the_programs(document: Document) -> None:
    page = SWEEPS["PAGE"].read_text(encoding="utf-8")
    for table in re.findall(r"^\| fault .*\n\|---.*\n((?:\| .*\n)+)", page, re.MULTILINE):
        head = page[: page.index(table)].splitlines()[-2]
        operations = [document.operations[each.strip()] for each in head.strip("|").split("|")[1:]]
        planned_kinds = {each.kind for each in planned(operations)}

        assert set(re.findall(r"^\| `(.*?)`", table, re.MULTILINE)) == planned_kinds
    assert page.count("| fault |") == 2
