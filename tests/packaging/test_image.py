"""What the Dockerfile says, tried without a container engine. What it builds from is seen to in test_wheel.py."""

import json
import re
import subprocess
import sys

from ..serving import COMMAND, serving
from .conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")


def words(pattern: str) -> list[str]:
    """The words of an instruction in its JSON form."""
    (found,) = re.findall(rf"^{pattern} +(\[.+\])$", DOCKERFILE, re.MULTILINE)
    parsed: list[str] = json.loads(found)
    return parsed


def test_the_image_runs_a_command_that_exists() -> None:
    assert words("ENTRYPOINT") == ["incident-double"]
    shown = subprocess.run([COMMAND, *words("CMD"), "--help"], capture_output=True, text=True, check=False)

    assert (shown.returncode, shown.stderr) == (0, "")


def test_the_health_check_passes_while_the_double_answers_and_fails_after() -> None:
    python, *arguments = words("HEALTHCHECK .* CMD")
    port = words("CMD")[-1]
    assert python == "python"
    assert port in arguments[-1]

    def exit_code(served_port: str) -> int:
        check = [sys.executable, *(word.replace(port, served_port) for word in arguments)]
        return subprocess.run(check, capture_output=True, check=False).returncode

    with serving() as served:
        served_port = served.base_url.rpartition(":")[2]
        assert exit_code(served_port) == 0
    assert exit_code(served_port) != 0
