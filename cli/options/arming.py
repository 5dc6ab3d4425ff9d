"""The option by which a command arms faults."""

from collections.abc import Iterable

import click

from ...mock_server.faults.armed_fault import ArmedFault
from ...mock_server.faults.arming import parse_fault
from ...mock_server.faults.kinds import HELP
from ...openapi import Document

fault_option = click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="SPEC",
    help=f"Let something go wrong: OPERATION:KIND[=SECONDS][*COUNT][@FIRST]; repeatable. KIND is {HELP}.",
)
"""Hands the command its texts as `faults`."""


def armed(texts: Iterable[str], document: Document) -> list[ArmedFault]:
    """Read the faults that the texts name. Raises click's BadParameter for one that there isn't."""
    try:
        return [parse_fault(text, document) for text in texts]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--fault'") from None
