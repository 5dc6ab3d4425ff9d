"""Declare an incident for a report: `python -m examples.retrying_writer 4711 "Checkout answers 502"`."""

import os
import sys

import requests

from .writer import RefusedError, Report, UnreachableError, Writer


def main(id_: str, name: str) -> None:
    """Declare it, and print its reference."""
    with requests.Session() as session:
        session.headers["authorization"] = f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"
        writer = Writer(session, os.environ["INCIDENT_IO_BASE_URL"])
        try:
            print(writer.declare(Report(id_, name))["reference"])
        except (RefusedError, UnreachableError) as error:
            sys.exit(f"not declared: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
