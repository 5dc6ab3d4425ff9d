"""Every incident of the default data set is fit for both revisions of the contract, and for both SDKs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import incident_io.models
import incident_io_client.models.incident_v2
import pytest

from incident_double.fixtures import realistic
from incident_double.openapi import read_document, rfc3339

INCIDENTS = realistic().collections["incidents"]
DECODERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "official": incident_io.models.IncidentV2.from_dict,
    "older": incident_io_client.models.incident_v2.IncidentV2.from_dict,
}


@pytest.mark.parametrize("revision", ["openapi-current.json", "openapi-seed-revision.json"])
def test_it_is_valid_in_both_of_the_vendors_revisions(shared_documents: Path, revision: str) -> None:
    validator = read_document(shared_documents / revision).validator(
        {"$ref": "#/components/schemas/IncidentV2"}
    )
    assert len(INCIDENTS) == 120
    assert [row["reference"] for row in INCIDENTS if not validator.is_valid(row)] == []


def reported(value: Any) -> Any:
    """The value with every point in time as what it means, whatever its spelling."""
    if isinstance(value, dict):
        return {name: reported(each) for name, each in value.items()}
    if isinstance(value, list):
        return [reported(each) for each in value]
    try:
        return rfc3339.instant(value)
    except (TypeError, ValueError):
        return value


@pytest.mark.parametrize("sdk", DECODERS)
def test_it_decodes_and_encodes_back_to_the_same_facts(sdk: str) -> None:
    for row in INCIDENTS:
        sent = json.loads(json.dumps(row))
        assert reported(DECODERS[sdk](json.loads(json.dumps(row))).to_dict()) == reported(sent)
