"""Ctrl-C, and SIGTERM: what was found so far is reported, and no process is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from select import select

import pytest

from ..conftest import COMMAND

SECONDS = 60
"""How long is waited for what is sure to come."""

DECODER = """
import json, os, sys, subprocess, time
asked = 0
def decode(value):
    # Tells at the BLOCK-th incident that it has come so far, and is stuck there, its child too; but only once.
    global asked
    asked += 1
    if asked == BLOCK and not os.path.exists("once"):
        open("once", "w").close()
        pipe = os.open("fifo", os.O_WRONLY)
        os.set_inheritable(pipe, True)
        child = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(600)"
        if __name__ == "__main__":
            subprocess.Popen([sys.executable, "-c", child], close_fds=False)
        os.write(pipe, b"ready")
        time.sleep(600)
    if isinstance(value, dict) and "severity" not in value:
        raise KeyError("severity")
if __name__ == "__main__":
    for line in sys.stdin:
        number = json.loads(line)["id"]
        try:
            decode(json.loads(line).get("json"))
            print(json.dumps({"id": number}), flush=True)
        except KeyError as error:
            print(json.dumps({"id": number, "error": {"type": "KeyError", "message": str(error)}}), flush=True)
"""
CALLED = """
import json, os, subprocess, sys, time
import httpx
for line in sys.stdin:
    asked = json.loads(line)
    headers = {"authorization": "Bearer " + asked["api_key"]}
    httpx.get(asked["base_url"] + "/v2/incidents?severity=1", headers=headers)
    pipe = os.open("fifo", os.O_WRONLY)
    os.set_inheritable(pipe, True)
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False)
    os.write(pipe, b"ready")
    time.sleep(600)
"""
Interrupted = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(
    params=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT], ids=lambda number: number.name
)
def interrupted(tmp_path: Path, request: pytest.FixtureRequest) -> Interrupted:
    """Run `incident-double` beside some program, and interrupt it when that says that it is ready."""

    def interrupted(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "program.py").write_text(program)
        os.mkfifo(tmp_path / "fifo")
        pipe = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
        command = [str(COMMAND), *arguments]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                assert select([pipe], [], [], SECONDS)[0]
                assert os.read(pipe, 100) == b"ready"
                process.send_signal(request.param)
                stdout, stderr = process.communicate(timeout=SECONDS)
            finally:
                process.kill()
        assert select([pipe], [], [], SECONDS)[0]
        assert os.read(pipe, 100) == b""  # nobody is left who could write into it
        os.close(pipe)
        return subprocess.CompletedProcess(command, process.returncode, stdout, stderr)

    return interrupted


@pytest.mark.parametrize(
    ("target", "examples", "block"),
    [
        (["--exec", f"{sys.executable} program.py"], 5_000, 90),
        (["program:decode"], 5_000, 90),
        (["--exec", f"{sys.executable} program.py"], 90, 94),
        (["program:decode"], 90, 94),
    ],
    ids=["a process", "in process", "a process, while findings are made small", "in process, the same"],
)
def test_an_interrupted_fuzz_says_what_was_found(
    interrupted: Interrupted, target: list[str], examples: int, block: int
) -> None:
    ended = interrupted(
        DECODER.replace("BLOCK", str(block)),
        *("fuzz", *target, "--examples", str(examples), "--shape", "realistic", "--timeout", "300"),
    )

    assert ended.returncode == 130
    assert ended.stderr == "interrupted: this is what was found so far\n"
    assert "error  optional-required  KeyError" in ended.stdout
    assert ended.stdout.splitlines()[-1].startswith(f"{min(examples, block - 1)} inputs tried, met ")


def test_an_interrupted_check_of_a_driven_process_says_what_was_found(interrupted: Interrupted) -> None:
    ended = interrupted(CALLED, "check", "--client", f"exec:{sys.executable} program.py")

    assert ended.returncode == 130
    assert ended.stderr == "interrupted: this is what was found so far\n"
    assert "filter-wrong-syntax" in ended.stdout
