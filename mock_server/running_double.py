"""A double for tests: everything that a test needs of it, in one object."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ..fixtures.domain.dataset import EPOCH, Dataset
from ..fixtures.realistic_dataset import realistic
from ..openapi import Document, Json, bundled
from .account import Snapshot
from .accounts import Accounts
from .building.building import (
    Declaration,
    Edit,
    add_action,
    add_follow_up,
    add_update,
    declare_incident,
    edit_incident,
)
from .clock import Clock, moment, present
from .console import Console
from .control import ControlPlane
from .faults.armed_fault import ArmedFault
from .faults.arming import Faults, fault_of, parse_fault
from .findings import findings, sweep_findings
from .journal.journal import Journal
from .pipeline import Double
from .request.authentication import ApiKey
from .request.messages import Exchange
from .webhooks.deliveries import Endpoint
from .webhooks.webhooks import Webhooks

if TYPE_CHECKING:
    from .findings import Finding, Findings
    from .intercepting.in_process import Interceptor
    from .shells.transports import AsyncDoubleTransport, DoubleTransport


_NO_EXTRA = "intercept() needs what is not installed: pip install 'incident-double[intercept]'"


class RunningDouble:
    """A double that clients can reach: over a socket at `base_url`, or without one through `transport`.

    The socket is opened when it is first asked for. To be closed after use.
    """

    def __init__(self, double: Double, *, beside: "RunningDouble | None" = None) -> None:
        """`beside` is the one whose server, socket and all, it is an account of; None for a server of its own."""
        self.double = double
        self.accounts: Accounts = Accounts(double) if beside is None else beside.accounts
        self._beside = beside
        self._open = ExitStack()
        self._control = ControlPlane(self.accounts, double=double)
        self._since = 0
        self.last_findings: Sequence[Finding] = ()
        self._is_closed = False

    @cached_property
    def base_url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:49152`: a real socket of this machine."""
        from .shells.app import create_app  # noqa: PLC0415 - without a socket, no server is needed
        from .shells.serving import serving  # noqa: PLC0415

        self._require_open()
        if self._beside is not None:
            return self._beside.base_url
        return self._open.enter_context(serving(create_app(self.accounts, control=self._control)))

    @property
    def transport(self) -> "DoubleTransport":
        """For `httpx.Client(transport=…)`: the double without a socket. Each one is a connection of its own."""
        from .shells.transports import DoubleTransport  # noqa: PLC0415 - httpx takes long to import

        self._require_open()
        return DoubleTransport(self.accounts, control=Console(self._control).respond)

    @property
    def async_transport(self) -> "AsyncDoubleTransport":
        """For `httpx.AsyncClient(transport=…)`."""
        from .shells.transports import AsyncDoubleTransport  # noqa: PLC0415

        self._require_open()
        return AsyncDoubleTransport(self.accounts, control=Console(self._control).respond)

    @contextmanager
    def intercept(self, *hosts: str, block_network: bool = False) -> Iterator[None]:
        """Bring to it, until the block ends, what this process sends to https://api.incident.io, or to these hosts.

        Whichever library sends it, and however early its client was made; other programs are not reached. With
        `block_network`, whatever else would leave this machine is refused, with a ConnectionRefusedError or what a
        library makes of one. Raises ValueError, in one line, for what is no host, and ImportError, which says what to
        install, without the extra `intercept`.
        """
        with self._interceptor.intercepting(hosts, block_network=block_network):
            yield

    @cached_property
    def _interceptor(self) -> "Interceptor":
        self._require_open()
        try:
            from .intercepting.in_process import Interceptor  # noqa: PLC0415 - needs the extra
        except ImportError as error:
            raise ImportError(_NO_EXTRA) from error
        from .shells.app import create_app  # noqa: PLC0415

        interceptor = Interceptor(create_app(self.double, control=self._control))
        self._open.callback(interceptor.close)
        return interceptor

    @property
    def api_key(self) -> str:
        """A key that the double knows, with every role unless it was given others."""
        return self.double.api_key

    @property
    def clock(self) -> Clock:
        """Its time, to be set, moved on and frozen."""
        return self.double.clock

    @property
    def journal(self) -> Journal:
        """What was asked of it, and how it answered."""
        return self.double.journal

    @property
    def faults(self) -> Faults:
        """The armed faults."""
        return self.double.faults

    @property
    def webhooks(self) -> Webhooks:
        """Endpoints and deliveries."""
        return self.double.webhooks

    @property
    def findings(self) -> "Findings":
        """What is wrong with how the client talks to it, by the rules of `incident-double check`; the worst first."""
        self.last_findings = findings(self.double, since=self._since)
        return self.last_findings

    def sweep(self, function: "Callable[[RunningDouble], object]", *, jobs: int = 1) -> "Findings":
        """Find out how a function takes each fault that can strike each operation it uses: nothing is found, or what.

        It is called with a double of its own each time, an account that begins where this one did. What it raises, and
        what it leaves behind, is held against two calls without a fault. `jobs` calls go on at once, in threads.
        Raises ValueError, in one line, where it fails without a fault, or does something else each time.
        """
        running: dict[Double, RunningDouble] = {}

        @contextmanager
        def opened() -> Iterator[Double]:
            with self.account() as other:
                running[other.double] = other
                yield other.double

        return sweep_findings(opened, lambda double: function(running[double]), jobs=jobs)

    def incident(self, **properties: Unpack[Declaration]) -> dict[str, Any]:
        """Declare a new incident by the names that people know, as the API shows it.

        `incident(name="Checkout is down", severity="Critical", status="Fixing")`: see `Declaration` for all there is.
        Raises ValueError, in one line. Nothing of it is in the journal, and no limit knows of it.
        """
        return declare_incident(self.double, **properties)

    def edit_incident(self, incident: str | int, **properties: Unpack[Edit]) -> dict[str, Any]:
        """Edit the incident with that id, reference or number. Raises ValueError, in one line."""
        return edit_incident(self.double, incident, **properties)

    def incident_update(
        self,
        incident: str | int,
        *,
        message: str | None = None,
        status: str | None = None,
        severity: str | None = None,
    ) -> dict[str, Any]:
        """Post a new update of an incident, which moves it too where it says so. Raises ValueError, in one line."""
        return add_update(self.double, incident, message=message, status=status, severity=severity)

    def action(self, incident: str | int, *, description: str, assignee: str | None = None) -> dict[str, Any]:
        """Add a new action of an incident, outstanding. Raises ValueError, in one line."""
        return add_action(self.double, incident, description=description, assignee=assignee)

    def follow_up(self, incident: str | int, *, title: str, **properties: str | None) -> dict[str, Any]:
        """Add a new follow-up of an incident, outstanding. Raises ValueError, in one line.

        It may have a `description`, an `assignee`, a `priority`, a `category` and a `team`.
        """
        return add_follow_up(self.double, incident, title=title, **properties)

    def begin_scenario(self, name_or_path: str | Path, *, at: str | None = None) -> None:
        """Go to where a scenario begins, a shipped one or that of a YAML file, at its own moment or at that one.

        Raises ValueError, in one line that names the file and the place in it, and OSError.
        """
        from .scenarios.beginning import begin  # noqa: PLC0415 - reads YAML
        from .scenarios.reading import read_scenario  # noqa: PLC0415

        begin(read_scenario(name_or_path), self.double, at=None if at is None else moment(at))

    @contextmanager
    def account(
        self, name: str | None = None, *, scenario: str | Path | None = None
    ) -> "Iterator[RunningDouble]":
        """Open another account on the same server until the block ends, with a key and a state of its own.

        It begins where this double began, or where the scenario begins. Raises ValueError, in one line.
        """
        other = RunningDouble(self.accounts.open(name).double, beside=self._beside or self)
        try:
            if scenario is not None:
                other.begin_scenario(scenario)
                other.double.set_baseline()
            yield other
        finally:
            other.close()

    def fault(
        self,
        operation: str,
        kind: str | int | None = None,
        *,
        seconds: float | None = None,
        count: int = 1,
        first: int = 1,
    ) -> ArmedFault:
        """Arm a fault for the `first` request of an operation and those after it, `count` in all.

        `operation` alone may be all of it: `Incidents V2#List:429=2*3@5`. Raises ValueError, in one line.
        """
        if kind is None:
            fault = parse_fault(operation, self.double.document)
        else:
            given: dict[str, Json] = {"operation": operation, "kind": kind, "count": count, "first": first}
            given |= {} if seconds is None else {"seconds": seconds}
            fault = fault_of(given, self.double.document)
        with self.double.lock:
            self.double.faults.arm(fault)
        return fault

    def send_webhooks_to(
        self, url: str, *, secret: str | None = None, event_types: Iterable[str] = ()
    ) -> Endpoint:
        """Send every change to an endpoint; its `secret` is made up unless one is given. Raises ValueError."""
        return self.double.webhooks.add(url, secret=secret, event_types=event_types)

    def snapshot(self) -> Snapshot:
        """Remember everything as it is, to come back to."""
        return self.double.snapshot()

    def rollback(self, snapshot: Snapshot) -> None:
        """Set everything back to how it was at a snapshot."""
        self.double.rollback(snapshot)

    def reset(self) -> None:
        """Set everything back to how it was at first; snapshots that were made over HTTP are forgotten."""
        self.double.reset()
        self.double.snapshots.clear()
        self._since = 0

    def begin_test(self) -> None:
        """Begin a test: what was said before is no longer a matter of `exchanges` and `findings`.

        A double that the test before has closed can be reached again, at another socket.
        """
        self._is_closed = self.accounts.is_closed = False
        self._since = self.double.journal.count
        self.last_findings = ()

    @property
    def exchanges(self) -> list[Exchange]:
        """What was said since the test began, oldest first, as far as the journal remembers."""
        return self.double.journal.since(self._since)

    def render(self, exchanges: Iterable[Exchange]) -> str:
        """Write exchanges for a person, keys and secrets cut short."""
        return self.double.redaction().render(exchanges)

    def close(self) -> None:
        """Close the socket, end all accounts, and send no more events; one beside others ends alone.

        Whoever asks it for a way to reach it then gets a RuntimeError. Once is enough.
        """
        self._open.close()
        for name in ("base_url", "_interceptor"):
            self.__dict__.pop(name, None)  # worked out anew, if at all
        if self._is_closed:
            return
        self._is_closed = True
        if self._beside is None:
            self.accounts.close()
        elif name := self.accounts.name_of(self.double):
            self.accounts.end(name)

    def _require_open(self) -> None:
        if self._is_closed:
            raise RuntimeError("this double is closed")


@contextmanager
def running(
    *,
    document: Document | None = None,
    dataset: Dataset | None = None,
    seed: int = 0,
    incidents: int = 120,
    api_keys: Mapping[str, Iterable[str] | None] | None = None,
    clock: str | None = None,
    rate_limit: int | None = None,
    scenario: str | Path | None = None,
    faults: Iterable[str] = (),
) -> Iterator[RunningDouble]:
    """Run a double until the block ends.

    `dataset` takes the place of the believable one of that `seed`, with so many `incidents`, which lies before
    `clock`: a moment in ISO 8601 from which time runs on, or `now`; the 1st of June 2026 at nine if left out, so that
    every run sees the same. `api_keys` gives each key its roles, None for all.
    `rate_limit` is how many requests a minute every bucket holds: None for the vendor's limits, 0 for none at all.
    `scenario` is the name of a shipped one, or a YAML file; the data set is its own then. `faults` are texts such as
    `Incidents V2#List:429=2*3@5`. Raises ValueError for any that makes no sense.
    """
    known = document or bundled()
    start = present(clock) or EPOCH
    if dataset is None:
        count = incidents if scenario is None else 0
        dataset = realistic(seed=seed, incidents=count, now=start)
    initial_faults = [parse_fault(text, known) for text in faults]
    keys = [ApiKey(token, roles) for token, roles in (api_keys or {}).items()]
    double = RunningDouble(
        Double(
            known,
            dataset,
            keys=keys,
            clock=Clock(start),
            seed=seed,
            rate_limit=rate_limit,
            faults=initial_faults,
        )
    )
    try:
        if scenario is not None:
            double.begin_scenario(scenario, at=None if clock is None else start.isoformat())
            for fault in initial_faults:
                double.faults.arm(fault)
            double.double.set_baseline()
        yield double
    finally:
        double.close()
