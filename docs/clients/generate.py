"""Writes what is found in the two public Python clients: `python docs/clients/generate.py`, about a minute.

Both are judged as they are published, in the versions that requirements-dev.lock names.
"""

import json
import re
from collections.abc import Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import SHAPES, inputs
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.drive.adapters import find_adapter
from incident_double.contract_tests.drive.conversations import hold_conversations
from incident_double.contract_tests.drive.talk import Talk
from incident_double.contract_tests.findings import Finding
from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.rules import rules
from incident_double.contract_tests.wire.recording import Recorder
from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document, Json, bundled
from incident_double.openapi.overlay import seed_revision

FOLDER = Path(__file__).resolve().parent
SCHEMA = "IncidentV2"
EXAMPLES = 1_000
_LONGEST = 300
_SLOW = 2.0
"""Seconds that the slow answer takes here; it makes no difference to what is found."""


class Client(NamedTuple):
    """A published package, and what stands out in it."""

    name: str
    package: str
    about: str
    on_the_wire: str

    @property
    def target(self) -> str:
        """What is fuzzed."""
        return f"{self.package}.models.incident_v2:{SCHEMA}.from_dict"

    @property
    def page(self) -> Path:
        """Where its report is."""
        return FOLDER / f"{self.name}.md"


CLIENTS = (
    Client(
        "incident-io",
        "incident_io",
        "The vendor's own. It takes every enum value and every new property. It refuses a time that ends in a "
        "lower-case `z`, which RFC 3339 permits, and an answer of an older revision, since properties that were added "
        "as required are not there; `null` where a list may be absent ends in a TypeError.",
        "Of an error that is no JSON (an empty 404, or a proxy's page with a 404, a 429 or a 500) the caller sees the "
        "JSON decoder's exception, and neither the status nor how long to wait.",
    ),
    Client(
        "python-incidentio-client",
        "incident_io_client",
        "Made from an older revision of the document. Its enums are closed: a value that the vendor adds, which counts "
        "as an additive change, breaks every incident that has it. One that was added since is refused today; that "
        "finding is marked as skew. Lists that were absent come back as empty ones.",
        "Every filter of the incidents list is written as the text of a Python dictionary, which the API ignores: the "
        "caller gets all incidents and takes them for those that were asked for.",
    ),
)


def fuzzed(client: Client, document: Document, older: Document) -> list[Finding]:
    """What `incident-double fuzz` finds."""
    fuzz = Fuzz(CallableTarget(client.target), document, SCHEMA, built_against=older)
    fuzz.run(islice(inputs(document, SCHEMA, seed=0, shapes=SHAPES), EXAMPLES))
    return fuzz.findings()


def driven(client: Client) -> list[Finding]:
    """What `incident-double check --client` finds."""
    document, dataset = bundled(), realistic()
    double = Double(document, dataset)
    recorder = Recorder(double)
    with serving(create_app(double)) as base_url:
        connect = find_adapter(f"openapi-python-client:{client.package}", document)
        talk = Talk(connect, base_url, double, recorder, dataset)
        try:
            return judge(hold_conversations(talk, slow=_SLOW))
        finally:
            talk.close()


def fuzz_section(client: Client) -> str:
    """What the decoder does wrong, with the current contract and with the older revision."""
    current, seed = bundled(), seed_revision(bundled())
    now = fuzzed(client, current, seed)
    known = {each.id for each in now}
    before = [
        each for each in fuzzed(client, seed, current) if each.id not in known and each.severity == "error"
    ]
    command = f"incident-double fuzz {client.target} --examples {EXAMPLES}"
    parts = [
        *("## Decoding", "", client.about, ""),
        *_shell(command),
        *_decode_table(now),
        "",
        "A counterexample is a realistic incident with one thing changed; shown is what it has at that place.",
        "",
        "### An older revision",
        "",
        "Served the incidents of the older revision that is built in, these errors come in addition.",
        "",
        *_shell(f"{command} --document seed"),
        *(_decode_table(before) if before else ["None."]),
        "",
    ]
    return "\n".join(parts)


def wire_section(client: Client, found: Sequence[Finding]) -> str:
    """What is wrong with its conversation."""
    rows = [_row([*_named(each), _operation(each), _exchange(each)]) for each in _by_place(found)]
    return "\n".join(
        [
            *("## On the wire", "", client.on_the_wire, ""),
            *_shell(f"incident-double check --client openapi-python-client:{client.package}"),
            "| rule | severity | verdict | place | exchange |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def meaning_section(found: Sequence[Finding]) -> str:
    """What each rule that was broken says."""
    broken = sorted({each.rule for each in found})
    lines = [f"- [{each}](../rules.md#{each}): {rules()[each].title}" for each in broken]
    return "\n".join(["## What it means", "", *lines, ""])


def page(client: Client) -> str:
    """The whole report."""
    current, seed = bundled(), seed_revision(bundled())
    on_the_wire = driven(client)
    everything = [*fuzzed(client, current, seed), *fuzzed(client, seed, current), *on_the_wire]
    head = [
        f"# {client.name} {version(client.name)}",
        "",
        "What `incident-double` finds in this package as it is published. Written by",
        "`python docs/clients/generate.py`.",
        "",
    ]
    sections = fuzz_section(client), wire_section(client, on_the_wire), meaning_section(everything)
    return "\n".join([*head, *sections])


def _shell(command: str) -> list[str]:
    return ["```sh", command, "```", ""]


def _decode_table(found: Sequence[Finding]) -> list[str]:
    rows = [_row([*_named(each), _place(each), _code(each.message), _shown(each)]) for each in found]
    return [
        "| rule | severity | verdict | place | what happens | counterexample |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _named(finding: Finding) -> list[str]:
    return [f"[{finding.rule}](../rules.md#{finding.rule})", finding.severity, finding.verdict]


def _place(finding: Finding) -> str:
    if len(finding.places) > 1:
        return f"{len(finding.places)} places"
    return _code(finding.pointer) if finding.pointer else ""


def _by_place(found: Sequence[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: (each.rule, each.operation or "", each.pointer or ""))


def _operation(finding: Finding) -> str:
    return f"{finding.operation} {_code(finding.pointer)}" if finding.pointer else finding.operation or ""


def _exchange(finding: Finding) -> str:
    """What was met and what came of it, without what differs from run to run."""
    reported = re.sub(r"[0-9A-HJKMNP-TV-Z]{26}|\d{4}-\d\d-\d\d", "…", finding.message)
    reported = re.sub(r": \d+ seconds$", "", reported)
    return f"{_code(finding.tier.partition('=')[0])}: {reported}" if finding.tier else reported


def _shown(finding: Finding) -> str:
    """What an incident has at the place of the finding."""
    value = finding.counterexample
    if isinstance(value, dict) and value.keys() == {"base64"}:
        return "a body"
    for name in (finding.pointer or "").split("/")[1:]:
        try:
            value = value[int(name) if isinstance(value, list) else name]
        except (KeyError, IndexError, TypeError, ValueError):
            return "nothing there"
    return _reported(finding.pointer, value) if finding.pointer else "any incident"


def _reported(pointer: str, value: Json) -> str:
    text = json.dumps(value)
    return _code(f"{pointer}: {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}".removeprefix(": "))


def _code(text: str | None) -> str:
    return f"`{text}`"


if __name__ == "__main__":
    for each in CLIENTS:
        each.page.write_text(page(each), encoding="utf-8")
