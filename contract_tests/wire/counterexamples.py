"""What a finding shows of the wire: an exchange or an event as JSON, without the key."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from ...mock_server.journal.redaction import REDACTED, Redaction
from ...mock_server.request.credentials import token_reader
from ...mock_server.request.nesting import parsed
from ...openapi import Document, Json
from .conversation import WebhookDelivery, WireExchange
from .queries import request_of

_SHOWN_HEADERS = ("content-type", "retry-after", "incident-double-note")
_LONGEST_BODY = 4096
"""Bytes; of a longer body only its length is shown."""


def exchange_as_json(exchange: WireExchange, document: Document) -> Json:
    """Give an exchange for a report, without the key that was sent, wherever it was."""
    found = {
        "request": {
            "method": exchange.method,
            "path": exchange.path,
            "query": exchange.query,
            "authorization": _scheme(exchange.headers.get("authorization")),
            "body": _shown(exchange.body),
        },
        "answer": {
            "status": exchange.status,
            "headers": _shown_headers(exchange.answer_headers),
            "body": _shown(exchange.answer_body),
        },
        "fault": exchange.fault,
    }
    key = (token_reader(document)(request_of(exchange)) or "").strip()
    return _redaction(key).value(found) if key else found


def server_exchange(method: str, url: str, body: bytes, status: int, answer: bytes) -> dict[str, Json]:
    """Give an exchange with a server for a report, without any header."""
    target = urlsplit(url)
    return {
        "request": {"method": method, "path": target.path, "query": target.query, "body": _shown(body)},
        "answer": {"status": status, "body": _shown(answer)},
    }


def delivery_as_json(delivery: WebhookDelivery) -> Json:
    """Give a delivered event for a report."""
    return {
        "kind": delivery.kind,
        "headers": dict(delivery.headers),
        "body": _shown(delivery.body),
        "status": delivery.status,
    }


@lru_cache(maxsize=64)
def _redaction(key: str) -> Redaction:
    return Redaction([key], show=lambda _: REDACTED)


def _scheme(authorization: str | None) -> str | None:
    if authorization is None:
        return None
    scheme, space, _ = authorization.partition(" ")
    return f"{scheme} {REDACTED}" if space else REDACTED


def _shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in headers.items()
        if name in _SHOWN_HEADERS or name.startswith("x-ratelimit-")
    }


def _shown(body: bytes) -> Json:
    if not body:
        return None
    if len(body) > _LONGEST_BODY:
        return {"bytes": len(body)}
    try:
        return parsed(body)
    except ValueError:
        return body.decode("utf-8", "replace")
