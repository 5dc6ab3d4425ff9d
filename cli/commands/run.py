"""`incident-double run`: a command whose client reaches a double, whatever host it has as a constant."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from click.core import ParameterSource

from ...mock_server.intercepting.hosts import listening_at
from ...mock_server.request.authentication import DEFAULT_TOKEN
from ...mock_server.shells.app import create_app
from ...mock_server.shells.serving import serving
from ..options.double import DOUBLE_PARAMETERS, DoubleOptions, double_options
from ..options.interception import Interception, interception_options, require_extra
from ..running.descendants import ending_descendants
from ..running.subject import running

_SECONDS_TO_CONNECT = 5
_BY_SIGNAL = 128
"""What shells add to the number of the signal that ended a command."""


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.argument("command_line", nargs=-1, type=click.UNPROCESSED, metavar="[--] COMMAND...")
@click.option("--on", "url", metavar="URL", help="Use the double that runs there, instead of a new one.")
@interception_options
@double_options
@click.pass_context
def command(
    context: click.Context,
    command_line: tuple[str, ...],
    url: str | None,
    interception: Interception,
    made_of: DoubleOptions,
) -> int:
    """Run a command whose client reaches a double.

    It may have https://api.incident.io as a constant: COMMAND needs no change and no configuration, but is brought to
    the double through the variables that OpenSSL, requests, curl, Node, Java and Go look at. INCIDENT_IO_BASE_URL and
    INCIDENT_IO_API_KEY are set as well. The rest of the web is refused, but for the hosts that are let through. Exits
    as COMMAND does.
    """
    if not command_line:
        raise click.UsageError("give a COMMAND, after -- and the options")
    require_extra("run")
    with _environment(context, url, interception, made_of) as variables:
        try:
            with ending_descendants(), running(command_line, variables) as process:
                status = process.wait()
        except KeyboardInterrupt:
            return 130
    return status if status >= 0 else _BY_SIGNAL - status


@contextmanager
def _environment(
    context: click.Context, url: str | None, interception: Interception, made_of: DoubleOptions
) -> Iterator[Mapping[str, str]]:
    """The variables that COMMAND is given, with a double behind them until the block ends."""
    if url is not None:
        _require_alone(context)
        _require_listening(url)
        with interception.variables(url) as variables:
            yield {**variables, **_addressing(url.rstrip("/"), made_of.api_key or DEFAULT_TOKEN)}
        return
    double = made_of.make()
    app = create_app(double, control_token=made_of.control_token)
    with serving(app) as base_url, interception.variables(app) as variables:
        yield {**variables, **_addressing(base_url, double.api_key)}
    made_of.beginning.save(double)


def _addressing(base_url: str, api_key: str) -> dict[str, str]:
    return {"INCIDENT_IO_BASE_URL": base_url, "INCIDENT_IO_API_KEY": api_key}


def _require_alone(context: click.Context) -> None:
    """Raise click's error where the double that runs would have to be made otherwise."""
    for parameter in context.command.params:
        name = str(parameter.name)
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if is_given and name in DOUBLE_PARAMETERS and name != "api_keys":
            raise click.UsageError(f"--on and {parameter.opts[0]} exclude each other", context)


def _require_listening(url: str) -> None:
    """Raise click's error where nobody listens at a URL, or it isn't a double's."""
    try:
        there = listening_at(url)
        socket.create_connection((there.host, there.port), _SECONDS_TO_CONNECT).close()
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--on'") from None
    except OSError:
        raise click.ClickException(f"nobody listens at {url}") from None
