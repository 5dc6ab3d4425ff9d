"""The exporter is complete, stops, and waits when it is reported to; without a socket, and without waiting."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from incident_double.mock_server import RunningDouble

from . import export
from .export import CATEGORIES, COLUMNS, MODES, Exporter, write

LONG_AGO = date(2020, 1, 1)
LIST = "Incidents V2#List"


@pytest.fixture
def client(incident_double: RunningDouble) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {incident_double.api_key}"}
    transport = incident_double.transport
    incident_double.clock.advance(days=1)  # a day on which nothing has happened yet
    with httpx.Client(transport=transport, base_url="http://double.test", headers=headers) as client:
        yield client


def test_every_category_and_mode_is_there(client: httpx.Client, incident_double: RunningDouble) -> None:
    incident_double.incident(name="A drill", mode="test", severity="Minor")
    incident_double.incident(name="No incident at all", status="Declined")
    found = list(Exporter(client).incidents(LONG_AGO))

    assert {"A drill", "No incident at all"} <= {each["name"] for each in found}
    assert len(found) == client.get("/_double/health").json()["incidents"]
    query = {"status_category[one_of]": CATEGORIES, "mode[one_of]": MODES}
    incident_double.journal.expect(LIST, query=query)


def test_pages_are_read_to_the_end_and_no_further(
    client: httpx.Client, incident_double: RunningDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 50)
    found = [each["id"] for each in Exporter(client).incidents(LONG_AGO)]

    assert len(found) == len(set(found)) > 100
    incident_double.journal.expect(LIST, count=len(found) // 50 + 1)
    assert incident_double.findings == []


def test_only_what_was_updated_since_is_exported(
    client: httpx.Client, incident_double: RunningDouble
) -> None:
    today = incident_double.clock.now().date()
    incident_double.edit_incident("INC-7", summary="Looked at again")

    assert [each["reference"] for each in Exporter(client).incidents(today)] == ["INC-7"]


def test_it_waits_as_long_as_it_is_asked_to_and_goes_on(
    client: httpx.Client, incident_double: RunningDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 50)
    incident_double.fault(LIST, "429", seconds=7, first=2, count=2)
    waited: list[float] = []
    found = list(Exporter(client, wait=waited.append).incidents(LONG_AGO))

    assert waited == [7, 7]
    assert len(found) == client.get("/_double/health").json()["incidents"]


def test_a_table_has_a_row_for_each(incident_double: RunningDouble, client: httpx.Client) -> None:
    incident_double.incident(name='Commas, "quotes"\nand lines', status="Triage")
    file = io.StringIO()
    write(Exporter(client).incidents(incident_double.clock.now().date()), file)
    heading, *rows = csv.reader(io.StringIO(file.getvalue()))

    assert heading == COLUMNS
    assert [(each[1], each[4]) for each in rows] == [('Commas, "quotes"\nand lines', "")]


def test_the_program_itself(incident_double: RunningDouble) -> None:
    """Over a socket, as it is run."""
    known = {"INCIDENT_IO_BASE_URL": incident_double.base_url, "INCIDENT_IO_API_KEY": incident_double.api_key}
    program = [sys.executable, str(Path(export.__file__)), "2020-01-01"]
    done = subprocess.run(program, env=os.environ | known, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("reference,name,status")
    assert "INC-120," in done.stdout
