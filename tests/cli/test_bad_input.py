"""Whatever is handed in, a command ends with 0, 1 or 2, in one line where that is 2, and never in a traceback."""

import copy
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from incident_double import cli
from incident_double.cli import main
from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.mock_server.request.nesting import parsed
from incident_double.mock_server.saved_state.state import exported_parts, load
from incident_double.mock_server.scenarios.reading import parse_scenario
from incident_double.openapi import DocumentError, bundled, parse

from .conftest import Run

FINDING = {
    **{
        "id": "enum-closed-0123abcd",
        "rule": "enum-closed",
        "outcome": "leaked-exception",
        "severity": "error",
    },
    **{"message": "no", "cause": "", "count": 1, "tier": "conforming", "operation": None, "pointer": "/mode"},
    **{"places": [], "exception": "KeyError", "frame": "a.py:1 in b", "verdict": "bug", "stable": True},
    "counterexample": {"mode": "x"},
}
REPORT = {
    **{
        "version": 1,
        "arguments": ["fuzz", "json:dumps"],
        "target": "json:dumps",
        "exec": None,
        "fetch": False,
    },
    **{"encode": None, "expect": [], "schema": "IdentityV1", "document": None, "timeout": 0.5, "seed": 0},
    **{"findings": [FINDING], "known": [FINDING], "coverage": {"met": 1, "facts": 2}},
}
CHECK_REPORT = {
    **{
        "version": 1,
        "arguments": ["check", "--seed", "1", "--fault", "*=500", "--", "true"],
        "command": ["true"],
    },
    **{"client": None, "webhook": None, "seed": 1, "exchanges": 2, "events": 0, "failure": None},
    "sweep": {
        "faults": [{"fault": "500", "operation": "Severities V1#List", "verdict": "fine", "runs": [1]}]
    },
    "findings": [{**FINDING, "counterexample": {"request": {"method": "GET", "path": "/v1/severities"}}}],
    **{"known": [], "coverage": {"met": 1, "facts": 2}},
}
DOCUMENT = {
    **{"openapi": "3.0.3", "info": {"title": "", "version": ""}},
    "paths": {
        "/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "A#Show",
                "responses": {
                    "200": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
                    }
                },
            },
        }
    },
    "components": {
        "schemas": {
            "A": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "string", "minLength": 1}, "b": {"oneOf": [{"enum": [1]}]}},
            }
        }
    },
}
SCENARIO = {
    **{"name": "x", "description": "y", "clock": {"at": "2026-03-02T09:00:00Z"}},
    "incidents": [{"name": "Down", "severity": "Critical"}],
}
ODD: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        2e9,
        1e400,
        float("nan"),
        10**30,
        "",
        "\x00",
        "\x1b[2J\u202e",
        "\ud800",
        "x" * 5_000,
    ),
    *([], {}, [[]], {"": {}}, {"$ref": "#/components/schemas/A"}),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with a key of it, at any depth."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def mutated(value: Any, chance: random.Random) -> bytes:
    """The JSON of a value of which something was changed, or damaged."""
    changed = copy.deepcopy(value)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        container, key = chance.choice(list(places(changed)) or [([0], 0)])
        match chance.randrange(4):
            case 0:
                del container[key]
            case 1 if isinstance(container, dict):
                container[chance.choice(("x", "id", "\x1b", key))] = chance.choice(ODD)
            case 2:
                container[key] = [container[key]] * chance.choice((1, 2, 50))
            case _:
                container[key] = copy.deepcopy(chance.choice(ODD))
    text = json.dumps(changed).encode()
    if chance.random() < 0.15:
        start = chance.randrange(len(text))
        text = text[:start] + chance.randbytes(chance.randrange(8)) + text[start + chance.randrange(20) :]
    return text


def replay_mutated(
    report: Any, count: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    chance = random.Random(12)
    file = folder / "report.json"
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.argv", ["incident-double", "replay", "--yes", str(file)])
    for _ in range(count):
        file.write_bytes(mutated(report, chance))
        status = main()
        printed = capfd.readouterr()
        assert status in (0, 1, 2, 3), (file.read_bytes(), printed.err)
        assert printed.err.count("\n") == (status >= 2), (file.read_bytes(), printed.err)
        assert "Traceback" not in printed.err
        assert "\x1b" not in printed.out + printed.err


def test_a_mutated_report_is_replayed_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    replay_mutated(REPORT, 200, tmp_path, monkeypatch, capfd)


def test_a_mutated_report_of_check_is_replayed_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    replay_mutated(CHECK_REPORT, 50, tmp_path, monkeypatch, capfd)


@pytest.mark.endure
def test_ten_thousand_mutated_reports_are_replayed_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    replay_mutated(REPORT, 10_000, tmp_path, monkeypatch, capfd)


def used(text: bytes) -> None:
    """Read a document, its operations and its schemas."""
    document = parse(text, name="it.json")
    _ = document.operations
    for schema in document.schemas.values():
        if isinstance(schema, dict):
            document.validator(schema)


def test_a_mutated_document_is_used_or_refused() -> None:
    chance = random.Random(12)
    for _ in range(300):
        text = mutated(DOCUMENT, chance)
        with suppress(DocumentError):
            used(text)
            continue
        with pytest.raises(DocumentError, match=r"^[^\n]*$"):
            used(text)


def test_a_mutated_scenario_is_used_or_refused() -> None:
    chance = random.Random(12)
    for _ in range(300):
        text = mutated(SCENARIO, chance)
        with suppress(ValueError):
            parse_scenario(text, name="it", source="it.yaml")
            continue
        with pytest.raises(ValueError, match=r"^it\.yaml: [^\n]*$"):
            parse_scenario(text, name="it", source="it.yaml")


def test_a_mutated_state_is_loaded_or_refused() -> None:
    chance = random.Random(12)
    kept = Double(bundled(), realistic(seed=0, incidents=1))
    state = json.loads(b"".join(exported_parts(kept)))
    small = {**state, "collections": {name: rows[:1] for name, rows in state["collections"].items()}}
    for _ in range(60):
        text = mutated(small, chance)
        with suppress(ValueError):
            load(kept, parsed(text))
            continue
        with pytest.raises(ValueError, match=r"^[^\n]*$"):
            load(kept, parsed(text))


@pytest.mark.parametrize("option", ["--document", "--scenario"])
@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\xff\x00", b"[" * 100_000, b'{"a": NaN}', b"[1, 2"),
        *(
            b'a: !!bool "x"',
            b'a: !!timestamp "x"',
            b"a: !!int x",
            b"a: !!python/object:os.system x",
            b"a: !!set x",
        ),
    ],
)
def test_what_serve_reads_is_refused_in_one_line(
    option: str,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if option == "--scenario" and not content:
        pytest.skip("an empty scenario is one")
    (tmp_path / "it.json").write_bytes(content)
    monkeypatch.setattr(
        "sys.argv", ["incident-double", "serve", "--port", "0", option, str(tmp_path / "it.json")]
    )

    assert main() == 2
    printed = capfd.readouterr()
    assert printed.err.startswith(f"incident-double: {tmp_path / 'it.json'}: ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b'{"a": NaN}'])
def test_a_state_that_is_none_is_refused_in_one_line(content: bytes, run: Run, tmp_path: Path) -> None:
    (tmp_path / "it.json").write_bytes(content)

    ended = run("serve", "--port", "0", "--state", "it.json")

    assert ended.returncode == 2
    assert ended.stderr.startswith("incident-double: it.json: ")
    assert ended.stderr.count("\n") == 1


def test_a_fault_of_our_own_is_one_line_and_a_file_without_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(self: Any, ctx: Any, name: str) -> None:
        raise RuntimeError("gone wrong at\nhttp://me:hidden@host/ with key-of-mine\x1b[2J")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(cli._Subcommands, "get_command", fails)
    monkeypatch.setenv("INCIDENT_DOUBLE_CONTROL_TOKEN", "token-of-mine")
    monkeypatch.setattr(
        "sys.argv",
        ["incident-double", "serve", "--api-key", "key-of-mine", "--webhook-secret=whsec_x", "token-of-mine"],
    )

    assert main() == 70
    printed = capfd.readouterr().err
    (file,) = tmp_path.iterdir()
    text = file.read_text()
    assert printed.count("\n") == 1
    assert printed.endswith(f"please send {file}\n")
    assert "RuntimeError" in text
    assert "in fails" in text
    for hidden in ("key-of-mine", "token-of-mine", "hidden", "whsec_x"):
        assert hidden not in text + printed
    assert "\x1b" not in printed
