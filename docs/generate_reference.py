"""Writes the pages of reference that are taken from the code: `python docs/generate_reference.py`.

A test holds the two together, as with `docs/generate.py`.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from incident_double.cli import COMMANDS, group
from incident_double.contract_tests.findings import Finding
from incident_double.mock_server import RunningDouble, pytest_plugin, running
from incident_double.mock_server.building.building import Declaration, Edit
from incident_double.mock_server.clock import Clock
from incident_double.mock_server.faults.armed_fault import ArmedFault
from incident_double.mock_server.journal.expectations import Expectation
from incident_double.mock_server.journal.journal import Journal
from incident_double.mock_server.request.messages import Exchange
from incident_double.mock_server.webhooks.deliveries import Attempt, Delivery, Endpoint
from incident_double.mock_server.webhooks.webhooks import Webhooks

FOLDER = Path(__file__).resolve().parent
WIDTH = 78
"""As wide as click's help is where no terminal says otherwise."""
_OBJECTS = (
    (Clock, "clock", ("now", "timestamp", "is_frozen", "set", "advance", "freeze", "resume")),
    (Journal, "journal", ("since", "expect", "clear", "count")),
    (Webhooks, "webhooks", ("add", "remove", "enable", "endpoints", "deliveries", "redeliver", "settled")),
)
"""What a test reaches through the double, with the names that are for tests."""
_RECORDS = (Exchange, Expectation, Finding, ArmedFault, Endpoint, Delivery, Attempt)


def command_page() -> str:
    """The command's own help, all of it."""
    parts = [
        *("# Command line", "", "What the command says of itself."),
        *("Every subcommand exits with 2 and one line on stderr when it is asked for what can't be.", ""),
        *_help([], group),
    ]
    for name in COMMANDS:
        found: click.Command = import_module(f"incident_double.cli.commands.{name}").command
        # A new one, since a command remembers the option for help with which it was first called.
        command = click.Command(name, params=found.params, help=found.help)
        parts += [f"## {name}", "", *_help([name], command)]
    return "\n".join(parts)


def _help(names: list[str], command: click.Command) -> Iterator[str]:
    path = " ".join(["incident-double", *names])
    context = click.Context(command, info_name=path, terminal_width=WIDTH, help_option_names=["-h", "--help"])
    yield from ("```sh", f"{path} --help", "```", "", "```text", command.get_help(context), "```", "")


def fixture_page() -> str:
    """The fixture, the options of the plugin and of `running`, and all that a double gives to a test."""
    options = _Options()
    pytest_plugin.pytest_addoption(options)  # type: ignore[arg-type]  # as much of a parser as it asks for
    parts = [
        *("# Fixture and `running`", ""),
        "`incident_double`, the fixture of the pytest plugin, and `incident_double.mock_server.running` give the same",
        "object, a `RunningDouble`. [pytest.md](pytest.md) shows it at work.",
        *("", "## Options of the plugin", ""),
        *("| on the command line | in the configuration | |", "|---|---|---|"),
        *(
            f"| `{option}` | `{option.removeprefix('--').replace('-', '_')}` | {text} |"
            for option, text in options.reported
        ),
        *("", "## running", "", *_signed("running", running), "", *_doc(running), ""),
        *("## RunningDouble", "", *_doc(RunningDouble), "", *_members(RunningDouble, None)),
        *(
            "## Declaration",
            "",
            "What `incident` takes.",
            *_doc(Edit),
            "",
            *_fields_of(Edit, Declaration),
        ),
    ]
    for each, attribute, names in _OBJECTS:
        parts += [
            f"## {each.__name__}",
            "",
            f"The double's `{attribute}`. {_plain(each)}",
            "",
            *_members(each, names),
        ]
    for record in _RECORDS:
        parts += [f"## {record.__name__}", "", *_doc(record), "", *_fields_of(record)]
    return "\n".join(parts)


class _Options:
    """Notes the options that a plugin adds to pytest's parser."""

    def __init__(self) -> None:
        self.reported: list[tuple[str, str]] = []

    def getgroup(self, name: str) -> "_Options":
        return self

    def addoption(self, name: str, *, help: str, **others: Any) -> None:
        self.reported.append((name, help))

    def addini(self, name: str, help: str, *, default: str) -> None:
        pass


def _signed(name: str, callable_: Any) -> list[str]:
    parameters = [
        each.replace(annotation=inspect.Parameter.empty)
        for each in inspect.signature(callable_).parameters.values()
        if each.name != "self"
    ]
    return [f"`{name}{inspect.Signature(parameters)}`"]


def _doc(of: Any) -> list[str]:
    return inspect.cleandoc(of.__doc__).splitlines()


def _plain(of: Any) -> str:
    return " ".join(inspect.cleandoc(of.__doc__).split())


def _members(of: type, names: tuple[str, ...] | None) -> Iterator[str]:
    """A table of public attributes and methods: those named, or all in the order of the code."""
    known = [each for each in vars(of) if not each.startswith("_")]
    yield from ("| name | |", "|---|---|")
    for name in names or known:
        member = vars(of).get(name)
        call = inspect.isfunction(member)
        shown = f"{name}{_arguments(member)}" if call else name
        text = _plain(member) if member is not None else _attributes(of)[name]
        yield f"| `{shown}` | {_cell(text)} |"
    yield ""


def _arguments(function: Any) -> str:
    parts = []
    for each in list(inspect.signature(function).parameters.values())[1:]:
        star = "**" if each.kind is inspect.Parameter.VAR_KEYWORD else ""
        default = "" if each.default is inspect.Parameter.empty else f"={each.default!r}"
        parts.append(f"{star}{each.name}{default}")
    return f"({', '.join(parts)})"


def _fields_of(*records: type) -> Iterator[str]:
    """A table of the fields of records and of what they work out, with what stands below each in the code."""
    yield from ("| name | |", "|---|---|")
    for record in records:
        properties = {
            name: _plain(each)
            for name, each in vars(record).items()
            if isinstance(each, property) and not name.startswith("_")
        }
        for name, text in {**_attributes(record), **properties}.items():
            yield f"| `{name}` | {_cell(text)} |"
    yield ""


def _attributes(of: type) -> Mapping[str, str]:
    """The annotated names of a class in the order of the code, with the text in the line below, or the type."""
    return _annotated(inspect.getsource(of))


_ANNOTATED = re.compile(
    r'^ +(?:self\.)?(?!_)(\w+)(?:: ([^=\n]+?))?(?: = [^\n]+?)?(?:  #[^\n]*)?\n(?: +"""(.+?)""")?',
    re.MULTILINE | re.DOTALL,
)


def _annotated(source: str) -> dict[str, str]:
    return {
        name: " ".join((text or f"`{type_}`").split())
        for name, type_, text in _ANNOTATED.findall(source)
        if type_ or text
    }


def _cell(text: str) -> str:
    linked = re.sub(r"\bbehaviour\.md#([\w-]+)", r"[\1](behaviour.md#\1)", text)
    return linked.replace("|", "&#124;")


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


def pages() -> dict[Path, str]:
    """Every page with its text as it should be."""
    return {FOLDER / "command.md": command_page(), FOLDER / "fixture.md": fixture_page()}


if __name__ == "__main__":
    main()
