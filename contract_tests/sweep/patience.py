"""How long a run of a sweep may take: as long as the client still does something, and not for ever."""

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable

from ..wire.conversation import WireExchange
from ..wire.queries import same_request
from ..wire.recording import Recorder

MANY = 20
"""How much more often than without a fault the same request is sent by a client that knows no end."""
_TIMES_A_PAUSE = 3
"""How much longer than the longest pause so far the next one may be: clients wait twice as long each time."""
_TIMES_SILENCE = 10
"""How much longer than a silence a run may take in all."""

SECONDS_BETWEEN_LOOKS = 0.1
"""How long whoever runs a client waits for its end, before it asks whether its time is over."""

IsOver = Callable[[], bool]
"""Whether a run has had its time, asked now and then."""


class Patience:
    """With a client that is silent for so many seconds, or for three times its longest pause so far, it ends.

    So it does with one that sends the same request `most` times, where that is given.
    """

    def __init__(
        self, recorder: Recorder, silence: float, most: int | None = None, *, in_all: float | None = None
    ) -> None:
        """Wait `in_all` seconds, ten times the silence if not given, for a client that goes on."""
        self._recorder = recorder
        self._silence = silence
        self._most = most
        self._in_all = _TIMES_SILENCE * silence if in_all is None else in_all
        self._began = self._heard = time.monotonic()
        self._longest_pause = 0.0
        self._count = 0
        self._sent: Counter[Hashable] = Counter()

    def is_over(self) -> bool:
        """Say whether the run has had its time."""
        now = time.monotonic()
        self._listen()
        allowed = max(self._silence, _TIMES_A_PAUSE * self._longest_pause)
        is_silent = now - self._heard > allowed
        return is_silent or now - self._began > self._in_all or self._is_endless()

    def _listen(self) -> None:
        new = self._recorder.exchanges_since(self._count)
        for exchange in new:
            self._longest_pause = max(self._longest_pause, exchange.started - self._heard)
            self._heard = max(self._heard, exchange.started)
            self._sent[same_request(exchange)] += 1
        self._count += len(new)

    def _is_endless(self) -> bool:
        return self._most is not None and max(self._sent.values(), default=0) >= self._most


def most_repeated(exchanges: Iterable[WireExchange]) -> int:
    """Say how often the request was sent that was sent most often."""
    return max(Counter(map(same_request, exchanges)).values(), default=0)
