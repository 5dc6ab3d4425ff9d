"""What people copy into their continuous integration does what it says."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from incident_double.cli.commands.serve import command as serve

from ..serving import COMMAND

ROOT = Path(__file__).resolve().parents[2]
ACTIONS: Any = yaml.safe_load((ROOT / "examples/ci/github-actions.yaml").read_text(encoding="utf-8"))
SERVICES: Any = yaml.safe_load((ROOT / "examples/ci/compose.yaml").read_text(encoding="utf-8"))["services"]
DOUBLE = SERVICES["incident-double"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
SCRIPTS = [step["run"] for job in ACTIONS["jobs"].values() for step in job["steps"] if "run" in step]
CONTROL_TOKEN = "INCIDENT_DOUBLE_CONTROL_TOKEN"


def in_dockerfile(pattern: str) -> list[str]:
    """The words of an instruction in its JSON form."""
    (found,) = re.findall(rf"^{pattern} +(\[.+\])$", DOCKERFILE, re.MULTILINE)
    words: list[str] = json.loads(found)
    return words


def test_every_command_line_of_the_workflow_is_understood() -> None:
    lines = [
        line for script in SCRIPTS for line in script.splitlines() if line.startswith("incident-double ")
    ]

    assert lines
    for line in lines:
        words = shlex.split(line.partition(">")[0])
        assert words[:2] == ["incident-double", "serve"]
        context = serve.make_context("serve", words[2:])
        assert ACTIONS["jobs"]["node"]["env"]["INCIDENT_IO_BASE_URL"].endswith(f":{context.params['port']}")


def test_the_packages_and_options_of_the_workflow_exist() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (installed,) = [words for script in SCRIPTS if len(words := script.split()) > 3 and words[0] == "pip"]

    assert installed[:3] == ["pip", "install", "incident-double"]
    assert [name for name in installed[3:] if f'"{name}>=' not in pyproject] == []
    assert "pytest -n auto" in SCRIPTS


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_step_that_starts_the_double_ends_when_it_is_ready(tmp_path: Path) -> None:
    (script,) = [each for each in SCRIPTS if "serve" in each]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    known = {name: value.replace("8080", port) for name, value in ACTIONS["jobs"]["node"]["env"].items()}
    known["PATH"] = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    asked = 'curl --silent --header "authorization: Bearer $INCIDENT_IO_API_KEY" "$INCIDENT_IO_BASE_URL/v1/identity"'
    done = subprocess.run(
        ["bash", "-e", "-c", f"{script.replace('8080', port)}\necho\n{asked}\nkill $!\nwait"],
        cwd=tmp_path,
        env=os.environ | known,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    health, identity = done.stdout.splitlines()

    assert json.loads(health)["status"] == "ok"
    assert "identity" in json.loads(identity), (tmp_path / "double.log").read_text()


def test_the_service_is_what_the_image_runs() -> None:
    word, *arguments = DOUBLE["command"]
    context = serve.make_context(word, arguments)

    assert in_dockerfile("ENTRYPOINT") == ["incident-double"]
    assert DOUBLE["command"][: len(in_dockerfile("CMD"))] == in_dockerfile("CMD")[: len(DOUBLE["command"])]
    assert context.params["host"] == "0.0.0.0"
    assert f"EXPOSE {context.params['port']}" in DOCKERFILE


def test_the_service_is_healthy_when_the_image_says_so() -> None:
    kind, *words = DOUBLE["healthcheck"]["test"]

    assert (kind, words) == ("CMD", in_dockerfile("HEALTHCHECK .* CMD"))


def test_the_tests_are_shown_how_to_reach_the_service() -> None:
    known = SERVICES["tests"]["environment"]
    context = serve.make_context("serve", DOUBLE["command"][1:])

    assert known["INCIDENT_IO_BASE_URL"] == f"http://incident-double:{context.params['port']}"
    assert context.params["api_keys"] == (known["INCIDENT_IO_API_KEY"],)
    assert known[CONTROL_TOKEN] == DOUBLE["environment"][CONTROL_TOKEN]
    assert SERVICES["tests"]["depends_on"]["incident-double"] == {"condition": "service_healthy"}


def test_the_control_token_is_taken_from_the_environment() -> None:
    assert CONTROL_TOKEN in {parameter.envvar for parameter in serve.params}
