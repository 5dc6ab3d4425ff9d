"""A ready pytest test for a finding: it fails as long as the client does what was found."""

import json
import keyword
import pprint
import re
from collections.abc import Mapping
from typing import Any

from ..findings import Finding


def regression_test(finding: Finding, about: Mapping[str, Any]) -> str | None:
    """The test's source; None for what can't be told from one decoded value in Python."""
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
    lines[0] = f"from incident_double.contract_tests.decode.differences import changed\n{lines[0]}"
    encode = about.get("encode") or "to_dict"
    schema = json.dumps(about.get("schema", "IncidentV2"))
    return "\n".join(
        [
            *lines,
            f"    returned = {path}(sent).{encode}()",
            f"    assert changed({schema}, sent, returned) == []",
            "",
        ]
    )


def _name(finding: Finding) -> str:
    words = re.sub(r"\W+", "_", f"{finding.rule} {finding.pointer or ''}").strip("_").lower()
    return f"{words}_" if keyword.iskeyword(words) else words


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
