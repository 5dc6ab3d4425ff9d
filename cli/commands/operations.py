"""`incident-double operations`: how each operation of a document is answered."""

from pathlib import Path

import click

from ...mock_server.pipeline.dispatch import answers
from ...openapi import Document, bundled, read_document


@click.command("operations")
@click.option(
    "--document",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="List those of this document instead of the bundled one.",
)
def command(path: Path | None) -> None:
    """List every operation and how the double answers it.

    Its family, where it has one, is what shares its state. `behaviour`: as the real API does. `state`: as a
    collection or single thing that the document implies. `schema`: a plausible answer, stable by seed and arguments.
    """
    rows = table(bundled() if path is None else read_document(path))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def table(document: Document) -> list[tuple[str, str, str, str]]:
    """Give a heading, then method and path, operationId, how it is answered, and family, for each operation."""
    found = answers(document)
    return [
        ("REQUEST", "OPERATION", "ANSWERED BY", "FAMILY"),
        *(
            (f"{each.method} {each.path}", each.id, found[each.id].how, found[each.id].family)
            for each in document.operations.values()
        ),
    ]
