"""Putting a report in its place: all of it or, when that fails, nothing."""

import shutil
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in the place of a file, which stays as it was until then. Raises OSError.

    A link, and what is no file, such as a pipe, gets it as it comes; so does a file in a folder that is only read.
    """
    beside = path.with_name(f".{path.name}.writing")
    if path.is_symlink() or (path.exists() and not path.is_file()) or not _can_be_made(beside):
        path.write_bytes(content)
        return
    try:
        if path.exists():
            shutil.copymode(path, beside)
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _can_be_made(path: Path) -> bool:
    try:
        path.touch()
    except OSError:
        return False
    return True
