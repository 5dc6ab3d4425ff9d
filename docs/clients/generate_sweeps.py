"""Writes how two programs of the examples take every fault: `python docs/clients/generate_sweeps.py`, a minute."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FINE = ("copes", "gives up")
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


def swept(program: Program) -> Any:
    """What `check --sweep` reports of a program: see `contract_tests.sweep.verdicts.as_json`."""
    check = [str(Path(sys.executable).with_name("incident-double")), "check", "--sweep", "--jobs", "4"]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        done = subprocess.run(
            [*check, "--json", str(report), "--", sys.executable, *program.command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        return json.loads(report.read_text(encoding="utf-8"))["sweep"]


def table(sweep: Any) -> list[str]:
    """Faults against operations; what is wrong stands out."""
    operations = sweep["operations"]
    outcomes: dict[str, dict[str, str]] = {}
    for trial in sweep["trials"]:
        kind = trial["fault"].removeprefix(f"{trial['operation']}:").partition("*")[0]
        shown = trial["outcome"] if trial["outcome"] in FINE else f"**{trial['outcome']}**"
        outcomes.setdefault(kind, {})[trial["operation"]] = shown
    return [
        f"| fault | {' | '.join(operations)} |",
        "|---" * (1 + len(operations)) + "|",
        *(
            f"| `{kind}` | {' | '.join(of.get(each, '') for each in operations)} |"
            for kind, of in outcomes.items()
        ),
    ]


def section(program: Program) -> str:
    """What the page has of a program."""
    arguments = " ".join(f'"{each}"' if " " in each else each for each in program.command)
    command = f"incident-double check --sweep -- python {arguments}"
    lines = ["```sh", command, "```", "", *table(swept(program)), ""]
    return "\n".join([f"## {program.title}", "", program.about, "", *lines])


if __name__ == "__main__":
    PAGE.write_text(HEAD + "\n".join(map(section, (WRITER, SDK))), encoding="utf-8")
