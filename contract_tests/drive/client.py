"""What the harness asks of a client that it drives: one method, and which exceptions are the client's own.

A driven client is asked for operations of the document by their ids, with arguments as JSON, and gives back the JSON
of the answer. An adapter is whatever stands between the two: it calls the client's own functions with the client's own
types, and turns what they return back into JSON. It must not mend what the client does.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from ...openapi import Json
from ..wire.conversation import Failure


class AdapterError(ValueError):
    """An adapter that can't be had; its text is one line that says why."""


class UnsupportedError(Exception):
    """Raised by an adapter for a call that its client has no way to make; it is passed over, never a finding."""


class FailureError(Exception):
    """Raised by the adapter of a client that isn't written in Python, in place of what the client raised."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Client(Protocol):
    """A client of the API."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The exceptions with which it reports an error to its caller; any other one has leaked.

        What a caller can read of one is its text and its public attributes.
        """

    def call(self, operation_id: str, path: Mapping[str, str], query: Mapping[str, Json], body: Json) -> Json:
        """Make one call, and return the JSON of what the client gives its caller.

        `path` has the values of the path's `{names}`. `query` has the query parameters by name: a filter (of style
        deepObject) is an object, `{"one_of": ["…"]}` or `{ID: {"one_of": ["…"]}}`. `body` is None for none.

        What is returned has the form of the document's answer, its wrapper included; None stands for an answer
        without a body. Raises what the client raises, and UnsupportedError for what the client can't be asked for.
        """


TIME_LIMIT = 60.0
"""Seconds that one call may take, its retries and the longest of slow answers included."""
Connect = Callable[[str, str], Client]
"""Makes a client from a base URL and an API key; one that has a method `close` is closed when it has been driven."""
