"""Pages of other origins: a browser lets them read answers only where these say so (CORS)."""

import re
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

EVERY_ORIGIN = "*"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")


def parse_origin(text: str) -> str:
    """Give an origin as browsers write it, from `SCHEME://HOST[:PORT]`; `*` is every one.

    Raises ValueError, in one line, for anything else, such as a URL with a path.
    """
    if text == EVERY_ORIGIN:
        return text
    origin = text.strip().lower().removesuffix("/")
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"not an origin, such as http://localhost:5173: {text}")
    return origin.removesuffix(_DEFAULT_PORTS.get(urlsplit(origin).scheme, "\n"))


def open_to(origins: frozenset[str], app: ASGIApp) -> ASGIApp:
    """Give the application, its answers readable by pages of these origins; never with a browser's credentials."""
    return CORSMiddleware(
        app,
        allow_origins=sorted(origins),
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["*"],
        allow_credentials=False,
    )
