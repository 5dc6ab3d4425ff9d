"""Where a document has its key: a bearer token at incident.io, anything that OpenAPI knows elsewhere."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from ...openapi import Document, DocumentError
from .cookies import cookie
from .messages import Request

Reader = Callable[[Request], str | None]


def token_reader(document: Document) -> Reader:
    """Give what finds the token in a request: the first that one of the document's security schemes yields.

    Raises DocumentError when the schemes aren't built as OpenAPI has them.
    """
    schemes: Mapping[str, Any] = document.raw.get("components", {}).get("securitySchemes", {})
    try:
        readers = [_reader(document.resolve(scheme)) for scheme in schemes.values()] or [_bearer]
    except (AttributeError, TypeError) as error:
        raise DocumentError(f"`securitySchemes` not built as OpenAPI has them ({error})") from None
    if len(readers) == 1:
        return readers[0]
    return lambda request: next((token for reader in readers if (token := reader(request))), None)


def _reader(scheme: Mapping[str, Any]) -> Reader:
    if scheme.get("type") == "apiKey":
        return _api_key(str(scheme.get("in")), str(scheme.get("name")))
    if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "basic":
        return _basic
    return _bearer


def _bearer(request: Request) -> str | None:
    if not request.authorization:
        return None
    scheme, _, token = request.authorization.partition(" ")
    # Keys have no spaces in them: what comes without the scheme is no key.
    return token.strip() if scheme.lower() == "bearer" else f" {request.authorization}"


def _basic(request: Request) -> str | None:
    """The password, or the user name where there is no password: both are used for keys."""
    if not request.authorization:
        return None
    try:
        text = base64.b64decode(request.authorization.partition(" ")[2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return request.authorization
    user, _, password = text.partition(":")
    return password or user


def _api_key(place: str, name: str) -> Reader:
    if place == "query":
        return lambda request: next(iter(parse_qs(request.query).get(name, ())), None)
    if place == "cookie":
        return lambda request: cookie(request.headers, name)
    return lambda request: request.headers.get(name.lower())
