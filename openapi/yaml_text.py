"""YAML as a way to write JSON: what comes out is what the same document in JSON would hold."""

import json
from typing import Any

import yaml


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Leaves dates the strings that JSON would have them be."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the parent's own
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load(text: bytes | str) -> Any:
    """The value that a YAML text holds, keys as strings.

    Raises ValueError, whose text is one line, when it isn't YAML or JSON couldn't hold it.
    """
    try:
        return json.loads(json.dumps(yaml.load(text, Loader=_Loader)))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError, TypeError, ValueError) as error:
        # PyYAML names what it reads, of which it only knows that it is bytes or a text.
        complaint = (
            str(error).replace(' in "<byte string>",', " at").replace(' in "<unicode string>",', " at")
        )
        raise ValueError(" ".join(complaint.split())) from None
