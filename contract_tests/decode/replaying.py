"""Putting the counterexamples of an earlier report to a decoder again."""

from collections.abc import Mapping
from typing import Any

from ...fixtures.schema.canonical import canonical
from ...fixtures.schema.places import site
from ...openapi import Document
from ..findings import without_indices
from .inputs import of_report
from .outcomes import Target
from .symptoms import Symptom, symptoms


def still_shows(target: Target, document: Document, name: str, finding: Mapping[str, Any]) -> bool:
    """Say whether a decoder of a schema of the document still does what a finding of a report says.

    Raises ValueError for a counterexample that can't be read, and TargetError when the target can't be run.
    """
    each = of_report(finding.get("counterexample"), finding.get("tier") or "conforming")
    outcome = target.decode(each.text)
    if outcome is None:
        return False
    node = canonical(document, {"$ref": f"#/components/schemas/{name}"})
    return any(_is_the_same(symptom, finding) for symptom in symptoms(node, each, outcome))


def _is_the_same(symptom: Symptom, finding: Mapping[str, Any]) -> bool:
    if symptom.outcome != finding["outcome"]:
        return False
    if symptom.outcome == "leaked-exception":
        return symptom.exception == finding.get("exception")
    if symptom.outcome == "silent-loss" and symptom.path is not None:
        places = finding.get("places") or []
        return symptom.cause[0] == "rounded" or site(symptom.path) in (
            places or [without_indices(finding.get("pointer"))]
        )
    return True
