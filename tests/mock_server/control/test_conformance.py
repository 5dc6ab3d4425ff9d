"""The control plane keeps to its own document, whatever it is asked."""

import os
import subprocess
import sys
from pathlib import Path

from ...serving import serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("CONFORMANCE_EXAMPLES", "3")


def test_every_answer_is_as_its_document_has_it(tmp_path: Path) -> None:
    with serving("--no-rate-limit", "--incidents", "5") as served:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{served.base_url}/_double/openapi.json"),
            *(
                "--checks",
                CHECKS,
                "--max-examples",
                EXAMPLES,
                "--seed",
                "0",
                "--phases",
                "examples,coverage,fuzzing",
            ),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert "Traceback" not in served.log()
