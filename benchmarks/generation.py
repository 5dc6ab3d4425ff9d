"""How fast fixtures are made, and how small Hypothesis leaves what fails."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, find, given, settings

from incident_double.fixtures import conforming_strategy
from incident_double.fixtures.realistic_dataset import realistic_rows

from .figure import Figure, processor_seconds

REALISTIC = 2_000
DRAWN = 300
QUIET = settings(
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
MOST_TRIED = 10_000


def measure(rounds: int) -> Iterator[Figure]:
    """Yield the figures of this module."""
    wording = processor_seconds(_say, rounds=rounds)
    yield Figure("realistic incidents", REALISTIC / wording, ">= 5000", "a second")
    draw = _drawing()
    draw()  # the strategy is compiled once
    drawing = processor_seconds(draw, rounds=rounds)
    yield Figure("Hypothesis strategy of IncidentV2", DRAWN / drawing, ">= 300", "a second")
    yield Figure("what Hypothesis shrinks a failing incident to", _shrunk(), "<= 1000", "bytes")


def _say() -> None:
    for _ in realistic_rows("incidents", incidents=REALISTIC):
        pass


def _drawing() -> Callable[[], None]:
    """A property that holds, so that nothing but drawing takes time."""

    @settings(QUIET, phases=[Phase.generate], max_examples=DRAWN)
    @given(conforming_strategy("IncidentV2"))
    def draw(_: Any) -> None:
        pass

    return draw


def _has_negative_rank(incident: Mapping[str, Any]) -> bool:
    """Fails as a client does that reads the rank of a chosen option as a positive number."""
    return any(
        value.get("value_option", {}).get("sort_key", 0) < 0
        for entry in incident["custom_field_entries"]
        for value in entry["values"]
    )


def _shrunk() -> int:
    """Bytes of JSON of the smallest incident that Hypothesis finds for it."""
    found = find(
        conforming_strategy("IncidentV2"),
        _has_negative_rank,
        settings=settings(QUIET, max_examples=MOST_TRIED),
    )
    return len(json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode())
