"""Which collection the name of a property refers to: `owning_team_ids` are ids of `/teams`, however it is versioned."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .families import Family
from .paths import noun_of, parameters, singular

_ID = re.compile(r"(?P<noun>.+?)(_ids?|I[dD]s?)")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
_ELSEWHERE = frozenset({"slack", "microsoft", "ms", "external", "provider", "jira", "github", "google"})
"""Words that say that an id is one of another system's."""
_ROLES = re.compile(r"(Slim|Payload|Reference|Request|Response|Result|Body|V\d+)+$")


class Referents:
    """The collections of one document by what one of their members is called."""

    def __init__(self, collections: Iterable[Family]) -> None:
        self._by_noun: dict[str, Family] = {}
        for family in collections:
            if family.key and not parameters(family.path):
                self._by_noun.setdefault(singular(noun_of(family.path)), family)

    def named(self, noun: str, near: str = "") -> Family | None:
        """Give the collection of what a noun names.

        `owning_team` is a team; beside something whose path begins alike, `template` is one of its templates.
        """
        words = noun.split("_")
        for start in range(len(words)):
            if words[0] in _ELSEWHERE:
                return None
            found = self._by_noun.get("_".join(words[start:]))
            if found is not None:
                return found
        kin = singular(noun_of(near)).split("_")[0]
        alike = [each for name, each in self._by_noun.items() if name.endswith(f"_{noun}")]
        return next(
            (each for each in alike if kin and singular(noun_of(each.path)).split("_")[0] == kin), None
        )

    def of_id(self, name: str, beside: Mapping[str, Any], near: str = "") -> Family | None:
        """Find the collection whose ids a property of that name holds; None where it holds none, or nobody keeps them.

        `beside` is the object that has the property: what a `resource_id` refers to stands in its `resource_type`.
        """
        found = _ID.fullmatch(name)
        if found is None:
            return None
        noun = snake(found["noun"])
        kind = beside.get(f"{noun}_type")
        if isinstance(kind, str) and (named := self._by_noun.get(kind)) is not None:
            return named
        return self.named(noun, near)

    def of_property(
        self, schema: Mapping[str, Any], value: Mapping[str, Any], name: str, inner: str, near: str
    ) -> Family | None:
        """Find the collection whose ids an inner property of an object holds; `name` is the object's, or empty."""
        if inner == "id":
            # The id of a whole body is its own.
            return self.of_object(name, schema, value) if name else None
        return self.of_id(inner, value, near)

    def of_object(self, name: str, schema: Mapping[str, Any], value: Mapping[str, Any]) -> Family | None:
        """Find the collection that an object under that name is of, by its `type`, its name, its schema's name."""
        kind = value.get("type")
        if isinstance(kind, str) and kind in self._by_noun:
            return self._by_noun[kind]
        own = _ROLES.sub("", str(schema.get("$ref", "")).rpartition("/")[2])
        return self.named(singular(snake(name))) or (self._by_noun.get(snake(own)) if own else None)


def snake(name: str) -> str:
    """Give the name in snake case, whatever its style."""
    return "_".join(part.lower() for part in _WORD.findall(name))
