"""A reader who does what a page says, from its top to its end, in an empty folder."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import yaml

from incident_double.mock_server.scenarios.reading import read_scenario
from incident_double.openapi import bundled

from .pages import Block, of_a_reader
from .shown import FOREIGN, assert_within, check_compose, check_foreign, check_workflow, parse, values

SHOWN_URL = "http://127.0.0.1:8080"
BIN = Path(sys.executable).parent
JUDGES = ("fuzz", "check", "conform", "replay")
"""Subcommands that are only read, unless the page shows what they print: they take long, or ask elsewhere."""
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
        (folder / "your-openapi.yaml").write_text(json.dumps(bundled().raw), encoding="utf-8")
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
        reported = values(block.text)
        if block.file:
            self._write(block)
        elif block.continues and self.output is not None:
            begin = self.output.find("{")  # curl may have its say on an error, before or after
            value, _end = json.JSONDecoder().raw_decode(self.output, max(begin, 0))
            assert_within(reported[0], value)

    def _yaml(self, block: Block, _: Block | None) -> None:
        if block.file:
            self._write(block)
        reported = yaml.safe_load(block.text)
        if "jobs" in reported or True in reported:
            check_workflow(reported)
        elif "services" in reported:
            check_compose(reported)
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
        is_reported = following is not None and following.continues and following.language in ("text", "json")
        self.output = None
        script = []
        for line in block.lines:
            words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
            if words[:2] == ["incident-double", "serve"] and "--help" not in words:
                self._serve(words[2:])
            elif words[0] == "incident-double" and words[1] in JUDGES and not is_reported:
                parse(words[1:])
            elif words[0] in FOREIGN:
                check_foreign(words)
            else:
                script.append(line)
                if words[0] == "pytest":
                    named = {word for word in words if word.endswith(".py")}
                    self.to_test -= named or self.to_test
        if script:
            # A page that shows what goes wrong says so; otherwise nothing may.
            commands = self._local("\n".join(script))
            self.output = self._run(["bash", "-euo", "pipefail", "-c", commands], may_fail=is_reported)

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
        environment = of_a_reader(PATH=path, COLUMNS="80", PYTEST_ADDOPTS=QUICKER)
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
