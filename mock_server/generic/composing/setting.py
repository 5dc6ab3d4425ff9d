"""What a value is composed in: the request, the store, the place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ...request.call import Call
from ...store.store import Row, Store


@dataclass(frozen=True, slots=True)
class Setting:
    """The request, the store, and where in an object a value stands."""

    store: Store
    call: Call
    place: tuple[str, ...]
    """What makes the value's sample its own: collection, key, names and numbers on the way to it."""
    name: str = ""
    """The property that holds it, or a list of it."""
    annotations: Mapping[str, Any] = field(default_factory=dict)
    """Those of the whole object, which say who manages it."""
    is_known: bool = False
    """Whether it is part of something that is kept already, whose parts aren't looked up again."""
    siblings: Sequence[Row] = ()
    """The other members of its collection; only for the whole object."""

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.store.clock.now()

    def at(self, step: str, *, name: str | None = None) -> "Setting":
        """Give the setting of a part."""
        return replace(self, place=(*self.place, step), name=step if name is None else name, siblings=())
