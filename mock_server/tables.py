"""What the modules of a package have in a table of one name: nothing needs to list them."""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


def modules_of(package: str) -> Iterator[ModuleType]:
    """Import the modules of a package one by one, in alphabetical order."""
    for each in sorted(pkgutil.iter_modules(import_module(package).__path__), key=lambda each: each.name):
        yield import_module(f"{package}.{each.name}")


def merged(package: str, table: str) -> Mapping[str, Any]:
    """Put together the tables of that name. Raises ValueError for a key that two modules claim."""
    found: dict[str, Any] = {}
    for module in modules_of(package):
        entries: Mapping[str, Any] = getattr(module, table)
        claimed_twice = found.keys() & entries.keys()
        if claimed_twice:
            raise ValueError(f"claimed by two modules of {package}: {', '.join(sorted(claimed_twice))}")
        found.update(entries)
    return found
