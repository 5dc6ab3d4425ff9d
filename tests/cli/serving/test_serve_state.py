"""`incident-double serve --state`: what was done is there again the next time."""

import json
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.mock_server.saved_state.state import exported, exported_parts
from incident_double.mock_server.store.store import Change
from incident_double.openapi import bundled

from ...serving import Served, serving
from ..conftest import Run


def declare(served: Served, name: str) -> Any:
    body = {"idempotency_key": name, "visibility": "public", "name": name}
    with served.client() as client:
        return client.post("/v2/incidents", json=body).json()["incident"]


def end(served: Served, number: signal.Signals = signal.SIGTERM) -> None:
    served.process.send_signal(number)
    assert served.process.wait(timeout=30) == 0
    assert served.log() == ""


def seen(served: Served) -> Any:
    with served.client() as client:
        return client.get("/v2/incidents", params={"page_size": 250}).json()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_what_was_declared_is_there_again(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "state.json"
    with serving("--state", str(file), "--incidents", "3") as served:
        assert served.announcement[0].endswith(f": 3 incidents (to be saved in {file})")
        declared = declare(served, "Kept")
        before = seen(served)
        end(served, number)

    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    with serving("--state", str(file), "--seed", "5") as served:
        assert served.announcement[0].endswith(f": 4 incidents (from {file})")
        assert seen(served) == before
        assert declare(served, "Kept")["id"] == declared["id"]
        assert declare(served, "Next")["reference"] == "INC-5"


def test_a_kill_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with serving("--state", str(file), "--incidents", "2") as served:
        end(served)
    kept = file.read_bytes()

    with serving("--state", str(file)) as served:
        declare(served, "Lost")
        served.process.kill()
        served.process.wait(timeout=30)

    assert file.read_bytes() == kept


def test_a_link_stays_one_and_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file, link = tmp_path / "state.json", tmp_path / "link.json"
    file.write_text("{}")
    file.chmod(0o640)
    link.symlink_to(file)

    with serving("--state", str(link)) as served:
        end(served)

    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert json.loads(file.read_text())["format"] == 1


def test_a_state_by_hand_needs_no_more_than_what_matters(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text('{"organisation": "By hand", "clock": {"now": "2030-01-01", "frozen": true}}')

    with serving("--state", str(file)) as served:
        assert served.announcement[0].startswith("By hand: 0 incidents")
        assert declare(served, "First")["created_at"] == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "state.json: unexpected end of data"),
        ("[]", "state.json: [] is not an object"),
        ('{"format": 7}', "state.json: /format: 1 was expected"),
        ('{"collections": {"incidents": [{"id": "x"}]}}', "state.json: /collections/incidents/0: "),
    ],
)
def test_a_bad_file_is_one_line_and_exit_code_2(run: Run, tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    done = run("serve", "--port", "0", "--state", str(file))

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert complaint in done.stderr
    assert file.read_text() == text


def test_a_place_where_nothing_can_be_saved_is_refused(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere" / "state.json", tmp_path):
        done = run("serve", "--port", "0", "--state", str(path))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert str(path) in done.stderr


def test_a_link_that_leads_to_itself_is_one_line_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(link)
    result = run("serve", "--port", "0", "--state", str(link))
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "leads to itself" in result.stderr


def test_a_state_that_is_nested_too_deeply_is_one_line_and_exit_code_2(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text('{"collections": {"things": [{"id": "1", "x": ' + "[" * 900 + "]" * 900 + "}]}}")
    result = run("serve", "--port", "0", "--state", str(file))
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "nested too deeply" in result.stderr


def test_a_file_that_another_process_has_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with serving("--state", str(file)) as served:
        done = run("serve", "--port", "0", "--state", str(file))
        assert done.returncode == 2
        assert done.stderr == f"incident-double: {file} is in use by process {served.process.pid}\n"


def test_what_somebody_else_has_put_there_stays_and_the_state_is_saved_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with serving("--state", str(file), "--incidents", "1") as served:
        declare(served, "Kept")
        file.write_text('{"organisation": "By somebody else"}')
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=30) == 2
        (beside,) = [path for path in tmp_path.iterdir() if path != file]
        assert str(beside) in served.log()
        assert served.log().count("\n") == 1
    assert file.read_text() == '{"organisation": "By somebody else"}'
    assert "Kept" in beside.read_text()


def test_what_a_killed_process_has_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".state.json.saving").write_text("half of a st")
    with serving("--state", str(tmp_path / "state.json")) as served:
        end(served)

    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_the_state_is_written_while_others_change_it() -> None:
    double = Double(bundled(), realistic(incidents=5))
    parts = exported_parts(double)
    first = next(parts)
    before = exported(double)["collections"]["incidents"]
    double.store.apply([Change("incidents", before[0]["id"], {**before[0], "name": "Changed meanwhile"})])
    saved = json.loads(b"".join([first, *parts]))

    assert saved["collections"]["incidents"] == before
    assert exported(double)["collections"]["incidents"][0]["name"] == "Changed meanwhile"
