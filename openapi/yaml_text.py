"""YAML as a way to write JSON: what comes out is what the same document in JSON would hold."""

import json
from collections.abc import Hashable
from typing import Any

import yaml

from .intake.reading import check_levels

_MOST_BYTES = 16 * 2**20
_MOST_WRITTEN_OUT = 64 * 2**20
"""Values and characters, with every alias written out."""
_MOST_MERGED = 10_000
_MOST_LEVELS = 250


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Leaves dates the strings that JSON would have them be; refuses keys that are there twice, and vast merges."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the parent's own
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        _refuse_repeated(node)
        merged = 0
        for key, value in node.value:
            if key.tag != "tag:yaml.org,2002:merge":
                continue
            for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if isinstance(each, yaml.MappingNode):
                    self.flatten_mapping(each)
                    merged += len(each.value)
                if merged > _MOST_MERGED:
                    raise ValueError(f"merges of more than {_MOST_MERGED} keys")
        super().flatten_mapping(node)


def _refuse_repeated(node: yaml.MappingNode) -> None:
    """Raise ValueError for a mapping, not merged yet, that has a key twice."""
    if getattr(node, "is_checked", False):
        return
    node.is_checked = True  # type: ignore[attr-defined]
    seen: set[Hashable] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if (key.tag, key.value) in seen:
                raise ValueError(f"a key that is there twice: {key.value}")
            seen.add((key.tag, key.value))


def load(text: bytes | str) -> Any:
    """Give the value that a YAML text holds, keys as strings.

    Raises ValueError, whose text is one line, when it isn't YAML or JSON couldn't hold it.
    """
    if len(text) > _MOST_BYTES:
        raise ValueError(f"more than {_MOST_BYTES // 2**20} MiB of YAML")
    try:
        _check_nesting(text)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
        if _written_out(value, {}) > _MOST_WRITTEN_OUT:
            raise ValueError("too much once its aliases are written out")
        loaded = json.loads(json.dumps(value, allow_nan=False, ensure_ascii=False).encode())
        check_levels(loaded)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except (yaml.YAMLError, TypeError, ValueError) as error:
        # PyYAML names what it reads, of which it only knows that it is bytes or a text.
        complaint = (
            str(error).replace(' in "<byte string>",', " at").replace(' in "<unicode string>",', " at")
        )
        raise ValueError(" ".join(complaint.split())) from None
    except Exception as error:  # noqa: BLE001 - PyYAML fails in many ways at a value that its tag doesn't permit
        raise ValueError(f"a value that its tag doesn't permit: {error}") from None
    return loaded


def _check_nesting(text: bytes | str) -> None:
    """Raise ValueError before anything is built that is nested too deeply: that would use up the stack."""
    levels = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            levels += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            levels -= 1
        if levels > _MOST_LEVELS:
            raise ValueError("nested too deeply")


def _written_out(value: Any, known: dict[int, int]) -> int:
    """How many values and characters there are, each alias counted as often as it is used."""
    if isinstance(value, str):
        return 1 + len(value)
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = 0  # for one that holds itself, which is refused later
        children = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_written_out(each, known) for each in children)
    return known[id(value)]
