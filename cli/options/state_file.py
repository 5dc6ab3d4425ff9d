"""The file in which `serve` keeps the state of its double from one run to the next."""

import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
import orjson

from ...mock_server.pipeline import Double
from ...mock_server.request.nesting import parsed
from ...mock_server.saved_state.state import exported, load


class StateFile:
    """A file to load the state from, where it is there, and to save it to."""

    def __init__(self, path: Path) -> None:
        """Raises click's error for a place where nothing could be saved."""
        self.shown = str(path)
        try:
            self._path = path.resolve()  # so that what is put in its place doesn't replace a link
        except RuntimeError:
            raise click.ClickException(f"{self.shown}: a link that leads to itself") from None
        if self._path.is_dir():
            raise click.ClickException(f"{self.shown}: Is a directory")
        try:
            with NamedTemporaryFile(dir=self._path.parent, prefix=f".{self._path.name}."):
                pass
        except OSError as error:
            raise click.ClickException(
                f"{self.shown}: can't be saved in {self._path.parent}: {error.strerror}"
            ) from None
        self.is_there = self._path.exists()

    def load(self, double: Double) -> None:
        """Bring the double to the state in the file. Raises click's error for one that holds none."""
        try:
            load(double, parsed(self._path.read_bytes()))
        except ValueError as error:
            raise click.ClickException(f"{self.shown}: {error}") from None

    def save(self, double: Double) -> None:
        """Put the state of the double in the place of the file: all of it or, when that fails, nothing."""
        text = orjson.dumps(exported(double), option=orjson.OPT_INDENT_2)
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with beside.open("wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if self._path.exists():
                shutil.copymode(self._path, beside)
            beside.replace(self._path)
        finally:
            beside.unlink(missing_ok=True)
