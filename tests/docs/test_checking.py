"""What docs/checking.md says of `incident-double check` is so."""

import re
import shlex
from pathlib import Path

import pytest

from incident_double.cli.commands.check import command
from incident_double.contract_tests.rules import rules
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.faults.kinds import HELP, kinds_for
from incident_double.mock_server.webhooks.signing import check_secret
from incident_double.openapi import Document

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "checking.md").read_text(encoding="utf-8")
LINES = re.findall(r"^incident-double check .*$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_a_shown_command_line_is_understood(line: str, document: Document) -> None:
    arguments = shlex.split(line, comments=True)[2:]
    context = command.make_context("check", arguments)

    assert context.params["command_line"] or context.params["webhook"]
    for fault in context.params["faults"]:
        parse_fault(fault, document)
    if context.params["webhook_secret"]:
        check_secret(context.params["webhook_secret"])


def test_every_kind_of_fault_is_reported(document: Document) -> None:
    table = PAGE[PAGE.index("| kind |") : PAGE.index("Several faults")]
    kinds = {kind for kind in kinds_for(document.operations.values()) if not kind.isdecimal()}
    named = {kind for kind in kinds if not kind.endswith("-html")} | {"502", "503", "504"}

    reported = set(re.findall(r"`([a-z0-9-]+)(?:=SECONDS)?`", table.replace("`429=SECONDS`", "")))
    assert reported == named
    assert [kind for kind in named if kind not in HELP] == []


def test_the_rules_that_it_names_exist() -> None:
    named = re.findall(
        r"`([a-z]+(?:-[a-z]+)+)`", PAGE[PAGE.index("Several faults") : PAGE.index("## Webhooks")]
    )

    assert named
    assert set(named) <= set(rules())
