"""Brings what this process sends to some hosts to an address of this machine, whichever library sends it.

Their names resolve to an address that stands for the host, connections to that are led away, and TLS with the host
trusts its authority and nobody else. So clients, contexts and resolvers that were made earlier are reached as well.

It is loaded into other people's programs too: it needs the standard library alone, and Python 3.9 or later.
"""

from .leading import Redirection
from .redirection import begin, end

__all__ = ["Redirection", "begin", "end"]
