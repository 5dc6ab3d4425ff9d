"""A lock beside a file, which says who holds it, and which nobody holds any more once that process has ended."""

import os
from pathlib import Path

try:
    import fcntl
except (
    ImportError
):  # pragma: no cover - not on Windows, where the file itself is locked by whoever has it open
    fcntl = None  # type: ignore[assignment]


_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
"""A link in its place would lead the lock, and what is written into it, to somebody's file."""


class InUseError(Exception):
    """Another process has the file; one line says which."""


class FileLock:
    """The lock of a file, held from the beginning until `release`.

    Raises InUseError where another process holds it, and OSError where no lock can be made beside the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.lock")
        while True:
            self._descriptor = os.open(self._path, _FLAGS, 0o644)
            try:
                self._lock(path)
            except BaseException:
                os.close(self._descriptor)
                raise
            if self._is_there():
                break
            os.close(self._descriptor)  # whoever held it has just taken it away
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let others have it; once is enough."""
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1

    def _lock(self, path: Path) -> None:
        if fcntl is None:  # pragma: no cover
            return
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip()
            by = f"process {holder}" if holder else "another process"
            raise InUseError(f"{path} is in use by {by}") from None

    def _is_there(self) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        held = os.fstat(self._descriptor)
        return (there.st_ino, there.st_dev) == (held.st_ino, held.st_dev)
