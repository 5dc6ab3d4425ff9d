"""Short descriptions made from names, for what nobody has described: `user_id` is the `Id of the user.`"""

import re
from collections.abc import Mapping
from functools import cache

from .operations import Json, Schema

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*")
_VERSION = re.compile(r"V(\d+)(?=$|ResponseBody$|RequestBody$)")
_KNOWN = {
    "id": "Its id.",
    "after": "Id of the last record of the page before.",
    "page_size": "Records on one page, at most.",
    "pagination_meta": "Where the next page begins.",
    "name": "What it is called.",
    "description": "What it is for.",
}
_ON_ONE = {"Create", "Show", "Update", "Delete", "Destroy", "Rotate"}


def of_schema(name: str) -> str:
    """Return what a schema is, from its name."""
    version = _VERSION.search(name)
    plain = _sentence(_words(_VERSION.sub("", name)))
    return f"{plain[:-1]}, version {version[1]}." if version else plain


def of_property(name: str, schema: Schema) -> str:
    """Return what a property or a parameter of that name holds."""
    return _of_property(name, is_flag=schema.get("type") == "boolean")


@cache  # most names are those of many properties
def _of_property(name: str, *, is_flag: bool) -> str:
    if name in _KNOWN:
        return _KNOWN[name]
    words = _words(name)
    match words:
        case [*noun, "id"] if noun:
            return f"Id of the {' '.join(noun)}."
        case [*noun, "ids"] if noun:
            return f"Ids of {' '.join(noun)}s."
        case [*verb, "at"] if verb:
            return (
                f"When it was {' '.join(verb)}." if verb[-1].endswith("ed") else f"Time of {' '.join(verb)}."
            )
        case ["is" | "has" as verb, *rest] if rest:
            return f"Whether it {verb} {' '.join(rest)}."
    return f"Whether to {' '.join(words)}." if is_flag else _sentence(words)


def of_tag(name: str) -> str:
    """Return what the operations under a tag are about."""
    return f"Everything about {_resource(name)}."


def of_operation(raw: Mapping[str, Json], method: str, path: str) -> dict[str, str]:
    """Return the summary and the description of an operation: what it does, and what it answers with."""
    resource, _, verb = raw["operationId"].partition("#")
    if not verb:
        event = path.rpartition("/")[2]
        return {"summary": f"Event {event}", "description": f"Posted as `{event}`."}
    verbs, things = _words(verb), _resource(resource)
    if len(verbs) == 1:
        verbs.append(_one(things) if verb in _ON_ONE else things)
        summary = _sentence(verbs)[:-1]
    else:
        summary = f"{_sentence(verbs)[:-1]} ({things})"
    return {"summary": summary, "description": f"{summary}: `{method.upper()} {path}`."}


def of_response(status: str, properties: Mapping[str, Schema]) -> str:
    """Return what a normal answer holds."""
    names = ", ".join(f"`{name}`" for name in properties)
    return f"{status}, with {names}." if names else f"{status}."


def _words(name: str) -> list[str]:
    """The words of a name in whatever style, in lower case unless they are abbreviations."""
    return [part if part.isupper() and len(part) > 1 else part.lower() for part in _PARTS.findall(name)]


def _resource(tag: str) -> str:
    return " ".join(_words(re.sub(r" V\d+$", "", tag)))


def _one(things: str) -> str:
    singular = re.sub("ies$", "y", things) if things.endswith("ies") else re.sub("(?<!s)s$", "", things)
    singular = re.sub("statuse$", "status", singular)
    return f"{'an' if singular[0].lower() in 'aeiou' else 'a'} {singular}"


def _sentence(words: list[str]) -> str:
    text = " ".join(words)
    return f"{text[:1].upper()}{text[1:]}."
