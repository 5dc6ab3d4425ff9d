"""The control plane keeps to its own document, whatever it is asked."""

import subprocess
import sys
from pathlib import Path

import pytest

from ...serving import serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
FEW, MANY = 3, 200
"""Requests for each operation in each phase: in the suite, and of `make endure`."""


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.endure)])
def test_every_answer_is_as_its_document_has_it(tmp_path: Path, examples: int) -> None:
    with serving("--no-rate-limit", "--incidents", "5") as served:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{served.base_url}/_double/openapi.json"),
            *(
                "--checks",
                CHECKS,
                "--max-examples",
                str(examples),
                "--seed",
                "0",
                "--phases",
                "examples,coverage,fuzzing",
            ),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert "Traceback" not in served.log()
