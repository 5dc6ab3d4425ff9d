"""Errors of decoding, keys, types and indices that a program prints as it stumbles, as its language has them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

_PYTHON = re.compile(r"^Traceback \(most recent call last\)", re.MULTILINE)
_PYTHON_ERROR = re.compile(
    r"^(?P<name>(?:[\w.]+\.)?(?:(?:Key|Index|Type|Attribute|Lookup|UnboundLocal|Name|Recursion|UnicodeDecode)Error"
    r"|JSONDecodeError|\w*ValidationError|DecodeError|DecodingError|ClassValidationError))\b(?P<message>.*)",
    re.MULTILINE,
)
_OTHER_ERROR = re.compile(
    r"^(?:Uncaught )?(?P<name>(?:Type|Syntax|Range|Reference|Zod)Error)\b(?P<message>.*)"
    r"|^panic: (?P<panic>.*)|(?P<go>json: cannot unmarshal.*|invalid character .+ looking for beginning of value)"
    r"|^thread '.+' (?:\(\d+\) )?panicked(?P<rust>.*)"
    r"|(?P<java>java\.lang\.(?:NullPointer|ClassCast|IndexOutOfBounds|IllegalState)Exception"
    r"|(?<![\w.])[\w.]*(?:JsonParse|JsonMapping|MismatchedInput|JsonSyntax|UnrecognizedProperty)Exception|NoMethodError)",
    re.MULTILINE,
)
_PYTHON_FRAME = re.compile(
    r'^[ \t]*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<name>\S+)', re.MULTILINE
)
_NODE_FRAME = re.compile(
    r"^[ \t]*at (?:(?P<name>[^(\n]+) \()?(?:file://)?(?P<file>[^()\n]+?):(?P<line>\d+):\d+\)?$", re.MULTILINE
)
_LIBRARIES = ("site-packages", "node_modules", "node:", "/lib/python")
_LONGEST = 300
"""Characters of a message."""
_LONGEST_LINE = 2_000
"""Characters of a line that are read: no error has more that matter, and patterns take long over longer ones."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line that a program printed."""

    at: float
    """When, in seconds of the machine's monotonic clock."""
    text: str


@dataclass(frozen=True, slots=True)
class PrintedCrash:
    """An error that a program printed with the stack that led to it."""

    at: float
    """When, in seconds of the machine's monotonic clock."""
    exception: str
    message: str
    frame: str
    """The program's own line, as `module.py:12 in function`, where the stack has one."""


def is_crash(output: str) -> bool:
    """Say whether what a program printed ends in such an error."""
    return _error_in("\n".join(line[:_LONGEST_LINE] for line in output.split("\n"))) is not None


def crashes_in(lines: Sequence[PrintedLine]) -> Iterator[PrintedCrash]:
    """Read each such error from what a program printed, stack by stack.

    A stack whose error is of another kind is none: the client raised what it meant to raise.
    """
    for part in _stacks(lines):
        text = "\n".join(line.text for line in part)
        error = _error_in(text)
        if error is not None:
            at = part[text.count("\n", 0, error.start())].at
            name = next((each for each in (error.groupdict().get("name"), _kind(error)) if each), "error")
            yield PrintedCrash(at, name, error.group().strip()[:_LONGEST], _frame(text))


def _error_in(output: str) -> re.Match[str] | None:
    start = max((found.start() for found in _PYTHON.finditer(output)), default=None)
    if start is not None:
        return _PYTHON_ERROR.search(output, start)
    return _OTHER_ERROR.search(output)


def _kind(error: re.Match[str]) -> str | None:
    groups = error.groupdict()
    return groups.get("java") or next((name for name in ("panic", "rust", "go") if groups.get(name)), None)


def _stacks(lines: Sequence[PrintedLine]) -> Iterator[Sequence[PrintedLine]]:
    """The lines in parts: a traceback of Python with those that it was raised from, or what lies between two."""
    part: list[PrintedLine] = []
    goes_on = False
    for line in lines:
        begins = line.text.startswith("Traceback (most recent call last)") or _begins(line.text)
        if begins and part and not goes_on:
            yield part
            part = []
        if line.text.strip():
            # The error comes after the lines of a traceback, and the next traceback after these words.
            goes_on = line.text.startswith(("  ", "During handling of the above", "The above exception was"))
        part.append(line)
    if part:
        yield part


def _begins(text: str) -> bool:
    found = _OTHER_ERROR.match(text)
    return found is not None and found.groupdict()["name"] is not None


def _frame(text: str) -> str:
    """The innermost line of the program's own: the last of Python's stack, the first of Node's."""
    start = max((found.start() for found in _PYTHON.finditer(text)), default=0)
    frames = [*reversed(list(_PYTHON_FRAME.finditer(text, start)))] or list(_NODE_FRAME.finditer(text))
    own = [frame for frame in frames if not any(each in frame["file"] for each in _LIBRARIES)]
    return next((_shown(frame) for frame in own or frames), "")


def _shown(frame: re.Match[str]) -> str:
    name = frame["name"]
    place = f"{PurePath(frame['file']).name}:{frame['line']}"
    return f"{place} in {name}" if name else place


def lines_of(printed: Iterable[tuple[float, bytes]]) -> list[PrintedLine]:
    """Give the lines of what was printed bit by bit, each with the time of the bit in which it ended."""
    found: list[PrintedLine] = []
    rest, at = b"", 0.0
    for at, part in printed:
        *whole, rest = (rest + part).split(b"\n")
        found += [PrintedLine(at, _text(line)) for line in whole]
    return [*found, PrintedLine(at, _text(rest))] if rest else found


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")[:_LONGEST_LINE]
