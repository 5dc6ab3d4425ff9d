"""TLS with a host that is led away: whatever a client trusts, it trusts that host's authority for it, and no other."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .leading import Redirection, find, redirection_at
from .patching import Patch

_MARK = "_incident_double_authorities"


def tls_patches(module: Any) -> list[Patch]:
    """Patch the contexts of the module `ssl`, those that exist and those that don't yet."""
    base = module._ssl._SSLContext
    genuine = next(
        each for each in base.__subclasses__() if each.__module__ == "ssl"
    )  # others may stand in its place

    def trusting(context: Any, redirection: Redirection) -> Any:
        made = genuine(module.PROTOCOL_TLS_CLIENT)
        base.check_hostname.__set__(made, base.check_hostname.__get__(context))
        base.verify_mode.__set__(made, base.verify_mode.__get__(context))
        made.load_verify_locations(cadata=redirection.authorities)
        made.sslsocket_class, made.sslobject_class = context.sslsocket_class, context.sslobject_class
        setattr(made, _MARK, True)
        return made

    def wrap_socket(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def wrap(
            self: Any,
            sock: Any,
            server_side: bool = False,
            do_handshake_on_connect: bool = True,
            suppress_ragged_eofs: bool = True,
            server_hostname: Any = None,
            session: Any = None,
        ) -> Any:
            found = (
                None if server_side or hasattr(self, _MARK) else find(server_hostname) or _found_by_peer(sock)
            )
            if found is not None:
                self, session = trusting(self, found), None
            return original(
                self,
                sock,
                server_side,
                do_handshake_on_connect,
                suppress_ragged_eofs,
                server_hostname,
                session,
            )

        return wrap

    def wrap_bio(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def wrap(
            self: Any,
            incoming: Any,
            outgoing: Any,
            server_side: bool = False,
            server_hostname: Any = None,
            session: Any = None,
        ) -> Any:
            found = None if server_side or hasattr(self, _MARK) else find(server_hostname)
            if found is not None:
                self, session = trusting(self, found), None
            return original(self, incoming, outgoing, server_side, server_hostname, session)

        return wrap

    return [Patch(genuine, "wrap_socket", wrap_socket), Patch(genuine, "wrap_bio", wrap_bio)]


def _found_by_peer(connection: Any) -> Redirection | None:
    """For a client that names no host, and doesn't look at the name in a certificate."""
    try:
        return redirection_at(connection.getpeername())
    except OSError:
        return None
