"""Making calls on a client, with or without a fault, and noting what went over the wire for each."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ...fixtures import Dataset
from ...mock_server.faults.armed_fault import ArmedFault
from ...mock_server.pipeline import Double
from ...openapi import Json
from ..decode.targets.callables import OutOfTime, time_limit
from ..wire.calls import HANG
from ..wire.conversation import ClientCall, Conversation, Failure
from ..wire.recording import Recorder
from .client import TIME_LIMIT, AdapterError, Client, Connect, UnsupportedError
from .failures import failure


@dataclass(frozen=True, slots=True)
class _Made:
    """A call, and which of the recorded exchanges were made for it."""

    call: ClientCall
    first: int
    end: int


class Talk:
    """A client in conversation with a double that is served at a base URL and recorded.

    `double` is the one that is served; its faults are armed and disarmed here. `dataset` is what it started with.
    `time_limit` is how many seconds a call may take before it is taken for hung.
    """

    def __init__(
        self,
        connect: Connect,
        base_url: str,
        double: Double,
        recorder: Recorder,
        dataset: Dataset,
        *,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self.dataset = dataset
        self.document = double.document
        self.unsupported: list[str] = []
        """What the client couldn't be asked for."""
        self._connect = connect
        self._base_url = base_url
        self._double = double
        self._recorder = recorder
        self._time_limit = time_limit
        self._client = self._connected(double.api_key)
        self._made: list[_Made] = []

    def _connected(self, api_key: str) -> Client:
        """A client with that key. Raises AdapterError when there is none to be had."""
        try:
            return self._connect(self._base_url, api_key)
        except Exception as error:  # the adapter's own code
            raise AdapterError(f"can't make a client: {type(error).__name__}: {error}") from error

    def call(
        self,
        operation_id: str,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Json] | None = None,
        body: Json = None,
    ) -> Json:
        """Have the client make one call, and return what it was served, whatever it made of that.

        None for a call that the client can't make, for an operation that the document doesn't have, and for an answer
        that isn't JSON. Raises AdapterError when the adapter itself can't go on.
        """
        operation = self.document.operations.get(operation_id)
        if operation is None:
            return None
        first = len(self._recorder)
        asked = ClientCall(operation, path or {}, query or {}, body)
        call = self._answered(asked)
        if call is None:
            return None
        exchanges = self._recorder.exchanges_since(first)
        self._made.append(_Made(call, first, first + len(exchanges)))
        return exchanges[-1].answer() if exchanges else None

    def _answered(self, asked: ClientCall) -> ClientCall | None:
        try:
            with time_limit(self._time_limit):
                returned = self._client.call(asked.operation.id, asked.path, asked.query, asked.body)
        except AdapterError:
            raise
        except UnsupportedError as error:
            self.unsupported.append(str(error))
            return None
        except OutOfTime:
            return replace(asked, failure=Failure(HANG, f"no answer within {self._time_limit:g} seconds"))
        except Exception as error:  # noqa: BLE001 - whatever a client raises is what is looked at
            return replace(asked, failure=failure(error, self._client))
        return replace(asked, returned=returned)

    def count(self, operation_id: str) -> int:
        """Say how many calls of the operation the client has made so far."""
        return sum(made.call.operation.id == operation_id for made in self._made)

    @contextmanager
    def fault(self, operation_id: str, kind: str, *, count: int = 1, seconds: float = 0) -> Iterator[None]:
        """Have so many requests of the operation go wrong; afterwards, wait as long as the double has asked for."""
        faults = self._double.faults
        armed = faults.snapshot()
        faults.clear()
        faults.arm(ArmedFault(operation_id, kind, seconds, count))
        try:
            yield
        finally:
            faults.restore(armed)
        if kind == "429":
            time.sleep(seconds)  # a call of our own, made sooner, would look like the client's impatience

    @contextmanager
    def wrong_key(self) -> Iterator[None]:
        """Go on with a client whose key nobody knows."""
        client = self._client
        self._client = self._connected(f"inc_{'0' * 64}")
        try:
            yield
        finally:
            _close(self._client)
            self._client = client

    def conversation(self) -> Conversation:
        """Give everything that was said so far."""
        exchanges = self._recorder.exchanges
        calls = [replace(made.call, exchanges=exchanges[made.first : made.end]) for made in self._made]
        return Conversation(self.document, exchanges, calls)

    def close(self) -> None:
        """Let go of the client."""
        _close(self._client)


def _close(client: Client) -> None:
    close: Callable[[], None] | None = getattr(client, "close", None)
    if close is not None:
        close()


def ids(rows: Sequence[Mapping[str, Json]]) -> list[str]:
    """Give the ids of rows, in their order."""
    return [row["id"] for row in rows]
