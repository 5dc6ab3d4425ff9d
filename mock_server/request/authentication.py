"""API keys: who calls, and what they may do (behaviour.md#authentication)."""

import hashlib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cached_property

from ..assumptions import SCOPES_OF_ROLES
from .problem import ErrorEntry, Problem

DEFAULT_TOKEN = "inc_" + hashlib.sha256(b"incident-double").hexdigest()
"""The documented key of a double that was given none: the vendor's form, `inc_` and 64 hex digits."""


class ApiKey:
    """One key. `roles` are names of the `IdentityV1.roles` enum; None stands for every role."""

    def __init__(
        self, token: str, roles: Iterable[str] | None = None, *, name: str = "incident-double"
    ) -> None:
        self.token = token
        self.name = name
        self.roles = None if roles is None else frozenset(roles)
        self._granted: dict[str, bool] = {}

    @cached_property
    def id(self) -> str:
        """A stable id of 26 characters, as good as a ULID."""
        digest = hashlib.sha256(self.token.encode()).hexdigest().upper()
        return "01" + digest[:24]

    def has_role(self, role: str) -> bool:
        """Say whether the key was given the role, by name or by having them all."""
        return self.roles is None or role in self.roles

    def grants(self, scope: str) -> bool:
        """Say whether one of the key's roles carries the scope."""
        if self.roles is None:
            return True
        if scope not in self._granted:
            patterns = [pattern for role in self.roles for pattern in SCOPES_OF_ROLES.get(role, ())]
            self._granted[scope] = any(fnmatchcase(scope, pattern) for pattern in patterns)
        return self._granted[scope]


NOBODY = ApiKey("")
"""Whose key isn't known, or isn't asked for."""


def parse_api_key(text: str, known_roles: Iterable[str]) -> ApiKey:
    """Give a key from `KEY` or `KEY=role,role`. Raises ValueError with one line that says what is wrong."""
    token, equals, listed = text.partition("=")
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("an API key is made of printable ASCII characters, without spaces")
    if not equals:
        return ApiKey(token)
    roles = [role.strip() for role in listed.split(",") if role.strip()]
    known = set(known_roles)
    unknown = [role for role in roles if role not in known]
    if unknown:
        raise ValueError(f"no such role: {', '.join(unknown)} (roles: {', '.join(sorted(known))})")
    return ApiKey(token, roles)


def authenticate(token: str | None, keys: Mapping[str, ApiKey]) -> ApiKey:
    """Give the key that a token names. Raises the 401 Problem when there is none, or none that is known."""
    if not token:
        raise Problem(
            401, ErrorEntry("missing_authorization_material", "No authorization material provided in request")
        )
    key = keys.get(token)
    if key is None:
        raise Problem(401, ErrorEntry("access_token_invalid", "Access token is not valid"))
    return key
