"""What a path says of how objects refer to each other."""

from collections.abc import Sequence
from typing import Any

from .paths import parameters, plain, singular


def properties_in_path(path: str, values: Sequence[str]) -> dict[str, Any]:
    """Read what a path says of a thing: `/shelves/{id}/books` gives a book its `shelf_id`."""
    found: dict[str, Any] = {}
    left = iter(values)
    before = ""
    for segment in path.split("/"):
        for name, value in zip(parameters(segment), left, strict=False):
            found[f"{singular(before)}_id" if plain(name) == "id" else name] = value
        before = segment
    return found
