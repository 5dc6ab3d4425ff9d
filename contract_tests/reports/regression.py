"""A ready pytest test for a finding: it fails as long as the client does what was found."""

import json
import keyword
import pprint
import re
from collections.abc import Mapping
from typing import Any

from ..findings import Finding


def regression_test(finding: Finding, about: Mapping[str, Any]) -> str | None:
    """Give the test's source; None for what can't be seen from one decoded value in Python."""
    target = about.get("target")
    if (
        not isinstance(target, str)
        or ":" not in target
        or not isinstance(finding.counterexample, dict | list)
    ):
        return None
    if finding.outcome not in ("leaked-exception", "silent-loss") or finding.tier == "broken":
        return None
    module, _, path = target.partition(":")
    first = path.partition(".")[0]
    value = pprint.pformat(finding.counterexample, width=100, sort_dicts=False)
    lines = [
        f"from {module} import {first}",
        "",
        "",
        f"def test_{_name(finding)}():",
        f"    # {finding.message}",
        f"    sent = {_indented(value)}",
    ]
    if finding.outcome == "leaked-exception":
        return "\n".join([*lines, f"    {path}(sent)", ""])
    imports, document = _document_of(about.get("document"))
    encode, import_encoder = _encoder_of(about.get("encode"))
    needed = [
        "from incident_double.contract_tests.wire.differences import changed",
        *imports,
        *import_encoder,
    ]
    schema = json.dumps(about.get("schema", "IncidentV2"))
    return "\n".join(
        [
            *sorted([*needed, lines[0]]),
            *lines[1:],
            f"    returned = {encode.format(f'{path}(sent)')}",
            f"    assert changed({schema}, sent, returned{document}) == []",
            "",
        ]
    )


def _document_of(path: str | None) -> tuple[list[str], str]:
    """What a test imports and says to compare by another document than the bundled one."""
    if path is None:
        return [], ""
    if path == "seed":
        return [
            "from incident_double.openapi import bundled",
            "from incident_double.openapi.overlay import seed_revision",
        ], ", document=seed_revision(bundled())"
    imports = ["from pathlib import Path", "from incident_double.openapi import read_document"]
    return imports, f", document=read_document(Path({json.dumps(path)}))"


def _encoder_of(encode: str | None) -> tuple[str, list[str]]:
    """How a test encodes what is put in for `{}`, and what it imports for that."""
    module, colon, path = (encode or "to_dict").partition(":")
    if not colon:
        return f"{{}}.{module}()", []
    return f"{path}({{}})", [f"from {module} import {path.partition('.')[0]}"]


def _name(finding: Finding) -> str:
    words = re.sub(r"\W+", "_", f"{finding.rule} {finding.pointer or ''}").strip("_").lower()
    return f"{words}_" if keyword.iskeyword(words) else words


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
