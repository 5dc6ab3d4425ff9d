"""What a person at a terminal sees of a command whose output goes elsewhere."""

import os
import subprocess
from collections.abc import Callable
from typing import IO, TypeVar

from .conftest import COMMAND

T = TypeVar("T")


def seen_on_terminal(arguments: list[str], use: Callable[[IO[bytes]], T]) -> tuple[bytes, T]:
    """What the command writes to a terminal on stderr, and what `use` makes of its output; then it is ended."""
    master, slave = os.openpty()
    with subprocess.Popen(
        [COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=slave,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
    ) as running:
        os.close(slave)
        assert running.stdout is not None
        used = use(running.stdout)
        running.terminate()
        seen = b""
        try:
            while chunk := os.read(master, 65536):
                seen += chunk
        except OSError:  # how Linux says that nobody has the other end any more
            pass
        os.close(master)
    return seen, used
