import inspect
import re
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path
from pkgutil import iter_modules

import click
import pytest

from incident_double import cli
from incident_double.cli import commands
from incident_double.openapi import DocumentError

from .conftest import COMMAND, Run


def test_help_lists_every_command_with_its_line_in_order(run: Run) -> None:
    shown = run("--help")

    assert (shown.returncode, shown.stderr) == (0, "")
    listed = [line.split(maxsplit=1) for line in shown.stdout.split("Commands:\n")[1].splitlines()]
    assert listed == [[name, line] for name, line in cli.COMMANDS.items()]


def test_help_imports_no_subcommand_and_nothing_heavy() -> None:
    """Slow imports are what makes a command feel slow; the clock of a busy machine can't tell."""
    code = (
        "import sys; from incident_double.cli import group; group(['--help'], standalone_mode=False);"
        "print('modules:', *sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    modules = set(printed.split("modules:")[1].split())

    assert "click" in modules
    assert {name for name in modules if name.startswith("incident_double.")} == {"incident_double.cli"}
    assert not modules & {"asyncio", "faker", "hypothesis", "jsonschema_rs", "uvicorn", "yaml"}


def test_a_shell_can_complete_the_commands(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_INCIDENT_DOUBLE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "incident-double ")
    monkeypatch.setenv("COMP_CWORD", "1")

    assert run().stdout.split() == [f"plain,{name}" for name in cli.COMMANDS]


def test_every_subcommand_is_listed() -> None:
    modules = {
        each.name: import_module(f"{commands.__name__}.{each.name}")
        for each in iter_modules(commands.__path__)
    }

    assert {name for name, module in modules.items() if hasattr(module, "command")} == set(cli.COMMANDS)


VERBS = (
    *(
        "Accept",
        "Answer",
        "Ask",
        "Begin",
        "Create",
        "Deliver",
        "Drive",
        "End",
        "Exit",
        "Fuzz",
        "Get",
        "Give",
        "Go",
    ),
    *(
        "Have",
        "Keep",
        "Let",
        "List",
        "Listen",
        "Make",
        "Name",
        "Never answer",
        "Offer",
        "Open",
        "Pass",
        "Print",
        "Run",
    ),
    *("Say", "Send", "Serve", "Show", "Sign", "Stand", "Start", "Sweep", "Take", "Try", "Use", "Write"),
)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_what_is_said_of_an_option_begins_with_what_it_does(name: str) -> None:
    command: click.Command = import_module(f"{commands.__name__}.{name}").command
    said = [each.help or "" for each in command.params if isinstance(each, click.Option)]

    assert [each for each in said if not re.match(rf"({'|'.join(VERBS)})\b", each)] == []


def test_whoever_reads_no_further_gets_no_verdict() -> None:
    process = subprocess.Popen(
        [COMMAND, "check", "--", sys.executable, "-c", "pass"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.close()

    assert process.wait(60) == 2


def test_version_is_that_of_the_distribution(run: Run) -> None:
    assert run("--version").stdout == f"incident-double {metadata.version('incident-double')}\n"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_a_subcommand_says_first_what_the_list_says_of_it(name: str) -> None:
    command = cli.group.get_command(click.Context(cli.group), name)

    assert command is not None
    assert inspect.cleandoc(command.help or "").splitlines()[0] == cli.COMMANDS[name]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing command"),
        (["--verbose"], "--verbose"),
        (["sevre"], "sevre"),
        *([[name, "--no-such-option"], "--no-such-option"] for name in cli.COMMANDS),
    ],
    ids=str,
)
def test_bad_input_is_one_line_on_stderr_and_exit_code_2(run: Run, arguments: list[str], said: str) -> None:
    refused = run(*arguments)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("incident-double: ")
    assert refused.stderr.count("\n") == 1
    assert said in refused.stderr
    assert "--help" in refused.stderr


@pytest.mark.parametrize(
    ("raised", "line"),
    [
        (DocumentError("api.yaml: not an OpenAPI document"), "api.yaml: not an OpenAPI document"),
        (FileNotFoundError(2, "No such file", "api.yaml"), "api.yaml: No such file"),
        (OSError(98, "Address already in use"), "Address already in use"),
        (TimeoutError("timed out"), "timed out"),
        (click.ClickException("two\nlines"), "two lines"),
        (click.BadParameter("no such day", param_hint="--clock"), "Invalid value for --clock: no such day"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_subcommand_refuses_is_reported_in_one_line(
    raised: Exception, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = call_a_subcommand_that_raises(raised, monkeypatch)

    reported = capsys.readouterr()
    assert (status, reported.out) == (2, "")
    assert reported.err.startswith(f"incident-double: {line}")
    assert reported.err.count("\n") == 1


def test_a_defect_of_ours_is_not_passed_off_as_bad_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call_a_subcommand_that_raises(ValueError("a defect"), monkeypatch) == 70
    (line,) = capsys.readouterr().err.splitlines()
    found = re.fullmatch(
        r"incident-double: a fault of our own: ValueError: a defect; please send (\S+)", line
    )
    assert found is not None
    assert "in fail" in Path(found[1]).read_text(encoding="utf-8")


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call_a_subcommand_that_raises(KeyboardInterrupt(), monkeypatch) == 130
    assert "".join(capsys.readouterr()).strip() == ""


@pytest.mark.parametrize(("returned", "status"), [(None, 0), (0, 0), (1, 1)])
def test_a_subcommand_returns_its_exit_code(
    returned: int | None, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = click.Command("made-up", callback=lambda: returned)

    assert call(command, monkeypatch) == status


def call_a_subcommand_that_raises(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def fail() -> None:
        raise error

    return call(click.Command("made-up", callback=fail), monkeypatch)


def call(command: click.Command, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(type(cli.group), "get_command", lambda *_: command)
    monkeypatch.setattr(sys, "argv", ["incident-double", "made-up"])
    return cli.main()
