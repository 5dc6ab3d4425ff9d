"""Who may use the control plane: this machine's own programs, or whoever knows the control token.

A page in a person's browser can send requests to this machine as well. So a browser's request is let in only from
the double's own pages, or from those of an origin that was allowed: its `Origin` says so, and a name that someone
else's DNS points here gives itself away by `Host`. A token makes `Host` irrelevant, since only such pages could have
it.
"""

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from ..request.cookies import cookie
from ..request.messages import Request
from ..request.problem import ErrorEntry, Problem
from .guesses import Guesses

COOKIE = "incident_double_control"
"""Holds the control token of a person who has signed in to the console."""
_SAFE = ("GET", "HEAD")


def admit(request: Request, token: str | None, origins: frozenset[str], guesses: Guesses) -> None:
    """Let a request in. Raises the Problem: 403 for one from elsewhere, 401 for one without the token.

    And 429 for one from an address that has guessed it too often.

    Pages of the `origins`, `*` for any, are let in as this machine's programs are: a cookie is no use to them.
    """
    is_guest = _comes_from(request, origins)
    if not is_guest:
        _refuse_other_sites(request)
    if token is not None:
        guesses.check(request.client)
        given_tokens = _tokens(request, with_cookie=not is_guest)
        if not any(is_same(given, token) for given in given_tokens):
            if given_tokens:
                guesses.note(request.client)
            raise Problem(
                401,
                ErrorEntry(
                    "control_token_missing", "The control plane of this double asks for its control token"
                ),
            )
        return
    if request.client is None:
        return  # from within this process
    if not all(map(_is_loopback, [request.client, *_forwarded(request.headers)])):
        message = "The control plane is for this machine only, unless the double is given a control token"
        raise _refused(message)
    if not _is_loopback(_name(request.headers.get("host", ""))):
        raise _refused("The control plane answers to the names of this machine only, such as localhost")


def _comes_from(request: Request, origins: frozenset[str]) -> bool:
    """Whether it is a page of one of these origins, and not one of the double's own, that asks."""
    origin = request.headers.get("origin")
    return _is_foreign(request) and origin is not None and not origins.isdisjoint({origin.lower(), "*"})


def _is_foreign(request: Request) -> bool:
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    return origin is not None and origin.lower().partition("://")[2] != host.lower()


def _refuse_other_sites(request: Request) -> None:
    if _is_foreign(request):
        raise _refused("The control plane is closed to pages of other origins")
    site, mode = request.headers.get("sec-fetch-site"), request.headers.get("sec-fetch-mode")
    follows_a_link = mode == "navigate" and request.method in _SAFE
    if site in ("cross-site", "same-site") and not follows_a_link:
        raise _refused("The control plane is closed to pages of other sites")


def _forwarded(headers: Mapping[str, str]) -> list[str]:
    """For whom a proxy asks, if one does: it is on this machine, and who asks it may not be."""
    named = headers.get("x-forwarded-for", "").split(",") + ["unknown"] * ("forwarded" in headers)
    return [name.strip() for name in named if name.strip()]


def _tokens(request: Request, *, with_cookie: bool) -> list[str]:
    scheme, _, token = (request.authorization or "").partition(" ")
    found = [token.strip()] if scheme.lower() == "bearer" else []
    sent = cookie_of(request.headers) if with_cookie else None
    return [*found, *([sent] if sent else [])]


def cookie_of(headers: Mapping[str, str]) -> str | None:
    """Give the control token that a browser sends, percent-encoded; None when it sends none."""
    sent = cookie(headers, COOKIE)
    return None if sent is None else unquote(sent)


def is_same(given: str, token: str) -> bool:
    """Say whether a token that was given is the control token; takes as long, whatever they have in common."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def _name(host: str) -> str:
    """The host without its port; empty where there is none, or it can't be read."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _refused(message: str) -> Problem:
    return Problem(403, ErrorEntry("control_plane_closed", message))
