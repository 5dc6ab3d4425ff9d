"""Which of the processes that noted their ids in a file are left."""

import os
from pathlib import Path


def ids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()]


def is_left(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
