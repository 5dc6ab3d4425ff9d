"""The hosts that a double stands in for, and those that are let through beside them."""

import re
from collections.abc import Iterable
from ipaddress import ip_address

API_HOST = "api.incident.io"
"""Where the vendor's API is."""
HTTPS = 443
HTTP = 80
EVERY_HOST = "*"
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_MOST_CHARACTERS = 253


def host_name(text: str) -> str:
    """A host's name in lower case, without the dot of the root. Raises ValueError, in one line, for what is none."""
    name = text.strip().lower().removesuffix(".")
    if len(name) > _MOST_CHARACTERS or not _NAME.fullmatch(name) or is_address(name):
        raise ValueError(f"not the name of a host: {text}")
    return name


def is_address(text: str) -> bool:
    """Whether it is an IP address, in brackets or not."""
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


class AllowedHosts:
    """The hosts that are let through, `*` for all. Raises ValueError, in one line, for what is no host."""

    def __init__(self, hosts: Iterable[str] = ()) -> None:
        listed = list(hosts)
        self.has_every = EVERY_HOST in listed
        self.names = frozenset(
            text.strip("[]").lower() if is_address(text) else host_name(text)
            for text in listed
            if text != EVERY_HOST
        )

    def __contains__(self, host: str) -> bool:
        return self.has_every or host in self.names


def refusal(host: str, port: int) -> str:
    """What is said of a host that is not let through, in one line."""
    return f"refused {host}:{port}, which is not the API (--allow-host {host} lets it through)"
