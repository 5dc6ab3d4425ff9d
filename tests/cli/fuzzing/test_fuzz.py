"""`incident-double fuzz`, run as a person runs it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ..conftest import Run

NEWER = "incident_io.models.incident_v2:IncidentV2.from_dict"
OLDER = "incident_io_client.models.incident_v2:IncidentV2.from_dict"
DECODER = """
class RefusedError(Exception):
    pass


class Incident:
    def __init__(self, value):
        self.value = value
        if value["mode"] not in ("standard", "retrospective", "test", "tutorial"):
            raise ValueError("no such mode")

    def to_dict(self):
        return self.value


def strict(value):
    if not isinstance(value, dict) or "name" not in value:
        raise RefusedError
    return value
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    (tmp_path / "my_client.py").write_text(DECODER, encoding="utf-8")
    return tmp_path


def findings(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["findings"]
    return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give either TARGET or --exec COMMAND"),
        (["json:loads", "--exec", "cat"], "give either TARGET or --exec COMMAND"),
        (["json:loads", "--fetch"], "--fetch goes with --exec"),
        (["nothing"], "not of the form module:callable: nothing"),
        (["no_such_module:decode"], "can't load no_such_module:decode"),
        (["json:no_such_name"], "can't load json:no_such_name"),
        (["json:__name__"], "not callable: json:__name__"),
        (["json:loads", "--encode", "json:no_such_name"], "can't load json:no_such_name"),
        (["json:loads", "--expect", "json.dumps"], "not an exception: json.dumps"),
        (["json:loads", "--schema", "Nothing"], "the document has no schema Nothing"),
        (["json:loads", "--document", "missing.json"], "missing.json: No such file"),
        (["json:loads", "--built-against", "missing.json"], "missing.json: No such file"),
        (["json:loads", "--baseline", "missing.json"], "missing.json: No such file"),
        (["json:loads", "--json", "no/such/folder/report.json"], "no such folder"),
        (["--exec", "no-such-command-anywhere"], "can't start no-such-command-anywhere"),
        (["--exec", "'"], "No closing quotation"),
        (["json:loads", "--examples", "0"], "0 is not in the range"),
        (["json:loads", "--shape", "odd"], "'odd' is not one of"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_code_2(arguments: list[str], said: str, run: Run) -> None:
    refused = run("fuzz", *arguments)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("incident-double: ")
    assert refused.stderr.count("\n") == 1
    assert said in refused.stderr


def test_a_client_that_breaks_is_reported(run: Run, client: Path) -> None:
    done = run("fuzz", "my_client:Incident", "--examples", "300", "--expect", "KeyError")

    assert done.returncode == 1
    assert (
        "error  enum-closed  ValueError: no such mode\n    my_client.py:10 in __init__\n    at /mode"
        in done.stdout
    )
    assert "\n1 error, " in done.stdout
    assert "no round trip" not in done.stdout
    first = done.stdout.splitlines().index("mend first:") + 1
    assert done.stdout.splitlines()[first].startswith(
        "  1. error enum-closed at /mode: ValueError: no such mode ["
    )


def test_what_a_model_leaves_out_is_an_error_only_if_it_is_to_be_complete(run: Run, client: Path) -> None:
    (client / "partial.py").write_text(
        "def decode(value):\n    return {'id': value['id']}\n", encoding="utf-8"
    )
    (client / "same.py").write_text("def same(value):\n    return value\n", encoding="utf-8")
    common = ("fuzz", "partial:decode", "--encode", "same:same", "--shape", "realistic")

    partial = run(*common)
    assert partial.returncode == 0
    assert "note  partial-model  models 1 of " in partial.stdout
    complete = run(*common, "--complete")
    assert complete.returncode == 1
    assert "error  value-changed  /name: sent " in complete.stdout


def test_findings_are_annotations_in_github_actions(run: Run, client: Path) -> None:
    common = ("fuzz", "my_client:Incident", "--examples", "300", "--expect", "KeyError")

    done = run(*common, "--github")
    assert done.stdout.startswith(
        "::error file=my_client.py,line=10,title=enum-closed /mode::ValueError: no such mode"
    )
    assert "::error" not in run(*common, "--no-github").stdout


def test_the_exit_code_is_for_what_is_at_least_as_bad_as_asked_for(run: Run, client: Path) -> None:
    common = ("fuzz", "my_client:strict", "--expect", "my_client.RefusedError", "--examples", "300")

    assert run(*common).returncode == 0
    assert run(*common, "--fail-on", "note").returncode == 1


def test_only_the_chosen_shape_is_tried(run: Run, client: Path) -> None:
    done = run("fuzz", "my_client:Incident", "--shape", "realistic")
    assert done.returncode == 0
    reported = re.fullmatch(
        r"100 inputs tried, met (\d+) of 1953 facts of IncidentV2", done.stdout.splitlines()[-1]
    )
    assert reported is not None
    assert 100 < int(reported[1]) < 1953  # people don't write everything that is permitted


def test_what_is_found_is_kept_and_tried_first(run: Run, client: Path) -> None:
    common = ("fuzz", "my_client:Incident", "--corpus", "corpus")
    assert run(*common, "--examples", "300").returncode == 1
    assert list((client / "corpus").glob("*.json"))

    again = run(*common, "--examples", "10", "--shape", "evolved")
    assert again.returncode == 1
    assert "enum-closed" in again.stdout


def test_a_budget_ends_the_run(run: Run, client: Path) -> None:
    done = run("fuzz", "my_client:strict", "--expect", "my_client.RefusedError", "--budget", "0.5")
    assert (done.returncode, "inputs tried" in done.stdout) == (0, True)


def test_the_older_revision_lacks_what_the_newer_sdk_needs(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run(
        "fuzz",
        NEWER,
        "--document",
        "seed",
        "--shape",
        "conforming",
        "--examples",
        "60",
        "--json",
        str(report),
    )

    missing = [each for each in findings(report) if each["rule"] == "optional-required"]
    assert [(each["pointer"], each["exception"], each["verdict"]) for each in missing] == [
        ("/last_activity_at", "KeyError", "skew")
    ]


def test_what_is_new_since_the_clients_revision_is_skew(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run("fuzz", OLDER, "--examples", "250", "--json", str(report))

    closed = {each["pointer"]: each["verdict"] for each in findings(report) if each["rule"] == "enum-closed"}
    assert closed["/external_issue_reference/provider"] == "skew"
    assert {closed[name] for name in ("/mode", "/visibility", "/incident_status/category")} == {"bug"}


def test_another_document_can_be_fuzzed_against(run: Run, client: Path) -> None:
    library = Path(__file__).parents[2] / "mock_server" / "generic" / "documents" / "library.json"
    schemas = json.loads(library.read_text(encoding="utf-8"))["components"]["schemas"]
    name = next(each for each in sorted(schemas) if schemas[each].get("type") == "object")

    done = run(
        *("fuzz", "my_client:strict", "--document", str(library), "--schema", name, "--examples", "200"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "my_client.py:18 in strict" in done.stdout  # a refusal that nobody has declared
    assert int(done.stdout.splitlines()[-1].split()[0]) > 150
