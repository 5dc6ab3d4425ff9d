"""What a list takes over very many incidents, against a thousand."""

import gc
from collections.abc import Callable, Iterator

from incident_double.fixtures import realistic
from incident_double.mock_server import Double, Request
from incident_double.openapi import bundled
from tests.lists import lists, repeated

from .figure import Figure, processor_seconds

FEW = 1_000
ASKED = 20
SHOWN = {
    "/v2/incidents without a filter": "list 25",
    "/v2/incidents by status_category[one_of]": "list 25, filtered",
    "/v2/incidents far on": "list 25, far on",
}


def measure(rounds: int, incidents: int) -> Iterator[Figure]:
    """Yield the figures of this module, with so many thousands of incidents as fit into that number."""
    dataset, times = realistic(incidents=FEW), incidents // FEW
    many, few = (Double(bundled(), repeated(dataset, each), rate_limit=0) for each in (times, 1))
    gc.freeze()  # as `serve` does: looking through so many objects for garbage would count as answering
    try:
        ratios = dict(_ratios(many, few, rounds))
    finally:
        gc.unfreeze()
    for what, title in SHOWN.items():
        yield Figure(f"{title}: of {times * FEW:,} / of {FEW:,}", ratios[what], "<= 1.5")
    most = max(ratios.values())
    yield Figure(f"slowest of {len(ratios)} lists: of {times * FEW:,} / of {FEW:,}", most, "<= 1.5")


def _ratios(many: Double, few: Double, rounds: int) -> Iterator[tuple[str, float]]:
    asked_of_few = lists(few)
    for what, request in lists(many).items():
        of_many = processor_seconds(_asking(many, request), rounds=rounds)
        yield what, of_many / processor_seconds(_asking(few, asked_of_few[what]), rounds=rounds)


def _asking(double: Double, request: Request) -> Callable[[], None]:
    """Ask for that some times, with a change before each so that no answer is kept."""

    def ask() -> None:
        for _ in range(ASKED):
            double.store.apply([])
            if double.answer(request).status != 200:
                raise RuntimeError(f"{request.path}?{request.query} was refused")

    ask()  # incidents are brought up to date with the settings when they are first shown
    return ask
