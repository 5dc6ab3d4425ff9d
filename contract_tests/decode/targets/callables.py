"""Decoding in process: a callable from parsed JSON to a client's own object, and back."""

import functools
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from ..exact_json import parse
from ..outcomes import Died, Hung, Outcome, Raised, Returned, TargetError
from .encoders import NotEncodableError, encoder
from .loading import load, load_exception
from .plain_json import encodable, plain_json
from .pulse import Pulse
from .surroundings import Surroundings
from .watched_values import Reads, watched
from .wrapped_errors import issues_of

_LONGEST_MESSAGE = 300


class OutOfTime(BaseException):
    """A call took too long. Not an Exception, so that a client that catches everything doesn't catch it."""


class CallableTarget:
    """`module:callable`, or `module:Class.method`, which takes one parsed JSON value.

    `encode` names what gives JSON back (see `encoder`): an object, its text, or Python's own types for it; by default
    `to_dict`, where there is one. `expect` are the exceptions with which the client refuses broken
    input. Raises TargetError for names that lead nowhere.
    """

    takes_text = False

    def __init__(
        self,
        target: str,
        *,
        encode: str | None = None,
        expect: tuple[str, ...] = (),
        timeout: float = 2.0,
        pulse: Pulse | None = None,
    ) -> None:
        self._surroundings = None if pulse is None else Surroundings()
        self._decode = load(target)
        self._encode = encoder(encode)
        self._expect = tuple(load_exception(name) for name in expect)
        self._root = target.partition(":")[0].partition(".")[0]
        self._timeout = timeout
        self._has_encoded = False
        self._pulse = pulse

    def decode(self, text: bytes) -> Outcome:
        """Hand it the value that the text holds; a fresh one, since decoders take apart what they get."""
        if self._pulse is None:
            return self._decoded(text)
        self._pulse.begin(text)
        try:
            outcome = self._decoded(text)
        finally:
            self._pulse.end()
            if self._surroundings is not None:
                self._surroundings.restore_recursion_limit()
        return Died(0, "a copy of the process came back") if self._pulse.has_forked else outcome

    def _decoded(self, text: bytes) -> Outcome:
        value = parse(text)
        try:
            with time_limit(self._timeout):
                decoded = self._decode(value)
                encode = self._encode(decoded)
                if encode is None:
                    return Returned()
                returned = plain_json(encode(), value)
            self._has_encoded = True
            return Returned(returned, encodes=True)
        except NotEncodableError as error:
            if not self._has_encoded:
                raise TargetError(str(error)) from None
            return Returned(plain_json(decoded, None), encodes=True)
        except OutOfTime:
            return Hung(self._timeout)
        except SystemExit as left:
            return Died(left.code if isinstance(left.code, int) else 1, "SystemExit")
        except BaseException as error:  # noqa: BLE001 - whatever a client raises
            self._require_its_own(error)
            return self._described(error)

    def _require_its_own(self, error: BaseException) -> None:
        """Let an interrupt go on, unless the decoder has sent the signal, or raised it, itself."""
        if isinstance(error, KeyboardInterrupt) and (self._pulse is None or self._pulse.is_interrupted):
            raise error

    def _described(self, error: BaseException) -> Raised | Hung:
        """What it raised, whatever its exception does to whoever looks at it."""
        try:
            with time_limit(self._timeout):
                return self._raised(error)
        except OutOfTime:
            return Hung(self._timeout)
        except BaseException as worse:  # noqa: BLE001 - whatever a client calls its text
            self._require_its_own(worse)
            name = type.__getattribute__(type(error), "__name__")
            return Raised(str(name), "an exception whose text can't be had", "", "", declared=False)

    def reads(self, text: bytes) -> Reads:
        """Give what it asks for of the value in the text; nothing where it doesn't take a dict of another class."""
        reads: Reads = set()
        if self._pulse is not None:
            self._pulse.begin(text)
        try:
            with time_limit(self._timeout):
                self._decode(watched(parse(text), reads))
        except BaseException as error:  # noqa: BLE001 - whatever a client raises
            self._require_its_own(error)
            return set()
        finally:
            if self._pulse is not None:
                self._pulse.end()
        return reads

    def _raised(self, error: BaseException) -> Raised:
        kind = type(error)
        frames = [
            frame
            for frame in traceback.walk_tb(error.__traceback__)
            if frame[0].f_code.co_filename != __file__
        ]
        own = [frame for frame in frames if self._root in _parts(frame[0].f_code.co_filename)]
        return Raised(
            exception=encodable(f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")),
            message=encodable(str(error)[:_LONGEST_MESSAGE]),
            frame=self._frame_text((own or frames)[-1:]),
            origin=self._frame_text(frames[-1:]),
            declared=isinstance(error, self._expect),
            issues=issues_of(error),
        )

    def _frame_text(self, frames: list[tuple[FrameType, int]]) -> str:
        for frame, line in frames:
            parts = Path(frame.f_code.co_filename).parts
            names = _parts(frame.f_code.co_filename)
            start = names.index(self._root) if self._root in names else max(0, len(parts) - 2)
            return encodable(f"{'/'.join(parts[start:])}:{line} in {frame.f_code.co_name}")
        return ""

    def close(self) -> None:
        """Undo what it did to a process of its own. Raises OSError where it has closed a standard stream."""
        if self._surroundings is not None:
            self._surroundings.restore()


@functools.lru_cache(maxsize=1024)
def _parts(filename: str) -> tuple[str, ...]:
    return Path(filename).with_suffix("").parts


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
