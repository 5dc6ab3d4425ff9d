"""A source of chance as text: where it stands."""

import base64
import binascii
import struct
from random import Random
from typing import Any

_WORDS = struct.Struct("!625I")
"""What a Mersenne Twister remembers: 624 words, and how many of them are used up."""

State = tuple[int, tuple[int, ...], None]


def written_chance(state: Any) -> str:
    """Say where it stands (see `Random.getstate`). Raises ValueError for one that can't be written."""
    version, words, following = state
    if version != 3 or following is not None:
        raise ValueError("this source of chance can't be saved")
    return base64.b64encode(_WORDS.pack(*words)).decode()


def read_chance(text: str) -> State:
    """Give what `Random.setstate` takes. Raises ValueError for anything that wasn't written."""
    try:
        found: State = (3, _WORDS.unpack(base64.b64decode(text, validate=True)), None)
        Random(0).setstate(found)
    except (binascii.Error, struct.error, ValueError):
        raise ValueError("not what a double has saved there") from None
    return found


class Follower:
    """Writes where a source of chance stands as it moves on: mostly, that is how many of its words are used up."""

    def __init__(self) -> None:
        self._last: Any = None

    def written(self, state: Any) -> str | int | None:
        """Give what `moved` reads; None where it hasn't moved since the last time."""
        before, self._last = self._last, state
        if state == before:
            return None
        if before is not None and state[1][:-1] == before[1][:-1]:
            return int(state[1][-1])
        return written_chance(state)


def moved(before: Any, written: str | int) -> Any:
    """Say where it stands after it moved on. Raises ValueError for what can't be."""
    if isinstance(written, str):
        return read_chance(written)
    version, words, following = before
    return (version, (*words[:-1], written), following)
