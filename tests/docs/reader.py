"""A reader who does what a page says, from its top to its end, in an empty folder."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import yaml

from incident_double.cli import COMMANDS
from incident_double.mock_server.scenarios.reading import read_scenario

from .pages import ROOT, Block

SHOWN_URL = "http://127.0.0.1:8080"
BIN = Path(sys.executable).parent
JUDGES = ("fuzz", "check", "conform", "replay")
"""Subcommands that are only read, unless the page tells what they print: they take long, or ask elsewhere."""
FOREIGN = ("pip", "make", "docker", "npm", "go", "git")
SECONDS = 60
QUICKER = "-p no:schemathesis -p no:hypothesispytest -p no:anyio -p no:cacheprovider"
"""Plugins of others take most of the time that so few tests take."""


class Reader:
    """Runs the blocks of one page, each in the state that those before have left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = SHOWN_URL
        self.output: str | None = None
        """What the block before has printed; None when it was nothing that prints."""
        self.to_test: set[str] = set()
        """Test files that no command of the page has run yet."""
        self._server: subprocess.Popen[str] | None = None
        (folder / "your-openapi.yaml").write_bytes((ROOT / "openapi" / "incident_io.json").read_bytes())
        shims = folder / ".shims"
        shims.mkdir()
        curl = shims / "curl"
        curl.write_text(f'#!/bin/sh\nexec {shutil.which("curl")} -sS --fail-with-body "$@"\n')
        curl.chmod(0o755)

    def finish(self) -> None:
        """Run the tests that were only written."""
        if self.to_test:
            self._run(["pytest", "-q", *sorted(self.to_test)])

    def read(self, block: Block, following: Block | None) -> None:
        """Do what a block says. Raises AssertionError when it isn't so."""
        do: Callable[[Block, Block | None], None] | None = getattr(self, f"_{block.language}", None)
        assert do is not None, f"nothing is known to do with {block.language or 'a fence without a language'}"
        do(block, following)

    def _python(self, block: Block, _: Block | None) -> None:
        if block.file:
            self._write(block)
            return
        self.output = self._run([sys.executable, "-c", self._local(block.text)])

    def _js(self, block: Block, _: Block | None) -> None:
        if block.file:
            self._write(block)
        else:
            self.output = self._run(["node", "--input-type=module", "-e", self._local(block.text)])

    def _toml(self, block: Block, _: Block | None) -> None:
        self._write(block)

    def _ini(self, block: Block, _: Block | None) -> None:
        self._write(block)

    def _json(self, block: Block, _: Block | None) -> None:
        told = _values(block.text)
        if block.file:
            self._write(block)
        elif block.continues and self.output is not None:
            begin = self.output.find("{")  # curl may have its say on an error, before or after
            value, _end = json.JSONDecoder().raw_decode(self.output, max(begin, 0))
            _assert_within(told[0], value)

    def _yaml(self, block: Block, _: Block | None) -> None:
        if block.file:
            self._write(block)
        told = yaml.safe_load(block.text)
        if "jobs" in told or True in told:
            _check_workflow(told)
        elif "services" in told:
            _check_compose(told)
        else:
            path = self.folder / ".scenario.yaml"
            path.write_text(block.text, encoding="utf-8")
            read_scenario(path)

    def _text(self, block: Block, _: Block | None) -> None:
        assert block.continues, "a text is what the block before has printed"
        assert self.output is not None, "the block before prints nothing"
        rest = self.output.replace(self.url, SHOWN_URL)
        for line in block.text.splitlines():
            shown = re.escape(line.rstrip()).replace("…", ".*")
            found = re.search(rf"^{shown}[ ]*$", rest, re.MULTILINE)
            assert found, f"{line!r} is not in the rest of the output:\n{textwrap.indent(rest, '  ')}"
            rest = rest[found.end() :]

    def _sh(self, block: Block, following: Block | None) -> None:
        is_told = following is not None and following.continues and following.language in ("text", "json")
        self.output = None
        script = []
        for line in block.lines:
            words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
            if words[:2] == ["incident-double", "serve"] and "--help" not in words:
                self._serve(words[2:])
            elif words[0] == "incident-double" and words[1] in JUDGES and not is_told:
                _parse(words[1:])
            elif words[0] in FOREIGN:
                _check_foreign(words)
            else:
                script.append(line)
                if words[0] == "pytest":
                    named = {word for word in words if word.endswith(".py")}
                    self.to_test -= named or self.to_test
        if script:
            # A page that shows what goes wrong tells of it; otherwise nothing may.
            commands = self._local("\n".join(script))
            self.output = self._run(["bash", "-euo", "pipefail", "-c", commands], may_fail=is_told)

    def _serve(self, arguments: list[str]) -> None:
        self.close()
        command = [str(BIN / "incident-double"), "serve", *arguments, "--port", "0"]
        self._server = subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._server.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("try "):
            lines.append(self._server.stdout.readline())
            assert lines[-1], f"it doesn't serve: {self._server.communicate()[1]}"
        self.url = lines[1].split()[-1]
        self.output = "".join(lines)

    def close(self) -> None:
        """End the double that it has started."""
        if self._server is not None:
            self._server.terminate()
            self._server.communicate(timeout=SECONDS)
            self._server = None

    def _local(self, text: str) -> str:
        return text.replace(SHOWN_URL, self.url)

    def _write(self, block: Block) -> None:
        assert block.file is not None, "what file is it?"
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._local(block.text), encoding="utf-8")
        self.output = None
        if path.name.startswith("test_") and path.suffix == ".py":
            self.to_test.add(block.file)

    def _run(self, command: list[str], *, may_fail: bool = False) -> str:
        path = os.pathsep.join([str(self.folder / ".shims"), str(BIN), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "COLUMNS": "80", "CI": "true", "PYTEST_ADDOPTS": QUICKER}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        assert may_fail or done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}"
        return done.stdout


def _parse(words: list[str]) -> None:
    """Have click read a command line of incident-double."""
    assert words[0] in COMMANDS, f"no such subcommand: {words[0]}"
    command: click.Command = import_module(f"incident_double.cli.{words[0]}").command
    command.make_context(words[0], words[1:])


def _check_foreign(words: list[str]) -> None:
    if words[:2] == ["pip", "install"]:
        for name in words[2:]:
            assert version(name)
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), words[1]


def _check_workflow(told: Mapping[Any, Any]) -> None:
    """GitHub Actions, as far as a page goes: jobs with steps, whose command lines can be read."""
    assert told.get(True) or told.get("on"), "a workflow says when it runs"
    for job in told["jobs"].values():
        assert job["runs-on"]
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            for line in step.get("run", "").replace("\\\n", " ").splitlines():
                _check_line(line.partition(" > ")[0].removesuffix("&").strip())
        for service in job.get("services", {}).values():
            assert service["image"]


def _check_compose(told: Mapping[str, Any]) -> None:
    for name, service in told["services"].items():
        assert "image" in service or "build" in service, name
        command = service.get("command", [])
        words = shlex.split(command) if isinstance(command, str) else command
        if words and words[0] in COMMANDS:
            _parse(words)
        for other in service.get("depends_on", {}):
            assert other in told["services"]


def _check_line(line: str) -> None:
    words = shlex.split(line)
    if words and words[0] == "incident-double":
        _parse(words[1:])
    elif words and words[0] in FOREIGN:
        _check_foreign(words)


def _values(text: str) -> list[Any]:
    """The value of a block, or those of its lines."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def _assert_within(told: Any, actual: Any, place: str = "") -> None:
    """What a page shows of a value is in it: of objects not all properties, of lists not all items after `…`."""
    if isinstance(told, dict):
        for name, value in told.items():
            assert name in actual, f"{place}/{name} is not there"
            _assert_within(value, actual[name], f"{place}/{name}")
    elif isinstance(told, list):
        assert len(told) == len(actual), f"{place} has {len(actual)} items"
        for number, value in enumerate(told):
            _assert_within(value, actual[number], f"{place}/{number}")
    elif isinstance(told, str) and "…" in told:
        assert re.fullmatch(re.escape(told).replace("…", ".*"), str(actual)), f"{place}: {actual}"
    else:
        assert told == actual, f"{place}: {actual}"
