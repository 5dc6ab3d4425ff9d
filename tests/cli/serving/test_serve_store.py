"""`incident-double serve --store`: what was acknowledged is there, once, whatever ended the process."""

import json
import os
import random
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from ...serving import COMMAND, Served, serving
from ..conftest import Run

ROUNDS, MANY_ROUNDS = 10, 200
"""How often a double is killed: in the suite, and in `make endure`."""
MEMORY = Path("/dev/shm")
"""A folder that needs no disk, on most systems: nobody cuts the power here."""
WRITERS = 64
SECONDS = 60
"""How long is waited for what is sure to come."""


class Writers:
    """Clients that declare one incident after the other, each under a name of its own, until the double ends."""

    def __init__(self, served: Served, round_: str) -> None:
        self._address = urlsplit(served.base_url).netloc
        self._headers = {"authorization": f"Bearer {served.token}"}
        self._round = round_
        self._lock = Lock()
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self._wanted = 0
        self._reached = Event()

    def run_until(self, count: int, then: Callable[[], object]) -> None:
        """Write until so many were acknowledged; then do something that ends the double while they go on."""
        self._wanted = count
        threads = [Thread(target=self._write, args=[number], daemon=True) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        assert self._reached.wait(SECONDS)
        then()
        for thread in threads:
            thread.join(SECONDS)
            assert not thread.is_alive()

    def _write(self, writer: int) -> None:
        connection = HTTPConnection(self._address, timeout=SECONDS)
        try:
            for number in range(10_000):
                self._declare(connection, f"{self._round} {writer} {number}")
        except (OSError, HTTPException, ValueError):
            return
        finally:
            connection.close()

    def _declare(self, connection: HTTPConnection, name: str) -> None:
        body = {"idempotency_key": name, "visibility": "public", "name": name}
        self.sent.add(name)
        connection.request("POST", "/v2/incidents", json.dumps(body), self._headers)
        answer = connection.getresponse()
        answered = json.loads(answer.read())
        with self._lock:
            self.statuses[answer.status] += 1
            if answer.status == 200:
                assert answered["incident"]["name"] == name
                self.acknowledged.add(name)
            if len(self.acknowledged) >= self._wanted:
                self._reached.set()


def store_of(folder: Path) -> list[str]:
    return ["--store", str(folder / "store.db"), "--incidents", "0", "--no-rate-limit"]


def names(served: Served) -> Counter[str]:
    """The names of all incidents, each as often as it is there."""
    found: Counter[str] = Counter()
    query: dict[str, Any] = {"page_size": 250}
    with served.client(timeout=SECONDS) as client:
        while True:
            page = client.get("/v2/incidents", params=query).json()
            found.update(each["name"] for each in page["incidents"])
            if "after" not in page["pagination_meta"]:
                return found
            query["after"] = page["pagination_meta"]["after"]


def check(folder: Path, sent: set[str], acknowledged: set[str]) -> None:
    """All that was acknowledged is there once, nothing that wasn't sent is, and the store is sound."""
    with serving(*store_of(folder)) as served:
        found = names(served)
        again = min(acknowledged)
        body = {"idempotency_key": again, "visibility": "public", "name": "another"}
        with served.client(timeout=SECONDS) as client:
            assert client.post("/v2/incidents", json=body).json()["incident"]["name"] == again
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(SECONDS) == 0
    assert acknowledged <= found.keys() <= sent
    assert set(found.values()) == {1}
    sound(folder / "store.db")


def sound(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(MANY_ROUNDS, marks=pytest.mark.endure)])
def test_nothing_acknowledged_is_lost_when_the_double_is_killed(folder: Path, rounds: int) -> None:
    moments = random.Random(0)
    sent: set[str] = set()
    acknowledged: set[str] = set()
    for round_ in range(rounds):
        with serving(*store_of(folder)) as served:
            found = names(served)
            assert acknowledged <= found.keys() <= sent
            assert set(found.values()) <= {1}
            writers = Writers(served, str(round_))
            writers.run_until(moments.randrange(1, 100), served.process.kill)
            served.process.wait(SECONDS)
        assert writers.statuses.keys() == {200}
        sent |= writers.sent
        acknowledged |= writers.acknowledged
    check(folder, sent, acknowledged)


@pytest.mark.parametrize(
    "numbers",
    [[signal.SIGHUP], [signal.SIGQUIT], [signal.SIGTERM, signal.SIGTERM], [signal.SIGINT, signal.SIGINT]],
    ids=lambda numbers: " ".join(number.name for number in numbers),
)
def test_signals_end_it_cleanly_and_nothing_is_lost(folder: Path, numbers: list[signal.Signals]) -> None:
    with serving(*store_of(folder)) as served:
        writers = Writers(served, "once")

        def end() -> None:
            for number in numbers:
                served.process.send_signal(number)

        writers.run_until(50, end)
        assert served.process.wait(SECONDS) == 0
    assert not (folder / "store.db.lock").exists()
    check(folder, writers.sent, writers.acknowledged)


@pytest.mark.parametrize("limit", [60_000, 300_000, 900_000])
def test_a_full_disk_refuses_what_it_has_no_room_for(folder: Path, limit: int) -> None:
    """As good as full: the process may write no file beyond a size."""
    with serving(*store_of(folder)) as served:
        end(served)
    size = (folder / "store.db").stat().st_size

    resource = pytest.importorskip("resource", reason="this system can't bound the size of files")

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + limit, size + limit))

    with serving(*store_of(folder), before=bound) as served:
        sent: set[str] = set()
        acknowledged: set[str] = set()
        with served.client(timeout=SECONDS) as client:
            while len(sent) - len(acknowledged) < 5:
                name = f"full {len(sent)}"
                sent.add(name)
                body = {"idempotency_key": name, "visibility": "public", "name": name, "summary": "x" * 3000}
                answer = client.post("/v2/incidents", json=body)
                if answer.status_code == 200:
                    acknowledged.add(name)
            error = answer.json()
            assert (answer.status_code, error["type"]) == (500, "api_error")
            assert "could not be saved" in error["errors"][0]["message"]
            assert set(names(served)) == acknowledged
        assert "Traceback" not in served.log()
        end(served)
    check(folder, sent, acknowledged)


def end(served: Served) -> None:
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(SECONDS) == 0


def test_a_store_that_is_in_use_is_refused_by_the_name_of_who_has_it(run: Run, tmp_path: Path) -> None:
    with serving(*store_of(tmp_path)) as served:
        done = run("serve", "--port", "0", *store_of(tmp_path))
        assert done.returncode == 2
        assert done.stderr == (
            f"incident-double: {tmp_path / 'store.db'} is in use by process {served.process.pid}\n"
        )


def test_a_store_that_is_there_goes_before_what_is_said_of_the_beginning(tmp_path: Path) -> None:
    with serving(*store_of(tmp_path)) as served:
        end(served)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with serving("--store", url, "--seed", "3", "--clock", "2030-01-01", "--incidents", "9") as served:
        assert served.announcement[0].endswith(f": 0 incidents (from {tmp_path / 'store.db'})")
        (line,) = [each for each in served.announcement if each.startswith("store")]
        assert line.endswith("is there, and goes before --seed, --incidents, --clock")


def _text(path: Path) -> None:
    path.write_text("This is no store, but quite long enough to be one. " * 100)


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()


def _cut(path: Path) -> None:
    _made(path)
    os.truncate(path, path.stat().st_size // 2)


def _overwritten(path: Path) -> None:
    _made(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)


def _unreadable(path: Path) -> None:
    _made(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE parts SET content = '{'")
    connection.commit()
    connection.close()


def _newer(path: Path) -> None:
    _made(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _entry(content: str) -> Callable[[Path], None]:
    """A store whose last entry is JSON, and none."""

    def spoil(path: Path) -> None:
        _made(path)
        connection = sqlite3.connect(path)
        connection.execute("INSERT INTO entries (account, content) SELECT name, ? FROM accounts", [content])
        connection.commit()
        connection.close()

    return spoil


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _lock_elsewhere(path: Path) -> None:
    victim = path.with_name("victim")
    victim.write_text("mine")
    path.with_name("spoilt.db.lock").symlink_to(victim)


def _made(path: Path) -> None:
    with serving("--store", str(path), "--incidents", "3") as served:
        end(served)


@pytest.mark.parametrize(
    "spoil",
    [
        *(_text, _foreign, _cut, _overwritten, _unreadable, _newer, Path.mkdir, os.mkfifo, _loop),
        *map(_entry, ["null", "5", "[]", '{"at":"x"}', '{"at":"2026-06-01","clock":{"ahead":1e300}}']),
        _entry('{"at":"2026-06-01","webhooks":[1]}'),
    ],
)
def test_what_is_no_store_is_one_line_and_exit_code_2(
    run: Run, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / "spoilt.db"
    spoil(path)
    done = run("serve", "--port", "0", "--store", str(path))

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "spoilt.db" in done.stderr
    assert not path.with_name("spoilt.db.lock").exists()


def test_a_lock_is_not_written_through_a_link(run: Run, tmp_path: Path) -> None:
    _lock_elsewhere(tmp_path / "spoilt.db")
    done = run("serve", "--port", "0", "--store", "spoilt.db")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert (tmp_path / "victim").read_text() == "mine"


def test_the_key_of_another_account_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "it.db"
    with serving("--store", str(path), "--incidents", "3") as served:
        with served.client() as client:
            opened = client.post("/_double/accounts", json={"name": "team-a"}).json()
        end(served)
    done = run("serve", "--port", "0", "--store", str(path), "--api-key", opened["account"]["key"])

    assert done.returncode == 2
    assert "the key is that of its account team-a" in done.stderr


def test_a_path_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    with serving("--store", str(tmp_path / "\x1b[2J\nit.db"), "--incidents", "0") as served:
        announcement = "\n".join(served.announcement)
        assert "\x1b" not in announcement
        assert r"\x1b[2J\nit.db" in announcement


@pytest.mark.parametrize(
    "text",
    [
        "",
        "postgresql://localhost/double",
        "sqlite:///",
        "sqlite:///a.db?mode=ro",
        "sqlite:///:memory:",
        "sqlite:a.db",
    ],
)
def test_what_is_no_place_for_a_store_is_one_line_and_exit_code_2(run: Run, text: str) -> None:
    done = run("serve", "--port", "0", "--store", text)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--store" in done.stderr


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nobody may write."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    with ExitStack() as stack:
        if os.geteuid() == 0:
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], capture_output=True, check=False
            )
            if mounted.returncode:
                pytest.skip("no folder is read-only to root, and none can be mounted")
            stack.callback(lambda: subprocess.run(["umount", folder], check=True))
        else:
            folder.chmod(0o555)
            stack.callback(folder.chmod, 0o755)
        yield folder


def test_a_read_only_folder_is_one_line_and_exit_code_2(run: Run, read_only: Path) -> None:
    done = run("serve", "--port", "0", "--store", str(read_only / "store.db"))

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert str(read_only) in done.stderr


def test_the_command_names_the_option() -> None:
    shown = subprocess.run([COMMAND, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    assert "--store FILE" in shown
