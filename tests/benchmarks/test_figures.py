"""`make bench` prints what it measures and writes the same as JSON. What it measures is left to whoever reads it."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import answers, fuzzing, generation
from benchmarks.__main__ import main


def test_the_table_and_the_json_hold_the_same_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of few rounds, which measure nothing that means anything."""
    for module, name, few in (
        (answers, "REQUESTS", 50),
        (fuzzing, "BEGUN", 50),
        (fuzzing, "TRIED", 50),
        (generation, "DRAWN", 20),
        (generation, "MOST_TRIED", 1_000),
    ):
        monkeypatch.setattr(module, name, few)
    path = tmp_path / "figures.json"
    done = CliRunner().invoke(main, ["--rounds", "1", "--incidents", "2000", "--json", str(path)])
    assert done.exit_code == 0, done.output
    heading, *lines = done.stdout.splitlines()
    figures = json.loads(path.read_text(encoding="utf-8"))

    assert heading.split() == ["what", "value", "unit", "target"]
    assert len({figure["what"] for figure in figures}) == len(figures) >= 10
    assert [_read(line) for line in lines] == [
        (
            figure["what"],
            f"{figure['value']:.{2 if figure['value'] < 100 else 0}f}",
            figure["unit"],
            figure["target"],
            figure["is_met"],
        )
        for figure in figures
    ]


def _read(line: str) -> tuple[str, str, str, str, bool]:
    found = re.fullmatch(r"(\S.*?) +([\d.]+) (ratio|s|ms|MB|a second|bytes) +([<>]= [\d.]+) *(missed)?", line)
    assert found is not None, line
    return found[1], found[2], found[3], found[4], found[5] is None
