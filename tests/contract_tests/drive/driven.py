"""A client, taken through conversations with a recorded double on a real socket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from incident_double.contract_tests.drive.client import Connect
from incident_double.contract_tests.drive.talk import Talk
from incident_double.contract_tests.findings import Finding
from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.wire.conversation import Conversation
from incident_double.contract_tests.wire.recording import Recorder
from incident_double.fixtures import Dataset, realistic
from incident_double.mock_server import Double
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

Hold = Callable[[Talk], object]


@contextmanager
def talking(
    document: Document, connect: Connect, dataset: Dataset | None = None, **options: float
) -> Iterator[Talk]:
    """A talk with a client, which is let go of at the end."""
    data = dataset or realistic()
    double = Double(document, data)
    recorder = Recorder(double)
    with serving(create_app(double)) as url:
        talk = Talk(connect, url, double, recorder, data, **options)
        try:
            yield talk
        finally:
            talk.close()


def held(document: Document, connect: Connect, hold: Hold, dataset: Dataset | None = None) -> Conversation:
    """What was said in a conversation with a double of its own."""
    with talking(document, connect, dataset) as talk:
        hold(talk)
        return talk.conversation()


def found(document: Document, connect: Connect, hold: Hold, dataset: Dataset | None = None) -> list[Finding]:
    """What is found in it."""
    return judge(held(document, connect, hold, dataset))
