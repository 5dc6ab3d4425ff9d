"""The option by which a command arms faults."""

from collections.abc import Iterable

import click

from ...mock_server.faults.arming import KINDS, ArmedFault, parse_fault
from ...openapi import Document

fault_option = click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="SPEC",
    help=f"Let something go wrong: OPERATION:KIND[=SECONDS][*COUNT][@FIRST]; repeatable. KIND is {KINDS}.",
)
"""Hands the command its texts as `faults`."""


def armed(texts: Iterable[str], document: Document) -> list[ArmedFault]:
    """The faults that the texts tell of. Raises click's BadParameter for one that is none."""
    try:
        return [parse_fault(text, document) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--fault'") from None
