"""Prints an error of its own decoding after an answer that the contract permits.

Why: An error of a key, a type, an index or a decoder says where the client stumbled, not what happened. Whoever reads
it learns nothing of the answer that caused it, and whatever was to be done after it isn't done.

Evidence: behaviour.md#bug-error-envelope, behaviour.md#error-404-route: what clients print where they read an answer
that has less, or something else, than they expect. Only the standard error output of a command is read, for the
tracebacks and stacks of its language; the exchange is the last that had begun by then.

Fix: Read what the contract says is optional as optional, look at the status before the body, and raise an error of the
client's own for what can't be decoded.
"""

from collections.abc import Iterator

from ..wire.conversation import Conversation
from ..wire.rule import Breach, Rule


def _judge(conversation: Conversation) -> Iterator[Breach]:
    for crash in conversation.crashes:
        last = conversation.last_answered(crash.at)
        if last is not None:
            yield Breach(
                f"after the answer {last.status} the command printed {crash.message}",
                last,
                exception=crash.exception,
                frame=crash.frame or None,
            )


RULE = Rule(("command",), "error", "leaked-exception", _judge)
