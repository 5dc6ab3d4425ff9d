"""The redirection of a whole program, as the variable INCIDENT_DOUBLE_REDIRECTION has it."""

from __future__ import annotations

import json
import os
import sys

from .leading import Redirection
from .names import is_loopback
from .redirection import begin

_VARIABLE = "INCIDENT_DOUBLE_REDIRECTION"
_WEB = (80, 443)
"""The ports whose hosts have to be let through; a database, say, is nobody's business."""


def begin_from_environment() -> None:
    """Begin it, where the variable says something."""
    try:
        given = json.loads(os.environ.get(_VARIABLE, ""))
        with open(given["authorities"], encoding="ascii") as file:  # noqa: PTH123 - pathlib takes long to import
            authorities = file.read()
        ports = {int(port): (address[0], address[1]) for port, address in given["ports"].items()}
        redirection = Redirection(given["hosts"], ports, authorities, _Judge(given["allowed"]))
    except (OSError, ValueError, KeyError):
        return  # the double is gone
    begin(redirection)


class _Judge:
    """Refuses the web beyond this machine, but for what is allowed, and says so once for each host."""

    def __init__(self, allowed: list[str]) -> None:
        self._allowed = frozenset(allowed)
        self._seen: set[str] = set()

    def __call__(self, host: str, port: int | None) -> str | None:
        if port not in _WEB or is_loopback(host) or not self._allowed.isdisjoint((host, "*")):
            return None
        reason = f"refused {host}:{port}, which is not the API (--allow-host {host} lets it through)"
        if reason not in self._seen:
            self._seen.add(reason)
            sys.stderr.write(f"incident-double: {reason}\n")
        return reason
