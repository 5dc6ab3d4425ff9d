"""From a template to a page, with the headers that keep it to itself."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from ...openapi import Json
from ..request.messages import Reply

_FOLDER = Path(__file__).parent
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("style", "script", "img", "connect")),
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
_HEADERS = (
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("content-security-policy", POLICY),
    ("x-frame-options", "DENY"),
    # Not `no-referrer`: with that, browsers send the console's own forms with `Origin: null`, which the guard refuses.
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
)


def page(template: str, *, status: int = 200, **shown: Any) -> Reply:
    """Give a page made from a template of this package."""
    text = _environment().get_template(template).render(shown)
    return Reply(status, text.encode("utf-8", "replace"), _HEADERS)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": moment,
        "pretty": pretty,
        "code": with_code,
        "in_path": lambda text: quote(text, safe=""),
    }
    return environment


def moment(text: str) -> Markup:
    """Give a moment of the document's form (`2026-11-25T18:13:04.120Z`) for a person, to the second."""
    try:
        when = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return escape(text)
    shown = f"{when.day} {when:%b %Y, %H:%M:%S}"
    return Markup('<time datetime="{}">{}</time>').format(text, shown)


def pretty(value: Json) -> str:
    """Give JSON on several lines; a text as it is."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def with_code(text: str) -> Markup:
    """Give a text of a document, with what stands in backticks shown as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup().join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )
