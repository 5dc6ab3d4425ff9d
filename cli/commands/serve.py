"""`incident-double serve`: the double on a socket."""

import gc
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from ...fixtures.domain.dataset import EPOCH
from ...fixtures.shapes.shaped_dataset import SHAPES
from ...fixtures.shapes.shaped_dataset import dataset as shaped_dataset
from ...mock_server.clock import Clock, moment
from ...mock_server.pipeline import Double
from ...mock_server.request.authentication import ApiKey, parse_api_key
from ...mock_server.request.messages import CONTROL
from ...mock_server.shells.app import create_app
from ...openapi import bundled, read_document
from ..options.arming import armed, fault_option
from ..options.beginnings import Beginning, beginning_options
from ..options.listening import listen, serve_announced
from ..options.progress import busy, watched
from ..options.webhook_options import check_webhooks


def _moment(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    try:
        return None if text is None else moment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Port; 0 picks a free one."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, another data set.")
@click.option(
    "--incidents",
    type=click.IntRange(0),
    default=120,
    show_default=True,
    help="How many incidents to start with.",
)
@click.option(
    "--shape",
    type=click.Choice(SHAPES),
    default="realistic",
    show_default=True,
    help="Believable incidents; all that the contract permits; one of each fact of it; what may come tomorrow.",
)
@click.option(
    "--api-key",
    "api_keys",
    multiple=True,
    metavar="KEY[=ROLE,ROLE]",
    help="Accept this key, with these roles or with all; repeatable.",
)
@click.option("--no-rate-limit", is_flag=True, help="Never answer 429.")
@click.option(
    "--rate-limit", type=click.IntRange(1), metavar="N", help="Let every bucket hold N requests a minute."
)
@click.option(
    "--document",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Serve this OpenAPI document instead of the bundled one.",
)
@beginning_options
@fault_option
@click.option(
    "--webhook",
    "webhooks",
    multiple=True,
    metavar="URL",
    help="Send an event there for every change of an incident, an action or a follow-up; repeatable.",
)
@click.option("--webhook-secret", metavar="whsec_...", help="Sign events with this; made up if not given.")
@click.option(
    "--control-token",
    metavar="TOKEN",
    envvar="INCIDENT_DOUBLE_CONTROL_TOKEN",
    help="Open the control plane to whoever sends this token, instead of to this machine "
    "(or set INCIDENT_DOUBLE_CONTROL_TOKEN).",
)
@click.option(
    "--clock",
    callback=_moment,
    metavar="ISO",
    help="Start the double's time here, and place the data set before it.",
)
@click.pass_context
def command(
    context: click.Context,
    host: str,
    port: int,
    seed: int,
    incidents: int,
    shape: str,
    api_keys: tuple[str, ...],
    no_rate_limit: bool,
    rate_limit: int | None,
    path: Path | None,
    scenario: str | None,
    state: Path | None,
    faults: tuple[str, ...],
    webhooks: tuple[str, ...],
    webhook_secret: str | None,
    control_token: str | None,
    clock: datetime | None,
) -> None:
    """Serve a double of the incident.io API until it is interrupted."""
    if no_rate_limit and rate_limit is not None:
        raise click.UsageError("--no-rate-limit and --rate-limit exclude each other")
    document = bundled() if path is None else read_document(path)
    keys = _keys(api_keys)
    to_strike = armed(faults, document)
    check_webhooks(webhooks, webhook_secret)
    control_token = _token(control_token)
    beginning = Beginning(context, scenario, state)
    if not beginning.needs_data_set:
        shape, incidents = "realistic", 0
    listener = listen(host, port)
    with _uncollected():
        watch = partial(watched, what="incidents", count=incidents)
        dataset = shaped_dataset(shape, seed=seed, incidents=incidents, now=clock or EPOCH, watch=watch)
        with busy("index", incidents):
            double = Double(
                document,
                dataset,
                keys=keys,
                clock=Clock(clock),
                seed=seed,
                rate_limit=0 if no_rate_limit else rate_limit,
                faults=to_strike,
            )
            beginning.bring(double, clock=clock)
            double.store.belongings.prepare()
            _register(double, webhooks, webhook_secret)
        del dataset  # the double has taken over what it needs
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(
        logging.WARNING
    )  # it would tell of every delivery, with its whole URL
    app = create_app(double, control_token=control_token)
    serve_announced(app, listener, _announcement(double, beginning, listener))
    beginning.end(double)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is made in the block stays: looking for garbage among it, now or later, would only take time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _keys(texts: tuple[str, ...]) -> list[ApiKey]:
    roles = bundled().schemas["IdentityV1"]["properties"]["roles"]["items"]["enum"]
    try:
        return [parse_api_key(text, roles) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--api-key'") from None


def _register(double: Double, urls: tuple[str, ...], secret: str | None) -> None:
    for url in urls:
        double.webhooks.add(url, secret=secret)
    if urls:
        double.begin_here()


def _token(text: str | None) -> str | None:
    if text is not None and not (text and text.isascii() and text.isprintable() and " " not in text):
        problem = "a control token is made of printable ASCII characters, without spaces"
        raise click.BadParameter(problem, param_hint="'--control-token'")
    return text


def _announcement(double: Double, beginning: Beginning, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    base_url = f"http://{shown}:{port}"
    token = double.api_key
    return "\n".join(
        [
            f"{double.store.organisation}: {len(double.store.incidents.index)} incidents{beginning.told}",
            f"base URL  {base_url}",
            f"API key   {token}",
            f"console   {base_url}{CONTROL}",
            *(f"webhook   {each.url}, secret {each.secret}" for each in double.webhooks.endpoints()),
            f"try       curl -s -H 'Authorization: Bearer {token}' '{base_url}/v2/incidents?page_size=1'",
        ]
    )
