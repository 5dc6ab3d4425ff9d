"""Holding a server against its own document, with every phase and every check of Schemathesis."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

DOCUMENT_PATH = "/v1/openapiV3.json"
_CONFIGURATION = Path(__file__).with_name("conformance.toml")
_LISTS = {
    "actions": "/v3/actions",
    "custom_fields": "/v2/custom_fields",
    "follow_ups": "/v3/follow_ups",
    "incident_roles": "/v2/incident_roles",
    "incident_statuses": "/v1/incident_statuses",
    "incident_timestamps": "/v2/incident_timestamps",
    "incident_types": "/v1/incident_types",
    "incidents": "/v2/incidents",
    "severities": "/v1/severities",
    "teams": "/v3/teams",
    "users": "/v2/users",
}
"""The dictionaries of conformance.toml, and where their ids are listed."""
_NOBODYS_ID = "00000000000000000000000000"


@dataclass(frozen=True, slots=True)
class Conformance:
    """How far a server keeps to its document."""

    passed: bool
    text: str
    """What Schemathesis says, for a person."""
    report: Mapping[str, Any]
    """Its JSON report."""


def check_conformance(
    base_url: str, api_key: str, *, max_examples: int, seed: int = 0, options: Sequence[str] = ()
) -> Conformance:
    """Test every operation of the document that the server serves, with up to `max_examples` requests in each phase.

    Creates, changes and deletes what it likes. `options` go to `schemathesis run` as they are, such as
    `--include-method=GET`. Raises httpx.HTTPError when the server can't be reached, and RuntimeError when
    Schemathesis can't run.
    """
    with TemporaryDirectory() as folder:
        _write_configuration(Path(folder), base_url, api_key, seed)
        report = Path(folder, "report.json")
        run = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
                *(
                    "run",
                    f"{base_url}{DOCUMENT_PATH}",
                    "--seed",
                    str(seed),
                    "--max-examples",
                    str(max_examples),
                ),
                *("--report", "json", "--report-json-path", str(report), *options),
            ],
            cwd=folder,
            env={**os.environ, "INCIDENT_API_KEY": api_key},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if not report.exists():
            raise RuntimeError(run.stdout)
        return Conformance(run.returncode == 0, run.stdout, json.loads(report.read_text()))


def _write_configuration(folder: Path, base_url: str, api_key: str, seed: int) -> None:
    shutil.copyfile(_CONFIGURATION, folder / "schemathesis.toml")
    rng = random.Random(seed)
    headers = {"authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=base_url, headers=headers) as client:
        for name, ids in _known_ids(client):
            rng.shuffle(ids)  # the first ones are drawn most often
            lines = [f"{json.dumps(id_)}\n" for id_ in ids or [_NOBODYS_ID]]
            (folder / name).write_text("".join(lines))


def _known_ids(client: httpx.Client) -> Iterator[tuple[str, list[str]]]:
    known = {name: _ids(client, name, path) for name, path in _LISTS.items()}
    yield from known.items()
    options = [
        _ids(client, "custom_field_options", "/v1/custom_field_options", custom_field_id=field)
        for field in known["custom_fields"]
    ]
    yield "custom_field_options", [id_ for ids in options for id_ in ids]


def _ids(client: httpx.Client, name: str, path: str, **query: str) -> list[str]:
    response = client.get(path, params=query)
    # Of a list that can't be had no id is known; Schemathesis will say what is wrong with it.
    return [row["id"] for row in response.json()[name]] if response.status_code == 200 else []
