"""The console's own style, script and icon."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from ...request.messages import Reply
from ..paths import ASSETS
from ..visit import Visit

_TYPES = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@cache
def _read(name: str) -> tuple[bytes, str]:
    """A file, and the tag by which a browser asks whether it has changed."""
    content = (Path(__file__).parents[1] / "assets" / name).read_bytes()
    return content, f'"{sha256(content).hexdigest()[:16]}"'


def _answering(name: str) -> Callable[[Visit], Reply]:
    def show(visit: Visit) -> Reply:
        content, tag = _read(name)
        # A newer double may be served in the same place: a browser may keep the file, but has to ask.
        headers = (("cache-control", "no-cache"), ("etag", tag), ("x-content-type-options", "nosniff"))
        if visit.request.headers.get("if-none-match") == tag:
            return Reply(304, b"", headers)
        return Reply(200, content, (("content-type", _TYPES[name]), *headers))

    return show


PAGES = {f"GET {ASSETS}/{name}": _answering(name) for name in _TYPES}
