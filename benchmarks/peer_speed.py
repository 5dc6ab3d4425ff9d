"""Showing an incident, against plain Starlette with the same bytes: `python -m benchmarks.peer_speed PORT KEY`."""

import json
from itertools import repeat
from time import perf_counter

import click

from . import servers
from .answers import compare

ROUNDS = 9


@click.command()
@click.argument("port", type=click.IntRange(1, 65535))
@click.argument("key")
def main(port: int, key: str) -> None:
    """Compare the server on that PORT of 127.0.0.1."""
    peer = servers.MeasuredServer(port, key)
    path = f"/v2/incidents/{json.loads(peer.get('/v2/incidents'))['incidents'][0]['id']}"
    with servers.plain(peer.get(path)) as plain:
        ratio = compare(peer, plain, repeat(path), ROUNDS, lambda _: perf_counter())
    click.echo(f"{ratio:.3f} of plain Starlette's requests a second")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.peer_speed")
