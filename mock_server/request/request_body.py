"""The body of a request as it comes in."""

from ..assumptions import BODY_LIMIT


class RequestBody:
    """What has come in of a body; of one that is over its limit in bytes, nothing is kept."""

    def __init__(self, limit: int = BODY_LIMIT) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> None:
        """Take the next part."""
        self._size += len(part)
        if self._size <= self._limit:
            self._parts.append(part)
        else:
            self._parts.clear()

    def content(self) -> bytes | None:
        """Give the body; None when it is too large."""
        return b"".join(self._parts) if self._size <= self._limit else None
