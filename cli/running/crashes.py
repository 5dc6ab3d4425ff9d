"""A fault of our own: one line that names a file to send, and an exit code that no verdict has."""

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from ...mock_server.journal.redaction import REDACTED
from ...openapi.intake.printable import one_line

CRASHED = 70
"""The exit code of a fault of our own."""
_SECRET_OPTIONS = ("--api-key", "--webhook-secret", "--control-token")
_SECRET_VARIABLE = re.compile(r"KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^/\s'\"]+@")


def crashed(error: BaseException, arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Write down what happened, without keys, and return the line that says where."""
    secrets = sorted({*_secrets_of(arguments), *_secrets_in(environment)}, key=len, reverse=True)
    text = "".join(
        [
            f"arguments: {list(arguments)!r}\npython: {sys.version}\n\n",
            *traceback.format_exception(error),
        ]
    )
    said = one_line(f"{type(error).__name__}: {_described(error)}")[:200]
    try:
        descriptor, name = tempfile.mkstemp(prefix="incident-double-crash-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(_redacted(text, secrets))
    except OSError as problem:
        name = f"no file, for {problem.strerror}"
    return f"a fault of our own: {_redacted(said, secrets)}; please send {name}"


def reason_of(error: OSError) -> str:
    """Say in a line why the system refused, and what."""
    reason = error.strerror or str(error)
    return reason if error.filename is None else f"{error.filename}: {reason}"


def _described(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with it
        return f"(its text raises {type(problem).__name__})"


def _secrets_of(arguments: Sequence[str]) -> list[str]:
    found = []
    for number, each in enumerate(arguments):
        name, equals, value = each.partition("=")
        if name in _SECRET_OPTIONS:
            found.append(value if equals else "".join(arguments[number + 1 : number + 2]))
    return [part for each in found for part in (each, unquote(each), each.partition(":")[0]) if part]


def _secrets_in(environment: Mapping[str, str]) -> list[str]:
    return [value for name, value in environment.items() if _SECRET_VARIABLE.search(name) and len(value) >= 6]


def _redacted(text: str, secrets: Sequence[str]) -> str:
    for each in secrets:
        text = text.replace(each, REDACTED)
    return _USER_INFO.sub(f"{REDACTED}@", text)
