"""The option that says which pages in a browser may use a double that is served."""

from ipaddress import ip_address

import click

from ...mock_server.shells.cross_origin import EVERY_ORIGIN, parse_origin

origin_option = click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages of this origin read and write, such as http://localhost:5173; '*' for any, on a loopback address; "
    "repeatable.",
)


def require_origins(origins: tuple[str, ...], host: str) -> None:
    """Raise click's error for what is no origin, and for any origin where others than this machine are served."""
    try:
        parsed = [parse_origin(text) for text in origins]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--allow-origin'") from None
    if EVERY_ORIGIN in parsed and not _is_loopback(host):
        problem = f"'*' is for a loopback address only, not for {host}: name the origins"
        raise click.BadParameter(problem, param_hint="'--allow-origin'")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
