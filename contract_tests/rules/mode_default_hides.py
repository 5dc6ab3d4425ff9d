"""Reads a whole list without saying which modes it wants.

Why: Unless `mode` is asked for, the list leaves out test and tutorial incidents (and, of actions and
follow-ups, those that belong to them). Fine for a dashboard; an export, or a test that declares test
incidents and looks for them, comes up short. It is a note: the default may be just what is wanted.

Evidence: behaviour.md#default-modes, behaviour.md#task-modes-v3, behaviour.md#bug-modes-missing: `mode`
defaults to standard and retrospective; 91 of 224 actions were hidden in one account.

Fix: Send `mode[one_of]` with each mode that is wanted (`incident_mode` for actions and follow-ups, one at a
time).
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.queries import base_of, declared_by, is_the_vendors, query_of, whole_reads
from ..wire.rule import Breach, Rule

_NAMES = ("mode", "incident_mode")


def _judge(conversation: Conversation) -> Iterator[Breach]:
    if not is_the_vendors(conversation.document):
        return
    for id_, exchanges in conversation.by_operation.items():
        declared = declared_by(conversation.document.operations[id_])
        asked_for = {base_of(name) for each in exchanges for name, _ in query_of(each)}
        for name in _NAMES:
            if name not in declared or name in asked_for:
                continue
            for first in whole_reads(exchanges):
                message = "the whole list was read, but what is of test and tutorial incidents is not in it"
                yield Breach(message, first, pointer=name)


RULE = Rule(("watch", "drive"), "note", "silent-loss", _judge)
