"""All incidents that were updated since a day, as CSV: `python export.py 2026-05-01 > incidents.csv`."""

import csv
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TextIO

import httpx

CATEGORIES = ["triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged"]
"""All of them: what isn't asked for is left out, declined, canceled and merged incidents first of all."""
MODES = ["standard", "retrospective", "test", "tutorial"]
PAGE = 250
COLUMNS = ["reference", "name", "status", "category", "severity", "mode", "created_at", "updated_at"]


class Exporter:
    """Reads page after page; `wait` is given the seconds to pause when the API asks for it."""

    def __init__(self, client: httpx.Client, *, wait: Callable[[float], object] = time.sleep) -> None:
        self._client = client
        self._wait = wait

    def incidents(self, since: date) -> Iterator[dict[str, Any]]:
        """Every incident that was updated on that day or later, newest first."""
        query: dict[str, Any] = {
            "status_category[one_of]": CATEGORIES,
            "mode[one_of]": MODES,
            "updated_at[gte]": since.isoformat(),
            "page_size": PAGE,
        }
        while True:
            page = self._page(query)
            yield from page["incidents"]
            after = page.get("pagination_meta", {}).get("after")
            if not after:
                return
            query["after"] = after

    def _page(self, query: dict[str, Any]) -> Any:
        while True:
            response = self._client.get("/v2/incidents", params=query)
            if response.status_code != 429:
                return response.raise_for_status().json()
            self._wait(float(response.headers.get("retry-after", 1)))


def row(incident: dict[str, Any]) -> list[str]:
    """The columns of an incident; one in triage may have no severity yet."""
    status = incident["incident_status"]
    return [
        incident["reference"],
        incident["name"],
        status["name"],
        status["category"],
        incident.get("severity", {}).get("name", ""),
        incident["mode"],
        incident["created_at"],
        incident["updated_at"],
    ]


def write(incidents: Iterator[dict[str, Any]], file: TextIO) -> None:
    """Write the table, its heading first."""
    table = csv.writer(file)
    table.writerow(COLUMNS)
    table.writerows(row(each) for each in incidents)


if __name__ == "__main__":
    headers = {"authorization": f"Bearer {os.environ['INCIDENT_IO_API_KEY']}"}
    with httpx.Client(base_url=os.environ["INCIDENT_IO_BASE_URL"], headers=headers) as client:
        write(Exporter(client).incidents(date.fromisoformat(sys.argv[1])), sys.stdout)
