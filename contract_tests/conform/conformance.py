"""Holding a server against its own document, with every phase and every check of Schemathesis."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from ...fixtures.domain.identifiers import NOBODYS_ID
from ...openapi import Document, Json
from ..findings import Finding, in_order, without_indices

DOCUMENT_PATH = "/v1/openapiV3.json"
_CONFIGURATION = Path(__file__).with_name("conformance.toml")
_LISTS = {
    "actions": "/v3/actions",
    "catalog_types": "/v3/catalog_types",
    "custom_fields": "/v2/custom_fields",
    "follow_ups": "/v3/follow_ups",
    "incident_roles": "/v2/incident_roles",
    "incident_statuses": "/v1/incident_statuses",
    "incident_timestamps": "/v2/incident_timestamps",
    "incident_types": "/v1/incident_types",
    "incidents": "/v2/incidents",
    "schedules": "/v2/schedules",
    "severities": "/v1/severities",
    "teams": "/v3/teams",
    "users": "/v2/users",
}
"""The dictionaries of conformance.toml, and where their ids are listed."""
_FAILURES = "failures.jsonl"
"""Where conformance_hooks.py writes every failure that counts, one on each line."""
_READ_ONLY = """
[phases.coverage]
unexpected-methods = ["TRACE"]  # by default others are tried too, which a server might obey
"""


@dataclass(frozen=True, slots=True)
class Conformance:
    """How far a server keeps to its document."""

    passed: bool
    text: str
    """What Schemathesis says, for a person."""
    report: Mapping[str, Any]
    """Its JSON report."""
    findings: Sequence[Finding]
    """What is wrong: one for each kind of failure, operation and place."""


def check_conformance(
    base_url: str,
    api_key: str,
    *,
    max_examples: int,
    seed: int = 0,
    options: Sequence[str] = (),
    document: Document | None = None,
    read_only: bool = False,
) -> Conformance:
    """Test every operation of a document with up to `max_examples` requests in each phase.

    The document is the one that the server serves, if none is given. Creates, changes and deletes what it likes,
    unless `read_only`, which sends nothing but GET and TRACE. Waits out a rate limit as long as an answer asks for.
    `options` go to `schemathesis run` as they are. Raises httpx.HTTPError when the server can't be reached, and
    RuntimeError when Schemathesis can't run.
    """
    with TemporaryDirectory() as folder:
        location = [f"{base_url}{DOCUMENT_PATH}"]
        if document is not None:
            Path(folder, "openapi.json").write_text(json.dumps(document.raw))
            location = ["openapi.json", "--url", base_url]
        if read_only:
            options = ["--include-method=GET", *options]
        _write_configuration(Path(folder), base_url, api_key, seed, read_only)
        report = Path(folder, "report.json")
        run = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
                *(
                    "run",
                    *location,
                    "--seed",
                    str(seed),
                    "--max-examples",
                    str(max_examples),
                    "--rate-limit=auto",
                ),
                *("--report", "json", "--report-json-path", str(report), *options),
            ],
            cwd=folder,
            env={**os.environ, "INCIDENT_API_KEY": api_key, "INCIDENT_DOUBLE_FAILURES": _FAILURES},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if not report.exists():
            raise RuntimeError(run.stdout)
        report_json = json.loads(report.read_text())
        return Conformance(
            run.returncode == 0,
            run.stdout,
            report_json,
            in_order(_findings(Path(folder, _FAILURES), report_json["errors"])),
        )


def _write_configuration(folder: Path, base_url: str, api_key: str, seed: int, read_only: bool) -> None:
    configuration = _CONFIGURATION.read_text() + (_READ_ONLY if read_only else "")
    (folder / "schemathesis.toml").write_text(configuration)
    rng = random.Random(seed)
    headers = {"authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=base_url, headers=headers) as client:
        for name, ids in _known_ids(client):
            rng.shuffle(ids)  # the first ones are drawn most often
            lines = [f"{json.dumps(id_)}\n" for id_ in ids or [NOBODYS_ID]]
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


def _findings(failures: Path, errors: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """One for all failures of one kind, operation and place, with the smallest exchange that shows it."""
    lines = failures.read_text().splitlines() if failures.exists() else []
    groups: dict[tuple[str, ...], list[Any]] = {}
    for failure in map(json.loads, lines):
        pointer = without_indices(failure["pointer"])
        groups.setdefault((failure["title"], failure["operation"], pointer), []).append(failure)
    for same in groups.values():
        first = min(same, key=lambda each: len(json.dumps(each["exchange"]["request"])))
        yield _finding(
            first["title"],
            first["message"],
            len(same),
            first["operation"],
            first["pointer"],
            first["exchange"],
        )
    for error in errors:
        yield _finding(error["title"], "Schemathesis could not go on", error["count"])


def _finding(
    title: str,
    message: str,
    count: int,
    operation: str | None = None,
    pointer: str | None = None,
    counterexample: Json = None,
) -> Finding:
    return Finding(
        rule=re.sub(r"\W+", "-", title.lower()).strip("-"),
        outcome="wrong-answer",
        severity="error",
        message=message,
        count=count,
        operation=operation,
        pointer=pointer,
        counterexample=counterexample,
    )
