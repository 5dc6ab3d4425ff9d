"""One run of `check`: what the client does while it is watched, and what comes of it."""

import math
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import click
from starlette.types import ASGIApp, Receive, Scope, Send

from ...contract_tests.drive.talk import Talk
from ...contract_tests.wire.conversation import Conversation, WebhookDelivery
from ...contract_tests.wire.printed_crashes import PrintedCrash, crashes_in
from ...contract_tests.wire.recording import Recorder
from ...mock_server.pipeline import Double
from .printed import Printed
from .receiver import Receiver
from .subject import failure_of, running

_SECONDS_TO_LISTEN = 30


@dataclass(slots=True)
class Session:
    """What one run has come to so far."""

    double: Double
    recorder: Recorder
    """Of the first account, the only one that a driven client has."""
    others: list[Recorder] = field(default_factory=list)
    """Of the accounts that the client has opened, each of which is a conversation of its own."""
    talk: Talk | None = None
    """With a client that is driven."""
    deliveries: list[WebhookDelivery] = field(default_factory=list)
    crashes: list[PrintedCrash] = field(default_factory=list)
    """What the command has printed of its own errors."""
    failure: str | None = None
    """What is wrong with the command itself."""
    interrupted: bool = False
    _printed: Printed | None = None

    def record(self, double: Double) -> None:
        """Judge what is said to this account, too, however soon it ends."""
        self.others.append(Recorder(double))

    def conversations(self) -> list[Conversation]:
        """Give everything that is to be judged, account by account."""
        if self.talk is not None:
            return [self.talk.conversation()]
        said = [each.conversation() for each in (self.recorder, *self.others)]
        said[0] = replace(said[0], deliveries=self.deliveries)
        for crash in self.crashes:
            led_to_it = max(range(len(said)), key=lambda number: _last_before(crash.at, said[number]))
            said[led_to_it] = replace(said[led_to_it], crashes=[*said[led_to_it].crashes, crash])
        return said

    def run(
        self,
        command_line: Sequence[str],
        environment: Mapping[str, str],
        timeout: float | None,
        receiver: Receiver | None,
    ) -> None:
        """Run the command, and deliver events to the receiver; where there is no command, to one that runs.

        Raises ClickException where nobody listens there.
        """
        if receiver is not None and not command_line:
            if not receiver.is_listening():
                raise click.ClickException(f"nobody listens at {receiver.url}")
            self._deliver(receiver)
            return
        with self._reading() as errors, running(command_line, environment, stderr=errors) as process:
            if receiver is None:
                try:
                    self.failure = failure_of(process.wait(timeout))
                except subprocess.TimeoutExpired:
                    self.failure = f"did not end within {timeout:g} seconds"
            elif receiver.comes_to_listen(process, timeout or _SECONDS_TO_LISTEN):
                self._deliver(receiver)
                self.failure = failure_of(process.poll() or 0)
            else:
                self.failure = failure_of(process.poll() or 0) or f"does not listen at {receiver.url}"

    def watching(self, app: ASGIApp) -> ASGIApp:
        """Wrap the application, to separate what the command printed before each request from what it printed after."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if self._printed is not None:
                self._printed.mark()
            await app(scope, receive, send)

        return watched

    @contextmanager
    def _reading(self) -> Iterator[int]:
        """Read what a command prints to this descriptor, and pass it on."""
        printed = self._printed = Printed(to_stderr=True)
        try:
            yield printed.writing
        finally:
            self.crashes += crashes_in(printed.lines())

    def _deliver(self, receiver: Receiver) -> None:
        from ...contract_tests.webhooks import deliver_events  # noqa: PLC0415 - httpx takes long to import

        for delivery in deliver_events(receiver.url, receiver.secret, self.double, seed=receiver.seed):
            self.deliveries.append(delivery)


def _last_before(moment: float, conversation: Conversation) -> float:
    """When the last exchange began that was answered by then; in the distant past where there was none."""
    last = conversation.last_answered(moment)
    return -math.inf if last is None else last.started
