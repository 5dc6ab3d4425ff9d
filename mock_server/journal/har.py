"""Exchanges as an HTTP Archive 1.2 (HAR), which browsers and proxies read."""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ...openapi import Json
from ...openapi.rfc3339 import written
from ..request.messages import Exchange
from .redaction import Redaction


def archive(exchanges: Iterable[Exchange], redaction: Redaction) -> dict[str, Any]:
    """Give the archive, with keys, secrets and signatures cut short."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "incident-double", "version": version("incident-double")},
            "entries": [_entry(exchange, redaction) for exchange in exchanges],
        }
    }


def _entry(exchange: Exchange, redaction: Redaction) -> dict[str, Any]:
    shown = redaction.exchange(exchange)
    milliseconds = shown.get("milliseconds", -1)
    entry = {
        "startedDateTime": written(exchange.at),
        "time": max(milliseconds, 0),
        "request": _request(exchange, shown["request"], redaction),
        "response": _response(shown["response"]),
        "cache": {},
        "timings": {"send": 0, "wait": max(milliseconds, 0), "receive": 0},
    }
    comments = [text for text in (shown["operation"], shown.get("fault"), shown.get("note")) if text]
    return {**entry, "comment": "; ".join(comments)} if comments else entry


def _request(exchange: Exchange, shown: Mapping[str, Any], redaction: Redaction) -> dict[str, Any]:
    query = f"?{shown['query']}" if shown["query"] else ""
    found = {
        "method": shown["method"],
        "url": f"{redaction.text(exchange.request.base_url)}{shown['path']}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(shown["headers"].items()),
        "queryString": _pairs(parse_qsl(shown["query"], keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(exchange.request.body or b""),
    }
    if "body" in shown:
        mime = shown["headers"].get("content-type", "application/json")
        found["postData"] = {"mimeType": mime, "text": _text(shown["body"])}
    return found


def _response(shown: Mapping[str, Any]) -> dict[str, Any]:
    text = _text(shown["body"]) if "body" in shown else ""
    mime = shown["headers"].get("content-type", "")
    return {
        "status": shown["status"],
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(shown["headers"].items()),
        "content": {"size": len(text.encode()), "mimeType": mime, "text": text},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(text.encode()),
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _text(body: Json) -> str:
    return body if isinstance(body, str) else orjson.dumps(body).decode()
