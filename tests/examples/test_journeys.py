"""Each example's own tests, run as a user would run them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from ..serving import COMMAND, serving

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
IN_PYTHON = ["sdk_suite", "exporter", "retrying_writer", "webhook_consumer"]
IN_NODE = "node_suite"


@pytest.mark.parametrize("name", IN_PYTHON)
def test_the_tests_of_an_example_pass(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", f"examples/{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_of_an_example_pass_in_a_folder_of_their_own(tmp_path: Path) -> None:
    """People copy them."""
    shutil.copytree(EXAMPLES / "exporter", tmp_path / "exporter")
    command = [sys.executable, "-m", "pytest", "-q", "exporter"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def node(**environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["node", "--test"],
        cwd=EXAMPLES / IN_NODE,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_tests_in_node_start_a_double_of_their_own() -> None:
    done = node()

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_tests_in_node_use_the_double_of_the_environment_with_its_control_token() -> None:
    token = "a-control-token-of-some-length"
    with serving("--api-key", "known-to-both", "--control-token", token) as served:
        done = node(
            INCIDENT_IO_BASE_URL=served.base_url,
            INCIDENT_IO_API_KEY="known-to-both",
            INCIDENT_DOUBLE_CONTROL_TOKEN=token,
            PATH=str(Path(shutil.which("node") or "").parent),  # where there is no double to start
        )
        assert done.returncode == 0, done.stdout + done.stderr
        known = {"authorization": f"Bearer {token}"}
        left = httpx.get(f"{served.base_url}/_double/accounts", headers=known).json()["accounts"]

    assert [each["name"] for each in left] == ["default"]


@pytest.mark.parametrize("name", [*IN_PYTHON, IN_NODE])
def test_an_example_is_small_and_explained(name: str) -> None:
    folder = EXAMPLES / name
    programs = [
        path for path in folder.iterdir() if path.suffix in (".py", ".mjs") and "test" not in path.name
    ]

    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# ")
    assert [path.name for path in programs if len(path.read_text(encoding="utf-8").splitlines()) > 90] == []
