"""What a page shows and nobody can run here is at least read: workflows, services, slow commands, others' commands."""

import json
import re
import shlex
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import metadata
from typing import Any

import click
from packaging.requirements import Requirement

from incident_double.cli import COMMANDS

from .pages import ROOT

FOREIGN = ("pip", "make", "docker", "npm", "go", "git")


def parse(words: list[str]) -> None:
    """Have click read a command line of incident-double."""
    assert words[0] in COMMANDS, f"no such subcommand: {words[0]}"
    command: click.Command = import_module(f"incident_double.cli.commands.{words[0]}").command
    command.make_context(words[0], words[1:])


def check_foreign(words: list[str]) -> None:
    if words[:2] == ["pip", "install"]:
        for name in words[2:]:
            wanted = Requirement(name)
            extras = metadata(wanted.name).get_all("Provides-Extra") or []
            assert wanted.extras <= {*extras}, f"{wanted.name} has no such extra: {name}"
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), words[1]


def check_workflow(reported: Mapping[Any, Any]) -> None:
    """GitHub Actions, as far as a page goes: jobs with steps, whose command lines can be read."""
    assert reported.get(True) or reported.get("on"), "a workflow says when it runs"
    for job in reported["jobs"].values():
        assert job["runs-on"]
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            for line in step.get("run", "").replace("\\\n", " ").splitlines():
                _check_line(line.partition(" > ")[0].removesuffix("&").strip())
        for service in job.get("services", {}).values():
            assert service["image"]


def check_compose(reported: Mapping[str, Any]) -> None:
    for name, service in reported["services"].items():
        assert "image" in service or "build" in service, name
        command = service.get("command", [])
        words = shlex.split(command) if isinstance(command, str) else command
        if words and words[0] in COMMANDS:
            parse(words)
        for other in service.get("depends_on", {}):
            assert other in reported["services"]


def _check_line(line: str) -> None:
    words = shlex.split(line)
    if words and words[0] == "incident-double":
        parse(words[1:])
    elif words and words[0] in FOREIGN:
        check_foreign(words)


def values(text: str) -> list[Any]:
    """The value of a block, or those of its lines."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def assert_within(reported: Any, actual: Any, place: str = "") -> None:
    """What a page shows of a value is in it: of objects not all properties, of lists not all items after `…`."""
    if isinstance(reported, dict):
        for name, value in reported.items():
            assert name in actual, f"{place}/{name} is not there"
            assert_within(value, actual[name], f"{place}/{name}")
    elif isinstance(reported, list):
        assert len(reported) == len(actual), f"{place} has {len(actual)} items"
        for number, value in enumerate(reported):
            assert_within(value, actual[number], f"{place}/{number}")
    elif isinstance(reported, str) and "…" in reported:
        assert re.fullmatch(re.escape(reported).replace("…", ".*"), str(actual)), f"{place}: {actual}"
    else:
        assert reported == actual, f"{place}: {actual}"
