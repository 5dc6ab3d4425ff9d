"""What docs/fuzzing.md says of `incident-double fuzz` is so."""

import json
import re
import shlex
from pathlib import Path
from typing import get_args

import pytest

from incident_double.cli.commands.fuzz import command
from incident_double.contract_tests.decode.inputs import SHAPES
from incident_double.contract_tests.findings import Outcome

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "fuzzing.md").read_text(encoding="utf-8")
LINES = re.findall(r"^incident-double fuzz .*$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_a_shown_command_line_is_understood(line: str) -> None:
    context = command.make_context("fuzz", shlex.split(line)[2:])

    assert (context.params["target"] is None) != (context.params["process"] is None)


def test_every_option_that_it_names_exists() -> None:
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= known


def test_every_shape_is_reported() -> None:
    order = re.findall(r"^\d\. `(\w+)`:", PAGE, re.MULTILINE)
    assert tuple(order) == SHAPES


def test_every_outcome_is_reported() -> None:
    reported = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE))
    assert reported == set(get_args(Outcome)) - {
        "wrong-request",
        "ignored-signal",
        "wrong-answer",
    }  # seen on the wire


def test_the_lines_of_the_protocol_are_json() -> None:
    blocks = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    lines = [json.loads(line) for block in blocks for line in block.splitlines()]
    assert [sorted(line) for line in lines] == [["id", "json"], ["id", "value"], ["error", "id"]]
