"""The file in which `serve` keeps the state of its double from one run to the next."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import click

from ....mock_server.log.file_lock import FileLock, InUseError
from ....mock_server.pipeline import Double
from ....mock_server.request.nesting import parsed
from ....mock_server.saved_state.state import exported_parts, load
from ....openapi.intake.reading import InputError, read_file

_MOST_BYTES = 4 * 2**30
_Signature = tuple[int, int, int] | None


class StateFile:
    """A file to load the state from, where it is there, and to save it to.

    It is this process's alone until the command ends. Raises click's error for a place where nothing could be saved,
    and for a file that another process has.
    """

    def __init__(self, path: Path, context: click.Context) -> None:
        self.shown = str(path)
        try:
            self._path = path.resolve()  # so that what is put in its place doesn't replace a link
        except RuntimeError:
            raise click.ClickException(f"{self.shown}: a link that leads to itself") from None
        if self._path.exists() and not self._path.is_file():
            raise click.ClickException(f"{self.shown}: {'Is a directory' if path.is_dir() else 'not a file'}")
        try:
            lock = FileLock(self._path)
        except InUseError as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            raise click.ClickException(
                f"{self.shown}: can't be saved in {self._path.parent}: {error.strerror}"
            ) from None
        context.call_on_close(lock.release)
        self._beside = self._path.with_name(f".{self._path.name}.saving")
        self._beside.unlink(missing_ok=True)  # of a process that was killed
        self.is_there = self._path.exists()
        self._known = _signature(self._path)

    def load(self, double: Double) -> None:
        """Bring the double to the state in the file. Raises click's error for one that holds none."""
        self._known = _signature(self._path)
        try:
            load(double, parsed(read_file(self._path, most=_MOST_BYTES)))
        except InputError as error:
            raise click.ClickException(str(error)) from None
        except ValueError as error:
            raise click.ClickException(f"{self.shown}: {error}") from None

    def save(self, double: Double) -> None:
        """Put the state of the double in the place of the file: all of it or, when that fails, nothing.

        Where somebody else has changed the file meanwhile it stays, and the state is saved beside it. Raises click's
        error, which says where, and OSError.
        """
        try:
            _write(self._beside, exported_parts(double))
            if _signature(self._path) != self._known:
                saved = self._path.with_name(f"{self._path.name}.{os.getpid()}")
                self._beside.replace(saved)
                raise click.ClickException(
                    f"{self.shown} was changed by somebody else: it stays, and the state is saved in {saved}"
                )
            if self._path.exists():
                shutil.copymode(self._path, self._beside)
            self._beside.replace(self._path)
            self._known = _signature(self._path)
        finally:
            self._beside.unlink(missing_ok=True)


def _write(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def _signature(path: Path) -> _Signature:
    """What identifies the version of a file; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
