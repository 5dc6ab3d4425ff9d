"""What a supervising process sees of a decoder in another process: whether it is in a call, and of which input."""

import mmap
import os
import struct
import time

_HEAD = struct.Struct("=BBBdI")
_MOST_BYTES = 256 * 1024


class Pulse:
    """Memory that two processes share: one decodes, and the other watches it."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _HEAD.size + _MOST_BYTES)
        self._owner = 0

    def own(self) -> None:
        """Let this be the process that decodes."""
        self._owner = os.getpid()
        self._note(False, 0)

    def begin(self, text: bytes) -> None:
        """Note that a call has begun."""
        size = min(len(text), _MOST_BYTES)
        self._shared[_HEAD.size : _HEAD.size + size] = text[:size]
        self._note(True, size)

    def end(self) -> None:
        """Note that it has ended. A copy of the process that a decoder has let loose ends here, and is noted."""
        if os.getpid() != self._owner:
            self._shared[1] = 1
            os._exit(0)
        self._note(False, _HEAD.unpack(self._shared[: _HEAD.size])[4])

    @property
    def has_forked(self) -> bool:
        """Whether a copy of the process came back from a call."""
        return bool(self._shared[1])

    def interrupt(self) -> None:
        """Note that somebody wants the run to end."""
        self._shared[2] = 1

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody wants that: a signal of which nothing is noted comes from the decoder itself."""
        return bool(self._shared[2])

    @property
    def text(self) -> bytes:
        """The input of the last call, or what there is room for of it."""
        size: int = _HEAD.unpack(self._shared[: _HEAD.size])[4]
        return self._shared[_HEAD.size : _HEAD.size + size]

    def seconds_in_call(self) -> float:
        """Say how long the call has taken so far; 0 outside of one."""
        is_in_call, _, _, since, _ = _HEAD.unpack(self._shared[: _HEAD.size])
        return time.monotonic() - since if is_in_call else 0.0

    def seconds_idle(self) -> float:
        """Say how long no call has been going on; 0 in one."""
        is_in_call, _, _, since, _ = _HEAD.unpack(self._shared[: _HEAD.size])
        return 0.0 if is_in_call else time.monotonic() - since

    def _note(self, is_in_call: bool, size: int) -> None:
        self._shared[: _HEAD.size] = _HEAD.pack(
            is_in_call, self._shared[1], self._shared[2], time.monotonic(), size
        )
