"""The same run finds the same, and one cause is one finding however often it shows."""

import json
import os
import subprocess
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import Input, inputs
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.openapi import Document

from ...serving import COMMAND

OLDER = "incident_io_client.models.incident_v2:IncidentV2.from_dict"


def report(folder: Path, hash_seed: str, seed: str = "0") -> Any:
    """The whole report but for the command line."""
    arguments = ["fuzz", OLDER, "--examples", "300", "--seed", seed, "--json", f"{hash_seed}.json"]
    subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    written = json.loads((folder / f"{hash_seed}.json").read_text())
    assert written.pop("arguments")[:2] == ["fuzz", OLDER]
    return written


def test_the_same_seed_gives_the_same_report_in_any_process(tmp_path: Path) -> None:
    first = report(tmp_path, "1")

    assert len(first["findings"]) > 20
    assert report(tmp_path, "2") == first
    assert report(tmp_path, "3", seed="7") != first


def close_an_enum(value: Any) -> Any:
    if value["mode"] == "new_value":
        raise LookupError(value["mode"], value["id"])
    return value


def test_ten_thousand_objects_with_one_cause_are_one_finding(document: Document) -> None:
    some = islice(inputs(document, "IncidentV2", seed=0, shapes=["conforming"]), 200)
    failing = [
        Input({**each.value, "mode": "new_value"}, "evolved", "new-enum-value", ("mode",)) for each in some
    ]
    target = CallableTarget(f"{__name__}:close_an_enum")
    fuzz = Fuzz(target, document, "IncidentV2")
    fuzz.run(islice(chain.from_iterable(repeat(failing)), 10_000))

    (finding,) = fuzz.findings()
    assert (finding.rule, finding.pointer, finding.count) == ("enum-closed", "/mode", 10_000)
