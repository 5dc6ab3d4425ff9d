"""What docs/scenarios.md shows and says of scenarios and states is so."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from incident_double.cli.commands.serve import command
from incident_double.mock_server import Double
from incident_double.mock_server.building.building import definitions
from incident_double.mock_server.saved_state.state import exported, load
from incident_double.mock_server.scenarios import SHIPPED
from incident_double.mock_server.scenarios.beginning import begin
from incident_double.mock_server.scenarios.reading import parse_scenario

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}(?: [^\n]*)?\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("line", [line for block in blocks("sh") for line in block.splitlines()])
def test_a_shown_command_line_is_understood(line: str) -> None:
    context = command.make_context("serve", shlex.split(line)[2:])

    assert context.params["scenario"] or context.params["state"]


def test_the_shown_scenario_begins_as_it_says(double: Double) -> None:
    (text,) = blocks("yaml")
    begin(parse_scenario(text, name="shown", source="shown"), double)

    assert len(double.store.incidents.index) == 22
    assert len(double.faults) == 2
    assert double.clock.timestamp() == "2026-06-05T18:00:00Z"


def test_the_shown_python_runs() -> None:
    for example in blocks("python"):
        done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_shown_state_is_taken_in(double: Double) -> None:
    for text in blocks("json"):
        load(double, json.loads(text))

    assert double.store.organisation == "Corner Shop"


def test_every_shipped_scenario_is_reported() -> None:
    assert re.findall(r"^\| `([a-z]+-[a-z]+)` \|", PAGE, re.MULTILINE) == list(SHIPPED)


def test_every_key_of_a_file_is_reported(double: Double) -> None:
    schema = json.loads((ROOT / "mock_server" / "scenarios" / "scenario.json").read_text())["$defs"]
    reported = set(re.findall(r"`([a-z_.]+)`", PAGE))
    keys = {key for name in ("entry_properties", "edit_properties") for key in schema[name]}
    keys |= {key for name in ("incident", "action", "follow_up") for key in definitions()[name]["properties"]}
    keys |= {f"data.{key}" for key in schema["data"]["properties"]}
    keys |= {f"clock.{key}" for key in schema["clock"]["properties"]}
    keys |= schema["scenario"]["properties"].keys() - {"data", "clock"}

    assert keys - reported == set()
    assert {*exported(double), "beyond_contract"} - reported == set()
