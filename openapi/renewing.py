"""Packs the facts of a newer document of the vendor's: `python -m incident_double.openapi.renewing FILE`."""

import sys
from pathlib import Path

from .document import DocumentError, read_document
from .vendor_facts import PATH, facts_of, pack


def main(arguments: list[str]) -> int:
    """Pack the facts of the document in a file, in place of those before; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("give one file: a document of the vendor's\n")
        return 2
    try:
        document = read_document(Path(arguments[0]))
        _ = document.operations  # every one of them can be read
        PATH.write_bytes(pack(facts_of(document.raw)))
    except DocumentError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (AttributeError, KeyError, TypeError) as error:
        sys.stderr.write(f"{arguments[0]}: not built as the vendor's documents are ({error!r})\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
