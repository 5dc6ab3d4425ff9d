"""Writes the reference of the control plane and of webhooks: `python docs/generate_control_plane.py`.

From `openapi/control_plane.yaml` and from what the double sends. A test holds them together.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from textwrap import fill
from typing import Any

from incident_double.mock_server.assumptions import WEBHOOK_DELAYS, WEBHOOK_FAILING_DAYS
from incident_double.mock_server.webhooks.deliveries import LOG_LIMIT
from incident_double.mock_server.webhooks.events import EVENT_TYPES
from incident_double.mock_server.webhooks.sending import SECONDS_TO_ANSWER
from incident_double.openapi import Document, control_plane

FOLDER = Path(__file__).resolve().parent
_WIDTH = 120
_SHOWN = (
    *("Expectation", "Verdict", "Exchange", "Finding", "FaultPayload", "Fault"),
    *("Snapshot", "WebhookEndpoint", "WebhookDelivery"),
)
"""The schemas whose properties have tables of their own, in this order."""


def control_plane_page() -> str:
    """Every operation by its tag, and what goes in and comes out."""
    document = control_plane()
    about = fill(document.raw["info"]["description"].strip(), _WIDTH)
    parts = [
        *("# Control plane", "", about, ""),
        "Its own document is served at `/_double/openapi.json`. [over-http.md](over-http.md) shows it at work.",
        "",
    ]
    for tag in document.raw["tags"]:
        parts += [f"## {tag['name']}", "", tag["description"], "", *_operations(document, tag["name"])]
    parts += ["## What goes in and comes out", ""]
    for name in _SHOWN:
        parts += [f"### {name}", "", *_properties(document, document.schemas[name])]
    return "\n".join(parts)


def _operations(document: Document, tag: str) -> Iterator[str]:
    yield from ("| operation | | takes |", "|---|---|---|")
    for operation in document.operations.values():
        raw = document.raw["paths"][operation.path][operation.method.lower()]
        if tag in raw["tags"]:
            what = f"{raw['summary']}. {raw.get('description', '')}".strip()
            yield f"| `{operation.method} {operation.path}` | {_cell(what)} | {_cell(_taken(document, raw))} |"
    yield ""


def _taken(document: Document, raw: Mapping[str, Any]) -> str:
    """The query parameters and the properties of the body."""
    parameters = [document.resolve(each) for each in raw.get("parameters", [])]
    reported = [f"`?{each['name']}=`" for each in parameters if each["in"] == "query"]
    body = document.resolve(raw["requestBody"]) if "requestBody" in raw else {}
    for media in body.get("content", {}).values():
        schema = media["schema"]
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            reported.append(f"[{name}](#{name.lower()})")
        elif "properties" in schema:
            reported += [_property(document, name, each) for name, each in schema["properties"].items()]
        elif "description" in schema:
            reported.append(schema["description"])
    return ", ".join(reported)


def _property(document: Document, name: str, schema: Mapping[str, Any]) -> str:
    text = schema.get("description", "").rstrip(".")
    return f"`{name}` ({_type(document, schema)}{': ' + text if text else ''})"


def _properties(document: Document, schema: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| property | type | |", "|---|---|---|")
    for name, each in schema["properties"].items():
        yield f"| `{name}` | {_type(document, each)} | {_cell(each.get('description', ''))} |"
        for inner, deep in each.get("properties", {}).items():
            yield f"| `{name}.{inner}` | {_type(document, deep)} | {_cell(deep.get('description', ''))} |"
    yield ""


def _type(document: Document, schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if "oneOf" in schema:
        return " or ".join(_type(document, each) for each in schema["oneOf"])
    if schema.get("type") == "array":
        return f"list of {_type(document, schema['items'])}"
    return str(schema.get("type", "any"))


def events_page() -> str:
    """What webhooks send, how often they try, and what they remember."""
    *delays, last = [_reported(seconds) for seconds in WEBHOOK_DELAYS]
    parts = [
        *("# Webhook events", ""),
        fill(
            "Every change of an incident, an action or a follow-up sends an event to each endpoint that wants it, as a "
            'POST with `{"event_type": TYPE, TYPE: {…}}`. Of what is private there is only the id. '
            "[webhooks.md](webhooks.md) shows how a test receives them.",
            _WIDTH,
        ),
        *("", "## Types", ""),
        *("| of a public incident | of a private one |", "|---|---|"),
        *_types(),
        *("", "## Headers", ""),
        *("| header | |", "|---|---|"),
        "| `webhook-id` | The id of the message: the same in every attempt, and when it is sent again. |",
        "| `webhook-timestamp` | When the attempt was made, in seconds since 1970, by the machine's clock, which "
        "receivers compare with theirs. |",
        "| `webhook-signature` | `v1,` and base64 of the HMAC-SHA256 of id, timestamp and body, joined by dots. |",
        "",
        fill(
            "The scheme is that of [Standard Webhooks](https://www.standardwebhooks.com); the key is what follows "
            "`whsec_` in the secret, in base64.",
            _WIDTH,
        ),
        *("", "## Attempts", ""),
        fill(
            f"An attempt has succeeded when the endpoint answers with a 2xx within {SECONDS_TO_ANSWER:g} seconds. "
            f"Otherwise the next one follows after {', '.join(delays)} and {last}; then the delivery has failed. That "
            "is by the double's clock: while it stands still nothing is tried again, and when it is moved on, what is "
            f"due by then is tried at once. An endpoint where everything has failed for {WEBHOOK_FAILING_DAYS} days is "
            f"disabled. The last {LOG_LIMIT:,} deliveries are remembered.",
            _WIDTH,
        ),
        "",
    ]
    return "\n".join(parts)


def _types() -> Iterator[str]:
    public = [each for each in EVENT_TYPES if each.startswith("public_incident.")]
    for each in public:
        private = each.replace("public_", "private_", 1)
        yield f"| `{each}` | {f'`{private}`' if private in EVENT_TYPES else ''} |"


def _reported(seconds: float) -> str:
    """A time as a person says it."""
    step = timedelta(seconds=seconds)
    for unit, length in (("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if step >= length:
            number = step / length
            return f"{number:g} {unit}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "&#124;").split())


def pages() -> dict[Path, str]:
    """Every page with its text as it should be."""
    return {FOLDER / "control-plane.md": control_plane_page(), FOLDER / "events.md": events_page()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
