"""`incident-double check --client`: driving a client, for a person at a terminal."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ...contract_tests.drive.adapters import find_adapter
from ...contract_tests.drive.client import AdapterError, Connect
from ...contract_tests.drive.conversations import hold_conversations
from ...contract_tests.drive.talk import Talk
from ...contract_tests.wire.recording import Recorder
from ...fixtures import Dataset
from ...mock_server.pipeline import Double
from ...openapi import Document


def adapter(name: str, document: Document) -> Connect:
    """Give the adapter of that name. Raises click's error when there is none."""
    try:
        return find_adapter(name, document)
    except AdapterError as error:
        raise click.BadParameter(str(error), param_hint="'--client'") from None


@contextmanager
def talking(
    connect: Connect, base_url: str, double: Double, recorder: Recorder, dataset: Dataset
) -> Iterator[Talk]:
    """Give a talk with a client, which is let go of at the end. Raises click's error when the adapter can't go on."""
    try:
        talk = Talk(connect, base_url, double, recorder, dataset)
        try:
            yield talk
        finally:
            talk.close()
    except AdapterError as error:
        raise click.ClickException(str(error)) from None


def hold(talk: Talk, *, examples: int, seed: int) -> None:
    """Have every conversation; on a terminal, say which one goes on."""
    announce = _announce if sys.stderr.isatty() else None
    hold_conversations(talk, examples=examples, seed=seed, announce=announce)


def _announce(conversation: str) -> None:
    click.echo(f"{conversation}…", err=True)


def passed_over(talk: Talk) -> Iterator[str]:
    """Yield what the client couldn't be asked for."""
    for call, count in sorted(Counter(talk.unsupported).items()):
        yield f"{call} ({count} times)" if count > 1 else call
