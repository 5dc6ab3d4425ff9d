"""Putting a report in its place: all of it or, when that fails, nothing."""

import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in the place of a file, which stays as it was until then. Raises OSError.

    A link, and what is no file, such as a pipe, gets it as it comes; so does a file that can't be replaced.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()) or not _replaced(path, content):
        path.write_bytes(content)


def _replaced(path: Path, content: bytes) -> bool:
    """Write the content beside a file, and put that in its place; False where the folder permits no such thing."""
    beside = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        file = beside.open("xb")
    except OSError:
        return False
    try:
        with file:
            file.write(content)
        with suppress(OSError):
            if path.exists():
                shutil.copymode(path, beside)
            beside.replace(path)
            return True
        return False
    finally:
        beside.unlink(missing_ok=True)
