"""Why a request is for nothing that a document serves: a path that it doesn't have, or a verb that the path hasn't."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter
from typing import NamedTuple

from ...openapi import Document, Operation

_REMEMBERED = 512
_LONGEST = 200
"""Characters of a path that are looked at."""
_ALIKE = 0.6
"""From where on a path is like another, of 1 for the same."""
_LOOKED_AT = 16
"""How many of the paths that have most of the same letters are looked at closely, which takes long."""
_PARAMETER = re.compile(r"\{[^{}]*\}")
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|\d+|[0-9a-f]{8}-[0-9a-f-]{27}")
"""A segment that names an object rather than a kind: a ULID, a number or a UUID."""


class Unserved(NamedTuple):
    """Why a request is for nothing that is served."""

    verbs: tuple[str, ...]
    """Those that the path has; empty for a path that isn't in the contract."""
    nearest: Operation | None
    """The operation that is most like it; None where none is."""

    def __str__(self) -> str:
        if self.verbs:
            return f"the contract has this path with {' and '.join(self.verbs)} only"
        if self.nearest is None:
            return "the contract has no such path, nor one that is like it"
        operation = self.nearest
        return f"the contract has no such path; the nearest is {operation.method} {operation.path} ({operation.id})"


@lru_cache(maxsize=_REMEMBERED)
def unserved(document: Document, method: str, path: str) -> Unserved:
    """Say why the document has no operation of that method and path, as it was sent, without the query."""
    asked = path.split("/")
    here = [each for each in document.operations.values() if _fits(each.path.split("/"), asked)]
    if here:
        return Unserved(tuple(dict.fromkeys(each.method for each in here)), here[0])
    return Unserved((), _nearest(method, shape_of(path[:_LONGEST]), document))


def shape_of(path: str) -> str:
    """Give a path with `{}` for every segment that names an object, so that paths of one kind are the same."""
    return "/".join("{}" if _ID.fullmatch(segment) else segment for segment in path.split("/"))


def _fits(template: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether a path is one of those that a template in a document stands for, segment by segment."""
    return len(template) == len(asked) and all(
        segment == part
        or ("{" in segment and bool(re.fullmatch(".+".join(map(re.escape, _PARAMETER.split(segment))), part)))
        for segment, part in zip(template, asked, strict=True)
    )


def _nearest(method: str, path: str, document: Document) -> Operation | None:
    """The operation whose path is most like that one; of several the one of that method, and of the latest version."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(path)
    rough = []
    for operation in document.operations.values():
        matcher.set_seq1(_PARAMETER.sub("{}", operation.path))
        if matcher.real_quick_ratio() >= _ALIKE and (likeness := matcher.quick_ratio()) >= _ALIKE:
            rough.append((likeness, operation))
    found = []
    for _, operation in nlargest(_LOOKED_AT, rough, key=itemgetter(0)):
        matcher.set_seq1(_PARAMETER.sub("{}", operation.path))
        if (likeness := matcher.ratio()) >= _ALIKE:
            found.append((likeness, operation.method == method, operation.path, operation))
    return max(found, key=itemgetter(0, 1, 2))[3] if found else None
