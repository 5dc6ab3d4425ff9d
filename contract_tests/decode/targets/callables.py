"""Decoding in process: a callable from parsed JSON to a client's own object, and back."""

import functools
import importlib
import json
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import orjson

from ..exact_json import parse
from ..outcomes import Died, Hung, Outcome, Raised, Returned, TargetError

_LONGEST_MESSAGE = 300


class OutOfTime(BaseException):
    """A call took too long. Not an Exception, so that a client that catches everything doesn't catch it."""


class CallableTarget:
    """`module:callable`, or `module:Class.method`, which takes one parsed JSON value.

    `encode` names the method of what it returns, or a `module:callable`, that gives JSON back: an object, or its
    text; by default `to_dict`, where there is one. `expect` are the exceptions with which the client refuses broken
    input. Raises TargetError for names that lead nowhere.
    """

    takes_text = False

    def __init__(
        self, target: str, *, encode: str | None = None, expect: tuple[str, ...] = (), timeout: float = 2.0
    ) -> None:
        self._decode = _load(target)
        self._encode = _encoder(encode)
        self._expect = tuple(_exception(name) for name in expect)
        self._root = target.partition(":")[0].partition(".")[0]
        self._timeout = timeout

    def decode(self, text: bytes) -> Outcome:
        """Hand it the value that the text holds; a fresh one, since decoders take apart what they get."""
        value = parse(text)
        try:
            with time_limit(self._timeout):
                decoded = self._decode(value)
                encode = self._encode(decoded)
                return Returned() if encode is None else Returned(_plain(encode(), value), encodes=True)
        except TargetError:
            raise
        except OutOfTime:
            return Hung(self._timeout)
        except SystemExit as left:
            return Died(left.code if isinstance(left.code, int) else 1, "SystemExit")
        except Exception as error:  # noqa: BLE001 - whatever a client raises
            return self._raised(error)

    def _raised(self, error: Exception) -> Raised:
        kind = type(error)
        frames = [
            frame
            for frame in traceback.walk_tb(error.__traceback__)
            if frame[0].f_code.co_filename != __file__
        ]
        own = [frame for frame in frames if self._root in _parts(frame[0].f_code.co_filename)]
        return Raised(
            exception=f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."),
            message=str(error)[:_LONGEST_MESSAGE],
            frame=self._frame_text((own or frames)[-1:]),
            origin=self._frame_text(frames[-1:]),
            declared=isinstance(error, self._expect),
        )

    def _frame_text(self, frames: list[tuple[FrameType, int]]) -> str:
        for frame, line in frames:
            parts = Path(frame.f_code.co_filename).parts
            names = _parts(frame.f_code.co_filename)
            start = names.index(self._root) if self._root in names else max(0, len(parts) - 2)
            return f"{'/'.join(parts[start:])}:{line} in {frame.f_code.co_name}"
        return ""

    def close(self) -> None:
        """Nothing is left behind."""


@functools.lru_cache(maxsize=1024)
def _parts(filename: str) -> tuple[str, ...]:
    return Path(filename).with_suffix("").parts


def _load(target: str) -> Callable[[Any], Any]:
    module_name, colon, path = target.partition(":")
    if not colon or not module_name or not path:
        raise TargetError(f"not of the form module:callable: {target}")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where `python -m` would look too
    try:
        module = importlib.import_module(module_name)
        found: Any = functools.reduce(getattr, path.split("."), module)
    except Exception as error:  # noqa: BLE001 - importing runs the client's code
        raise TargetError(f"can't load {target}: {type(error).__name__}: {error}") from None
    if not callable(found):
        raise TargetError(f"not callable: {target}")
    return found  # type: ignore[no-any-return]


def _exception(name: str) -> type[BaseException]:
    module, _, attribute = name.rpartition(".")
    found = _load(f"{module or 'builtins'}:{attribute}")
    if not (isinstance(found, type) and issubclass(found, BaseException)):
        raise TargetError(f"not an exception: {name}")
    return found


def _encoder(encode: str | None) -> Callable[[Any], Callable[[], Any] | None]:
    if encode is None:
        return lambda decoded: getattr(decoded, "to_dict", None)
    if ":" in encode:
        function = _load(encode)
        return lambda decoded: lambda: function(decoded)
    return lambda decoded: getattr(decoded, encode)


def _plain(value: Any, sent: Any) -> Any:
    """What an encoder gave, as plain JSON."""
    if isinstance(value, bytes) or (isinstance(value, str) and not isinstance(sent, str)):
        return json.loads(value)  # it gave the text
    try:
        return json.loads(json.dumps(value))
    except TypeError:  # times and the like, which are no JSON yet
        return _of_objects(value)


def _of_objects(value: Any) -> Any:
    try:
        return json.loads(orjson.dumps(value))
    except TypeError as error:
        problem = f"what it encodes to is no JSON ({error}): name what gives JSON with --encode"
        raise TargetError(problem) from None


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in what takes longer; only in the main thread, and where the system has such a timer."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield  # no way to interrupt a call from here
        return

    def interrupt(_: int, __: FrameType | None) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
