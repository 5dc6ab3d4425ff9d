"""What names say of how objects refer to each other."""

from collections.abc import Sequence
from typing import Any

from .paths import parameters, plain, singular


def told_by_path(path: str, values: Sequence[str]) -> dict[str, Any]:
    """What the path of a thing says of it: `/shelves/{id}/books` gives a book its `shelf_id`."""
    told: dict[str, Any] = {}
    left = iter(values)
    before = ""
    for segment in path.split("/"):
        for name, value in zip(parameters(segment), left, strict=False):
            told[f"{singular(before)}_id" if plain(name) == "id" else name] = value
        before = segment
    return told


def referred_noun(name: str, *, is_object: bool) -> str:
    """The noun that a property refers to: `author` for `author_id` and `authorId`, and for an object `author`.

    Empty when it refers to nothing.
    """
    noun = plain(name)
    if is_object:
        return noun
    return noun.removesuffix("id") if noun.endswith("id") else ""
