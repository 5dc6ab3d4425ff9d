"""Where hosts lead, and which of the redirections in force a host belongs to."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterable, Mapping

from .names import name_of, unmapped

Address = tuple[str, int]
Judge = Callable[[str, "int | None"], "str | None"]
"""Says of another host, and a port or None, why it is refused; None to let it through."""


class Redirection:
    """The hosts that lead elsewhere: for each of their `ports` to an address, trusted by `authorities` (PEM)."""

    def __init__(
        self, hosts: Iterable[str], ports: Mapping[int, Address], authorities: str, judge: Judge
    ) -> None:
        self.hosts = frozenset(hosts)
        self.ports = dict(ports)
        self.authorities = authorities
        self.judge = judge


class _Active:
    """Those that are in force, the innermost last."""

    def __init__(self) -> None:
        self.redirections: list[Redirection] = []
        self.lock = threading.RLock()


ACTIVE = _Active()
_STANDING_IN: dict[str, str] = {}
"""The host that each address stands for."""
RESOLVED: dict[str, str] = {}
"""The name that each other address was found by."""


def find(host: object) -> Redirection | None:
    """Give the innermost redirection of a host, by its name or the address that stands for it; None for any other."""
    name = _named(host)
    return next((each for each in reversed(ACTIVE.redirections) if name in each.hosts), None)


def target(host: object, port: int | None) -> Address | None:
    """Say where a connection to a host leads; None for other hosts. Raises ConnectionRefusedError for other ports."""
    found = find(host)
    if found is None:
        return None
    address = None if port is None else found.ports.get(port)
    if address is None:
        raise ConnectionRefusedError(
            errno.ECONNREFUSED, f"incident-double: {_named(host)} has no port {port}"
        )
    return address


def redirection_at(address: object) -> Redirection | None:
    """Give the redirection that leads to an address, as a socket has it; None where none does."""
    if not isinstance(address, tuple) or len(address) < 2:
        return None
    found = (unmapped(str(address[0])), address[1])
    active = reversed(ACTIVE.redirections)
    return next((each for each in active if any(tuple(at) == found for at in each.ports.values())), None)


def require_permitted(host: object, port: int | None) -> None:
    """Raise ConnectionRefusedError, in one line, where a redirection refuses another host."""
    name = unmapped(name_of(host))
    name = RESOLVED.get(name, name)
    for redirection in list(ACTIVE.redirections):
        reason = redirection.judge(name, port)
        if reason is not None:
            raise ConnectionRefusedError(errno.ECONNREFUSED, f"incident-double: {reason}")


def standing_in(host: object) -> str:
    """Give the address that stands for a host: one that nobody else is likely to use, and that leads nowhere."""
    name = _named(host)
    with ACTIVE.lock:
        for address, other in _STANDING_IN.items():
            if other == name:
                return address
        number = len(_STANDING_IN) + 1
        address = f"127.253.{number // 250}.{number % 250 + 1}"
        _STANDING_IN[address] = name
        return address


def note_resolved(host: object, addresses: Iterable[str]) -> None:
    """Remember by which name addresses were found."""
    RESOLVED.update(dict.fromkeys(map(name_of, addresses), name_of(host)))


def _named(host: object) -> str:
    name = unmapped(name_of(host))
    return _STANDING_IN.get(name, name)
