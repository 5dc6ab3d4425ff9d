"""Collections that the document alone implies, and that begin with rows of the data set."""

from collections.abc import Collection, Iterator

from .store import Change, Row, Store

BEGUN = "begun collections"
"""Says of which collections the store has the members."""


def kept_name(collection: str) -> str:
    """Give the name under which the store keeps the members; a collection of a resource never begins with a slash."""
    return f"/{collection}"


def members_of(store: Store, collection: str) -> Collection[Row]:
    """Give the members of such a collection, oldest first, whether or not it has been asked for."""
    return store.all(_held_name(store, collection))


def member_of(store: Store, collection: str, key: str) -> Row | None:
    """Give the member of such a collection with that key; None when there is none."""
    return store.get(_held_name(store, collection), key)


def _held_name(store: Store, collection: str) -> str:
    return kept_name(collection) if store.get(BEGUN, kept_name(collection)) else collection


def beginning(store: Store, collection: str) -> Iterator[Change]:
    """Yield the changes after which the store has the members; none where it has them."""
    name = kept_name(collection)
    if store.get(BEGUN, name) is None:
        yield Change(BEGUN, name, {"id": name})
        for row in store.all(collection):
            yield Change(name, row["id"], row)
