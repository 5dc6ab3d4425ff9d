"""Taking a client through every conversation that the rules need."""

from collections.abc import Callable
from functools import partial

from ..wire.conversation import Conversation
from . import erring, reading, writing
from .talk import Talk

SLOW = 20.0
"""Seconds that the slow answer takes."""


def hold_conversations(
    talk: Talk,
    *,
    examples: int = 3,
    seed: int = 0,
    slow: float = SLOW,
    announce: Callable[[str], None] | None = None,
) -> Conversation:
    """Have them all, and return everything that was said.

    `examples` is how many generated calls each operation gets, if any; `slow` is how many seconds a slow answer takes.
    `announce` is called with the name of each conversation before it begins.
    """
    for hold in (
        reading.page_to_the_end,
        reading.show_one_of_each_kind,
        reading.ask_with_every_filter,
        reading.ask_other_lists_with_filters,
        writing.create_an_incident,
        writing.edit_an_incident,
        writing.make_and_delete_settings,
        writing.make_and_delete_parts,
        writing.make_and_delete_a_catalog,
        writing.make_and_delete_a_schedule,
        erring.ask_for_what_is_not_there,
        erring.be_refused,
        erring.be_rate_limited,
        erring.meet_errors_of_every_kind,
        erring.lose_the_connection,
        partial(erring.wait_for_a_slow_answer, seconds=slow),
        partial(_make_generated_calls, examples=examples, seed=seed),
    ):
        if announce is not None:
            announce(_name(hold))
        hold(talk)
    return talk.conversation()


def _make_generated_calls(talk: Talk, *, examples: int, seed: int) -> None:
    if examples == 0:
        return
    from .generated import make_generated_calls  # noqa: PLC0415 - Schemathesis takes a second to import

    make_generated_calls(talk, number=examples, seed=seed)


def _name(hold: Callable[[Talk], None]) -> str:
    function = hold.func if isinstance(hold, partial) else hold
    return function.__name__.strip("_").replace("_", " ")
