"""`incident-double check --client`: a client is driven from the command line."""

import signal
import subprocess
from pathlib import Path

import pytest

from ...serving import COMMAND

ADAPTER = """
import json, sys, time, urllib.request

class Adapter:
    errors = ()

    def __init__(self, base_url, api_key):
        self.base_url, self.api_key = base_url, api_key

    def call(self, operation_id, path, query, body):
        from incident_double.contract_tests.drive.client import UnsupportedError
        if operation_id != "Severities V1#List":
            raise UnsupportedError(operation_id)
        headers = {"authorization": f"Bearer {self.api_key}"}
        request = urllib.request.Request(f"{self.base_url}/v1/severities", headers=headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

class Losing(Adapter):
    def call(self, *arguments):
        returned = super().call(*arguments)
        return {"severities": returned["severities"][1:]}

class Waiting(Losing):
    calls = 0

    def call(self, operation_id, *arguments):
        if self.calls:
            print("waiting", file=sys.stderr, flush=True)
            time.sleep(60)
        self.calls += operation_id == "Severities V1#List"
        return super().call(operation_id, *arguments)

def unable(base_url, api_key):
    raise OSError("no server for me")
"""


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "my_adapter.py").write_text(ADAPTER)
    return subprocess.run(
        [COMMAND, "check", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_client_that_keeps_every_rule_passes(tmp_path: Path) -> None:
    done = check(tmp_path, "--client", "my_adapter:Adapter")

    assert (done.returncode, done.stderr) == (0, "")
    assert "0 errors, 0 warnings, 0 notes" in done.stdout
    assert "not asked of it: Incidents V2#List" in done.stdout


def test_a_client_that_loses_what_it_was_served_fails(tmp_path: Path) -> None:
    done = check(tmp_path, "--client", "my_adapter:Losing", "--examples", "0")

    assert done.returncode == 1
    assert "error  value-changed" in done.stdout
    assert "at /severities" in done.stdout


def test_an_interrupted_run_says_what_was_found_so_far(tmp_path: Path) -> None:
    (tmp_path / "my_adapter.py").write_text(ADAPTER)
    command = [COMMAND, "check", "--client", "my_adapter:Waiting"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == "waiting\n"
        running.send_signal(signal.SIGINT)
        printed, complaint = running.communicate(timeout=20)

    assert (running.returncode, complaint) == (130, "interrupted: this is what was found so far\n")
    assert "error  value-changed" in printed


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--client", "no_such_module:connect"], "No module named 'no_such_module'"),
        (["--client", "my_adapter:unable"], "can't make a client: OSError: no server for me"),
        (["--client", "my_adapter:Adapter", "--", "true"], "--client goes without COMMAND"),
        ([], "give a COMMAND after --, --client ADAPTER, or --webhook URL"),
    ],
)
def test_what_can_t_be_driven_is_refused_in_one_line(
    tmp_path: Path, arguments: list[str], reason: str
) -> None:
    done = check(tmp_path, *arguments)

    assert done.returncode == 2
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
