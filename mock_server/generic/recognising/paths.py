"""How the paths of a document hang together: collections, their members, actions on these.

/v1/shelves/{id}/books                        a collection, below a member of another
/v1/shelves/{id}/books/{isbn}                 a member of it; also /…/{isbn}.json
/v1/shelves/{id}/books/{isbn}/actions/lend    an action on a member; also /…/{isbn}/lend and /…/{isbn}:lend
"""

import re

from ...request.routing import PARAMETER

_VERSION = re.compile(r"v\d+([._-]?\w+)*|\d{4}-\d\d(-\d\d)?", re.IGNORECASE)
_MEMBER = re.compile(r"(.*)/\{\}(?:\.\w+)?")
_ACTION = re.compile(r"(.*)/\{\}(?:/(?:actions/)?([^/{}]+)|:(\w+))")


def parameters(path: str) -> list[str]:
    """Give the names of the path's parameters, in order."""
    return PARAMETER.findall(path)


def template(path: str) -> str:
    """Give the path with every parameter as `{}`: what a parameter is called varies from operation to operation."""
    return PARAMETER.sub("{}", path)


def name_of(path: str) -> str:
    """Give the path without versions and parameters, such as `shelves/books`: versions of one thing share it."""
    return "/".join(
        part for part in path.split("/") if part and "{" not in part and not _VERSION.fullmatch(part)
    )


def noun_of(path: str) -> str:
    """Give what the path is about: the last part of its name."""
    return name_of(path).rpartition("/")[2]


def collection_of(place: str) -> str | None:
    """Give the template of the collection of which the template is a member's; None when it isn't one."""
    found = _MEMBER.fullmatch(place)
    return found[1] if found and found[1] else None


def action_of(place: str) -> tuple[str, str] | None:
    """Give the template of the collection, and the name of the action on its member; None when it isn't one."""
    found = _ACTION.fullmatch(place)
    return (found[1], found[2] or found[3]) if found and found[1] else None


def singular(noun: str) -> str:
    """Give one of what the noun names, in lower case: `Alert-Routes` are `alert_route`."""
    plain = noun.lower().replace("-", "_")
    for plural, one in (
        ("ies", "y"),
        ("sses", "ss"),
        ("auses", "ause"),
        ("uses", "us"),
        ("xes", "x"),
        ("ches", "ch"),
        ("s", ""),
    ):
        if plain.endswith(plural) and not plain.endswith("ss"):
            return plain.removesuffix(plural) + one
    return plain


def plain(name: str) -> str:
    """Give a name without the marks of its style: `bookId`, `book_id` and `book-id` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
