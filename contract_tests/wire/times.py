"""Times in values, and which of them most programs can't hold."""

import re

from ...fixtures.schema.kinds import Text
from ...fixtures.schema.places import Place
from ...openapi import Json

_EXTREME = re.compile(r"0000-|\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:60")


def is_time(place: Place) -> bool:
    """Say whether the schema has a time in that place, and one stands there."""
    return isinstance(place.kind, Text) and place.kind.format == "date-time" and isinstance(place.value, str)


def is_extreme(text: Json) -> bool:
    """Say whether a time is in the year 0, or a leap second."""
    return isinstance(text, str) and _EXTREME.match(text) is not None
