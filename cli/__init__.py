"""The command `incident-double`: one module for each subcommand, imported when it is called."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

COMMANDS = {
    "serve": "Serve a double of the incident.io API until it is interrupted.",
    "run": "Run a command whose client reaches a double.",
    "generate": "Print objects of one schema, one on each line.",
    "fuzz": "Find what breaks a client's decoder.",
    "check": "Judge how a command's client talks to the API.",
    "rules": "List the rules for clients, or explain one of them.",
    "replay": "Say of each finding of a report whether it still shows.",
    "conform": "Judge a server: this double, or the real API.",
    "operations": "List every operation and how the double answers it.",
    "drift": "Say how another document differs from the bundled one.",
}
"""Every subcommand with its line of help. The module `cli/commands/<name>.py` holds it as `command`."""
_OF_HARNESS = {"fuzz", "conform"}
"""Those that need the extra `harness`, whatever they are asked."""


class _Subcommands(click.Group):
    """A group that imports a subcommand only to run it, not to list it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name in _OF_HARNESS:
            from ..fixtures.harness_extra import require_harness  # noqa: PLC0415 - only for these

            require_harness(cmd_name)
        command: click.Command = import_module(f".commands.{cmd_name}", __name__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Subcommands, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="incident-double", message="%(prog)s %(version)s")
def group() -> None:
    """A local, stateful double of the incident.io API, and the data to fill it."""


def main() -> int:
    """Run the command line. Returns the exit code.

    A subcommand returns its exit code, or None for 0. Bad input is one line on stderr and 2, whether click
    found it, a document is unusable or the operating system refused. Ctrl-C is 130.
    A fault of our own is one line, which names a file to send, and 70.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed by whoever began this process
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
    try:
        status = group.main(prog_name="incident-double", standalone_mode=False)
    except click.Abort:
        return 130
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "incident-double"
        return _refuse(f"{error.format_message().removesuffix('.')} (see '{command} --help')")
    except click.ClickException as error:
        return _refuse(error.format_message())
    except SystemExit:
        return 2  # click has no other answer to whoever reads no further, and 1 is for findings
    except OSError as error:
        from .running.crashes import reason_of  # noqa: PLC0415 - too slow to import for `--help`

        return _refuse(reason_of(error))
    except Exception as error:  # noqa: BLE001 - a fault of our own must not look like a verdict
        from ..fixtures.harness_extra import MissingHarnessError  # noqa: PLC0415 - too slow to import for `--help`
        from ..openapi import DocumentError  # noqa: PLC0415
        from ..openapi.intake.reading import InputError  # noqa: PLC0415

        if isinstance(error, DocumentError | InputError | MissingHarnessError):
            return _refuse(str(error))
        from .running.crashes import CRASHED, crashed  # noqa: PLC0415

        _complain(crashed(error, sys.argv[1:], os.environ))
        return CRASHED
    return status if isinstance(status, int) else 0


def _refuse(message: str) -> int:
    _complain(message)
    return 2


def _complain(message: str) -> None:
    from ..openapi.intake.printable import one_line  # noqa: PLC0415 - not for what goes well

    click.echo(f"incident-double: {one_line(message)}", err=True)
