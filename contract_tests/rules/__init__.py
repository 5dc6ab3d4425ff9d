"""One file per rule: what a client must not do, why, and how it is seen.

A rule's module has a docstring (a first line that says what is wrong, then paragraphs that begin with `Why:`,
`Evidence:` and `Fix:`), and `RULE`. Its id is the module's name with hyphens. Rules that are seen on the wire, or in
what a driven client gives back, have a `judge`; those that are seen when decoding are found by `decode`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from inspect import getdoc

from ...mock_server.tables import modules_of
from ..wire.rule import Rule


@dataclass(frozen=True, slots=True)
class Described:
    """A rule with its id and its text."""

    id: str
    rule: Rule
    text: str
    """The docstring of its module."""

    @property
    def title(self) -> str:
        """One line that says what is wrong."""
        return self.text.partition("\n")[0]


@cache
def rules() -> Mapping[str, Described]:
    """Give every rule by its id, in alphabetical order."""
    found = {}
    for module in modules_of(__name__):
        id_ = module.__name__.rpartition(".")[2].replace("_", "-")
        found[id_] = Described(id_, module.RULE, getdoc(module) or "")
    return found
