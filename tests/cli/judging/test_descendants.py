"""What is judged leaves no process behind, however it was started, and may take only so much."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from incident_double.cli.running import descendants
from incident_double.cli.running.descendants import Bounds, ending_descendants

from ..conftest import Run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands daemons over")

DAEMON = """
import json, os, sys, time
def daemon():
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork() == 0:
        with open("daemons", "a") as file:
            file.write(f"{os.getpid()}\\n")
        for number in (0, 1, 2):
            os.close(number)
        time.sleep(600)
    os._exit(0)
def decode(value):
    daemon()
    return value
"""
COMMAND = DAEMON + "daemon()\n"
LINES = (
    DAEMON
    + """
daemon()
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"]}), flush=True)
"""
)


@pytest.fixture
def daemons(tmp_path: Path) -> Iterator[Path]:
    """The file in which they say their ids; whatever is left of them is ended."""
    file = tmp_path / "daemons"
    yield file
    for pid in file.read_text().split() if file.exists() else ():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (COMMAND, ["check", "--", sys.executable, "guest.py"]),
        (COMMAND, ["run", "--", sys.executable, "guest.py"]),
        (DAEMON, ["fuzz", "guest:decode", "--examples", "3"]),
        (LINES, ["fuzz", "--exec", f"{sys.executable} guest.py", "--examples", "3"]),
    ],
    ids=["check", "run", "fuzz", "fuzz --exec"],
)
def test_a_daemon_ends_with_the_run(
    run: Run, tmp_path: Path, daemons: Path, source: str, command: list[str]
) -> None:
    (tmp_path / "guest.py").write_text(source)
    run(*command)
    pids = [int(pid) for pid in daemons.read_text().split()]

    assert pids
    assert not any(map(is_running, pids))


def test_what_ran_before_goes_on() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as before:
        with ending_descendants(), subprocess.Popen(["sleep", "600"]) as started:
            pass_by = started.pid
            assert is_running(pass_by)
            os.kill(pass_by, signal.SIGKILL)
        assert is_running(before.pid)
        before.kill()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("kept = b'x' * 2**26; import time; time.sleep(600)", "it took more than 48 MiB of memory"),
        (
            "import os, time\nfor _ in range(9): os.fork() or time.sleep(600)\ntime.sleep(600)",
            "there were more than 6 of them",
        ),
    ],
)
def test_what_takes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch, source: str, reason: str) -> None:
    monkeypatch.setattr(descendants, "MOST_MEMORY", 48 * 2**20)
    monkeypatch.setattr(descendants, "MOST_PROCESSES", 6)
    lines: list[str] = []
    with (
        ending_descendants(),
        Bounds(lines.append) as bounds,
        subprocess.Popen([sys.executable, "-c", source]) as process,
    ):
        assert process.wait(30) == -signal.SIGKILL

    assert bounds.reasons[process.pid] == reason
    assert lines[0].startswith("ended ")
