"""OpenAPI Overlay 1.0: a list of changes that turns one document into another.

The one that is bundled takes IncidentV2 back to the revision that many clients were written against, so that a
client can be tested on both sides of the change.
"""

from copy import deepcopy
from pathlib import Path

from jsonpath import JSONPathEnvironment, JSONPathError, JSONPathMatch

from . import yaml_text
from .document import Document, DocumentError
from .operations import Json

_JSON_PATH = JSONPathEnvironment(strict=True)  # RFC 9535, without the library's extensions


def seed_revision(document: Document) -> Document:
    """Give the document with IncidentV2, and what it alone reaches, as in the revision before its last additions.

    Nothing else changes meaning: where a schema that other operations share was smaller then, IncidentV2 gets a
    smaller one of its own.
    """
    text = Path(__file__).with_name("seed_revision.overlay.yaml").read_bytes()
    return apply(document, yaml_text.load(text))


def apply(document: Document, overlay: Json) -> Document:
    """Give the document with the overlay's actions applied, one after the other; the given one isn't touched.

    Targets are RFC 9535 JSONPaths; one that selects nothing changes nothing. Raises DocumentError, which counts
    actions from 1, when the overlay isn't one or can't be applied.
    """
    raw = deepcopy(document.raw)
    for number, action in enumerate(_actions(overlay), start=1):
        try:
            _carry_out(action, raw)
        except (JSONPathError, DocumentError) as error:
            problem = str(error).partition("\n")[0]
            raise DocumentError(f"overlay, action {number}: {problem}") from None
    return Document(raw)


def _actions(overlay: Json) -> list[Json]:
    if not isinstance(overlay, dict) or not str(overlay.get("overlay", "")).startswith("1.0."):
        raise DocumentError("not an overlay: no `overlay: 1.0.x` at its top")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise DocumentError("overlay: it has no `actions`")
    return actions


def _carry_out(action: Json, raw: dict[str, Json]) -> None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        raise DocumentError("it has no `target`")
    found = {match.path: match for match in _JSON_PATH.finditer(action["target"], raw)}
    if not all(isinstance(match.obj, dict | list) for match in found.values()):
        raise DocumentError(f"a target has to be an object or an array: {action['target']}")
    if action.get("remove") is True:
        for match in reversed(found.values()):  # from behind, so that other array items keep their places
            _remove(match)
    elif "update" in action:
        for match in found.values():
            _update(match.obj, action["update"])
    else:
        raise DocumentError("it has neither `update` nor `remove: true`")


def _remove(match: JSONPathMatch) -> None:
    if match.parent is None:
        raise DocumentError("the whole document can't be removed")
    holder: Json = match.parent.obj
    del holder[match.parts[-1]]


def _update(target: Json, update: Json) -> None:
    if isinstance(target, list):
        target.append(deepcopy(update))
    elif isinstance(update, dict):
        _merge(target, update)
    else:
        raise DocumentError("an object can only be updated with an object")


def _merge(target: dict[str, Json], update: dict[str, Json]) -> None:
    """Merge objects with objects, append arrays to arrays, and replace or add anything else."""
    for name, value in update.items():
        present = target.get(name)
        if isinstance(present, dict) and isinstance(value, dict):
            _merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            present.extend(deepcopy(value))
        else:
            target[name] = deepcopy(value)
