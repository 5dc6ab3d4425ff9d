"""What a transaction has changed, before it is committed."""

from collections.abc import Sequence

from ..store.store import Change


class Pending:
    """What one transaction has changed up to now."""

    def __init__(self) -> None:
        self.clear()

    def __bool__(self) -> bool:
        return self.has_changed

    def clear(self) -> None:
        """Begin the next one."""
        self.changes: list[Change] = []
        self.has_changed = self.has_clock = self.is_reset = self.is_whole = self.is_rebased = False

    def add(self, applied: Sequence[Change] | None) -> None:
        """Take note of what the store does."""
        self.has_changed = True
        if applied is None:
            self.is_whole = True
        else:
            self.changes += applied

    def replace(self, *, by_start: bool) -> None:
        """Take note that all was replaced: what came before counts no longer."""
        self.clear()
        self.has_changed = True
        self.is_reset, self.is_whole = by_start, not by_start

    def note_clock(self) -> None:
        """Take note that the clock does anything but run on."""
        self.has_changed = self.has_clock = True

    def note_outbox(self) -> None:
        """Take note that endpoints or deliveries have changed."""
        self.has_changed = True
