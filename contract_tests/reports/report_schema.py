"""What a report is, as a JSON Schema: whatever is read of one is as this says, wherever it comes from."""

from typing import Any

from jsonschema_rs import Draft202012Validator

from ..findings import SEVERITIES

VERSION = 1
_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": _TEXT}
_FINDING = {
    "type": "object",
    "required": ["id", "rule", "outcome", "severity", "message"],
    "properties": {
        **dict.fromkeys(("id", "rule", "outcome", "message", "cause"), _TEXT),
        **dict.fromkeys(("tier", "operation", "pointer", "exception", "frame", "test"), _MAYBE_TEXT),
        "severity": {"enum": list(SEVERITIES)},
        "count": {"type": "integer"},
        "places": _TEXTS,
        "stable": {"type": "boolean"},
    },
}
_SCHEMA = {
    "type": "object",
    "required": ["version", "findings"],
    "properties": {
        "version": {"const": VERSION},
        "arguments": _TEXTS,
        "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
        "known": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
        **dict.fromkeys(("target", "exec", "encode", "document", "built_against"), _MAYBE_TEXT),
        "schema": _TEXT,
        "fetch": {"type": "boolean"},
        "expect": _TEXTS,
        "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 86_400},
        "coverage": {"type": "object"},
    },
    "$defs": {"finding": _FINDING},
}
_VALIDATOR = Draft202012Validator(_SCHEMA)


def is_report(value: Any) -> bool:
    """Return whether a JSON value is a report of this version."""
    try:
        return _VALIDATOR.is_valid(value)
    except ValueError:  # a number that no validator holds
        return False


def has_unknown_severity(value: Any) -> bool:
    """Return whether a finding is there whose severity is a text, but none of ours."""
    findings = value.get("findings") if isinstance(value, dict) else None
    severities = [
        each.get("severity")
        for each in (findings if isinstance(findings, list) else [])
        if isinstance(each, dict)
    ]
    return any(isinstance(each, str) and each not in SEVERITIES for each in severities)
