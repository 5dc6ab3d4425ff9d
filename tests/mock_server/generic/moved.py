"""The bundled document with most of its paths moved, so that no resource's own behaviour answers them."""

from incident_double.openapi import Document, bundled

_REFERRED_TO = (
    *("/actions", "/custom_field", "/follow_ups", "/identity", "/incident_attachments", "/incident_roles"),
    *("/incident_statuses", "/incident_timestamps", "/incident_types", "/incident_updates", "/incidents"),
    *("/openapiV3.json", "/severities", "/teams", "/users"),
)
"""What has behaviour, and is what other things refer to: paths behind the version."""


def moved() -> Document:
    """The bundled document, with `/generic` before all paths but those of what other things refer to."""
    raw = bundled().raw
    paths = {
        path if path[3:].startswith(_REFERRED_TO) else f"/generic{path}": item
        for path, item in raw["paths"].items()
    }
    return Document({**raw, "paths": paths})
