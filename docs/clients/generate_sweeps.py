"""Writes how two programs of the examples take every fault: `python docs/clients/generate_sweeps.py`, a minute."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path(__file__).with_name("sweeps.md")
HEAD = """# Sweeps of two clients

What `incident-double check --sweep` says of two programs in `examples/`: a run for each operation that the program
uses and each fault that can strike it there, with nothing configured. [Checking](../checking.md) has what the
verdicts mean. Written by `python docs/clients/generate_sweeps.py`.

"""


class Program(NamedTuple):
    """A program of the examples, and what its table shows."""

    title: str
    module: str
    arguments: tuple[str, ...]
    about: str

    @property
    def command(self) -> list[str]:
        """What is run, in the checkout."""
        return ["-m", f"examples.{self.module}", *self.arguments]


WRITER = Program(
    "The retrying writer",
    "retrying_writer",
    ("4711", "Checkout answers 502"),
    "It tries again where that can help, under the same idempotency key, and says why where it can't: there is one "
    "incident or none, whatever happens.",
)
SDK = Program(
    "The official SDK",
    "sdk_suite",
    (),
    "The program declares an incident, reports on it and closes it, and tries nothing again. An empty 404, which "
    "is the answer to a wrong base URL, ends in the JSON decoder's exception inside the SDK.",
)


def swept(program: Program) -> str:
    """The table of a program, as `check --sweep` prints it."""
    command = [
        str(Path(sys.executable).with_name("incident-double")),
        "check",
        "--sweep",
        "--jobs",
        "4",
        "--",
    ]
    done = subprocess.run(
        [*command, sys.executable, *program.command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    lines = done.stdout.splitlines()
    return "\n".join(lines[next(at for at, line in enumerate(lines) if line.startswith("fault  ")) :])


def section(program: Program) -> str:
    """What the page has of a program."""
    arguments = " ".join(f'"{each}"' if " " in each else each for each in program.command)
    command = f"incident-double check --sweep -- python {arguments}"
    parts = [
        f"## {program.title}",
        "",
        program.about,
        "",
        "```sh",
        command,
        "```",
        "",
        "```text",
        swept(program),
        "```",
        "",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(HEAD + "\n".join(map(section, (WRITER, SDK))), encoding="utf-8")
