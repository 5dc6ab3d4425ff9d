"""Who may use the control plane: this machine's own programs, or whoever knows the control token.

A page in a person's browser can send requests to this machine as well. So a browser's request is let in only from
the double's own pages: its `Origin` says so, and a name that someone else's DNS points here gives itself away by
`Host`. A token makes `Host` irrelevant, since only pages of the double's own origin could have it.
"""

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from ..request.messages import Request
from ..request.problem import Fault, Problem

COOKIE = "incident_double_control"
"""Holds the control token of a person who has signed in to the console."""
_SAFE = ("GET", "HEAD")


def admit(request: Request, token: str | None) -> None:
    """Let a request in. Raises the Problem: 403 for one from elsewhere, 401 for one without the token."""
    _refuse_other_sites(request)
    if token is not None:
        if not any(is_same(given, token) for given in _tokens(request)):
            raise Problem(
                401,
                Fault("control_token_missing", "The control plane of this double asks for its control token"),
            )
        return
    if request.client is None:
        return  # from within this process
    if not all(map(_is_loopback, [request.client, *_forwarded(request.headers)])):
        message = "The control plane is for this machine only, unless the double is given a control token"
        raise _refused(message)
    if not _is_loopback(_name(request.headers.get("host", ""))):
        raise _refused("The control plane answers to the names of this machine only, such as localhost")


def _refuse_other_sites(request: Request) -> None:
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    if origin is not None and origin.lower().partition("://")[2] != host.lower():
        raise _refused("The control plane is closed to pages of other origins")
    site, mode = request.headers.get("sec-fetch-site"), request.headers.get("sec-fetch-mode")
    follows_a_link = mode == "navigate" and request.method in _SAFE
    if site in ("cross-site", "same-site") and not follows_a_link:
        raise _refused("The control plane is closed to pages of other sites")


def _forwarded(headers: Mapping[str, str]) -> list[str]:
    """For whom a proxy asks, if one does: it is on this machine, and who asks it may not be."""
    named = headers.get("x-forwarded-for", "").split(",") + ["unknown"] * ("forwarded" in headers)
    return [name.strip() for name in named if name.strip()]


def _tokens(request: Request) -> list[str]:
    scheme, _, token = (request.authorization or "").partition(" ")
    found = [token.strip()] if scheme.lower() == "bearer" else []
    return [*found, *([cookie] if (cookie := cookie_of(request.headers)) else [])]


def cookie_of(headers: Mapping[str, str]) -> str | None:
    """The control token that a browser sends, percent-encoded; None when it sends none."""
    parts = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return next((unquote(value) for name, _, value in parts if name == COOKIE), None)


def is_same(given: str, token: str) -> bool:
    """Whether a token that was given is the control token; takes as long, whatever they have in common."""
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
    return Problem(403, Fault("control_plane_closed", message))
