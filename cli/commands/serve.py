"""`incident-double serve`: the double on a socket."""

import logging
import socket
from collections.abc import Iterable

import click

from ...mock_server.journal.redaction import without_password
from ...mock_server.pipeline import Double
from ...mock_server.request.messages import CONTROL
from ...mock_server.shells.app import create_app
from ...openapi.intake.printable import printable
from ..options.accounts import AccountOptions, account_options
from ..options.beginnings import Beginning
from ..options.doors import Doors, door_options
from ..options.double import DoubleOptions, double_options
from ..options.interception import Interception, interception_options
from ..options.origins import origin_option, require_origins
from ..running.ending import Ending
from ..running.listening import listen, reachable, serve_announced


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen on this address.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Listen on this port; 0 picks a free one.",
)
@origin_option
@door_options
@interception_options
@account_options
@double_options
def command(
    host: str,
    port: int,
    origins: tuple[str, ...],
    doors: Doors,
    interception: Interception,
    holding: AccountOptions,
    made_of: DoubleOptions,
) -> None:
    """Serve a double of the incident.io API until it is interrupted."""
    require_origins(origins, host)
    listener = listen(host, port)
    doors.listen(host)
    double = made_of.make()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every delivery, with its whole URL
    accounts = holding.accounts(double, made_of.beginning)
    app = create_app(accounts, control_token=made_of.control_token, origins=origins)
    beginning = made_of.beginning
    with Ending(beginning.is_saved_as) as ending:
        with doors.opened(app, interception) as lines:
            serve_announced(app, listener, _announcement(double, beginning, listener, lines), ending)
        ending.begin_saving()
        beginning.save(double)


def _announcement(double: Double, beginning: Beginning, listener: socket.socket, more: Iterable[str]) -> str:
    base_url = f"http://{reachable(listener)}"
    token = double.api_key
    return "\n".join(
        printable(line)
        for line in [
            f"{double.store.organisation}: {len(double.store.incidents.index)} incidents{beginning.described}",
            f"base URL  {base_url}",
            f"API key   {token}",
            f"console   {base_url}{CONTROL}",
            *(
                f"webhook   {without_password(each.url)}, secret {each.secret}"
                for each in double.webhooks.endpoints()
            ),
            *beginning.announced,
            *more,
            f"try       curl -s -H 'Authorization: Bearer {token}' '{base_url}/v2/incidents?page_size=1'",
        ]
    )
