"""The one door for what is handed in: files, pipes, devices and URLs, each with bounds on bytes, seconds and depth.

Whatever is wrong is an InputError, whose text is one line that names the file or the URL.
"""

import json
import os
import re
import select
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from .printable import one_line

MOST_BYTES = 64 * 2**20
"""Of a document, a report, a scenario, or what a URL, a pipe or a device gives; unpacked."""
MOST_LEVELS = 200
_SECONDS = 30.0
"""For a URL, a pipe or a device, in all."""
_SILENT_SECONDS = 5.0
"""How long a pipe or a device may say nothing."""
_PIECE = 2**16
_ENCODINGS = {"", "identity", "gzip", "deflate"}
"""What is unpacked piece by piece; of several after one another, a piece could become any size."""
Result = TypeVar("Result")
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class InputError(ValueError):
    """What is handed in can't be used; the text is one line that names it."""


def read_file(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file, pipe or device. Raises InputError, within seconds for what never ends or begins."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            return _read(descriptor, most)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise InputError(one_line(f"{path}: {error.strerror or error}")) from None
    except ValueError as error:  # a name with a NUL byte among them
        raise InputError(one_line(f"{path}: {error}")) from None


def _read(descriptor: int, most: int) -> bytes:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise ValueError("Is a directory")
    waits = not stat.S_ISREG(mode) and hasattr(select, "poll")
    end = time.monotonic() + _SECONDS
    content = bytearray()
    while True:
        if waits:
            _wait(descriptor, end)
        try:
            piece = os.read(descriptor, _PIECE)
        except BlockingIOError:
            continue
        if not piece:
            return bytes(content)
        content += piece
        _check_size(len(content), most)


def _wait(descriptor: int, end: float) -> None:
    """Wait until there is something to read, or its end. Raises ValueError where that takes too long."""
    left = end - time.monotonic()
    if left <= 0:
        raise ValueError(f"takes more than {_SECONDS:g} seconds")
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    if not poll.poll(min(left, _SILENT_SECONDS) * 1000):
        raise ValueError(f"nothing came for {min(left, _SILENT_SECONDS):.0f} seconds")


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise ValueError(f"more than {most // 2**20} MiB")


def read_url(url: str, *, seconds: float = _SECONDS, most: int = MOST_BYTES) -> bytes:
    """Return what a GET of a URL answers, unpacked. Raises InputError, `seconds` after the start at the latest."""
    shown = without_credentials(url)
    end = time.monotonic() + seconds
    try:
        result = within(seconds, lambda: _fetched(url, end, most))
    except TimeoutError as error:
        result = str(error)
    if isinstance(result, str):
        raise InputError(one_line(f"{shown}: {result}"))
    return result


def within(seconds: float, ask: Callable[[], Result]) -> Result:
    """Return what a server is asked for, and raise what asking raises, or TimeoutError after so many seconds."""
    results: list[Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(ask())
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            errors.append(error)

    # Names that resolve slowly and heads that drip have no timeout of their own: a thread is left behind instead.
    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError(f"takes more than {seconds:g} seconds")
    return results[0]


def _fetched(url: str, end: float, most: int) -> bytes | str:
    """The content, or what is wrong."""
    import httpx  # noqa: PLC0415 - slow to import, and seldom needed

    content = bytearray()
    headers = {"accept-encoding": "gzip"}
    try:
        with httpx.stream(
            "GET", url, timeout=max(end - time.monotonic(), 0.1), headers=headers, follow_redirects=True
        ) as response:
            if not response.is_success:
                return f"the server answered {response.status_code}"
            if response.headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
                return "packed in a way that is not read"
            for piece in response.iter_bytes():
                content += piece
                _check_size(len(content), most)
                if time.monotonic() > end:
                    return "takes too long"
    except Exception as error:  # noqa: BLE001 - whatever a server brings about is said of its URL
        return str(error) or type(error).__name__
    return bytes(content)


def without_credentials(url: str) -> str:
    """Return a URL without user and password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def read_json(path: Path) -> Any:
    """Return the JSON value of a file, which is nested no more than 200 levels deep. Raises InputError."""
    text = read_file(path)
    try:
        return parse_json(text)
    except ValueError as error:
        raise InputError(one_line(f"{path}: {error}")) from None


class UnfitJsonError(ValueError):
    """JSON, or nearly, that is refused: nested too deeply, with a key twice or a number that JSON has not."""


def parse_json(text: bytes | str) -> Any:
    """Return a JSON value. Raises ValueError for a text that isn't JSON, has a key twice, or is nested too deeply."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except RecursionError:
        raise UnfitJsonError("nested too deeply") from None
    check_levels(value)
    return value


def check_characters(text: bytes, value: Any) -> None:
    """Raise ValueError for the value of a JSON text with half a character in it, which can't be written anywhere."""
    if not _HALF.search(text):
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UnfitJsonError("half a character (a lone surrogate) in a text") from None


def check_levels(value: Any) -> None:
    """Raise ValueError for a JSON value of more than 200 levels."""
    level: list[Any] = [value]
    for _ in range(MOST_LEVELS + 1):
        level = [child for each in level for child in _children(each)]
        if not level:
            return
    raise UnfitJsonError("nested too deeply")


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_constant(name: str) -> Any:
    raise UnfitJsonError(f"{name} is no JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise UnfitJsonError(f"a key that is there twice: {next(n for n in names if names.count(n) > 1)}")
    return found
