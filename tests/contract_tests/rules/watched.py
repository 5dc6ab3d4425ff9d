"""A client function, held against a double on a real socket, and what is said of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from incident_double.contract_tests.wire.conversation import Conversation
from incident_double.contract_tests.wire.recording import Recorder
from incident_double.fixtures import realistic
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

from .clients import Client


@contextmanager
def recording(
    document: Document, *faults: str, incidents: int = 120, rate_limit: int = 0
) -> Iterator[tuple[Recorder, httpx.Client]]:
    """A recorded double on a socket, and an HTTP client with its key."""
    double = Double(
        document,
        realistic(incidents=incidents),
        faults=[parse_fault(each, document) for each in faults],
        rate_limit=rate_limit,
    )
    recorder = Recorder(double)
    headers = {"authorization": f"Bearer {DEFAULT_TOKEN}"}
    with serving(create_app(double)) as url, httpx.Client(base_url=url, headers=headers) as http:
        yield recorder, http


def watched(
    document: Document, client: Client, *faults: str, incidents: int = 120, rate_limit: int = 0
) -> Conversation:
    """What a client and a double of its own say to each other."""
    with recording(document, *faults, incidents=incidents, rate_limit=rate_limit) as (recorder, http):
        client(http)
        return recorder.conversation()
