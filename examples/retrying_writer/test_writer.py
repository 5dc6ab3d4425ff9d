"""Whatever goes wrong on the way, there is exactly one incident in the end."""

from collections.abc import Callable, Iterator

import pytest
import requests

from incident_double.mock_server import RunningDouble

from . import writer as writing
from .writer import RefusedError, Report, UnreachableError, Writer

CREATE = "Incidents V2#Create"
REPORT = Report(id="4711", name="Checkout answers 502")


@pytest.fixture
def session(incident_double: RunningDouble) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["authorization"] = f"Bearer {incident_double.api_key}"
        yield session


@pytest.fixture
def waited() -> list[float]:
    """The pauses that were made."""
    return []


@pytest.fixture
def writer(session: requests.Session, incident_double: RunningDouble, waited: list[float]) -> Writer:
    return Writer(session, incident_double.base_url, wait=waited.append)


@pytest.fixture
def declared(session: requests.Session, incident_double: RunningDouble) -> Callable[[], list[str]]:
    """The references of the incidents that have been declared since the test began."""

    incident_double.clock.advance(days=1)  # a day on which nothing has happened yet

    def references() -> list[str]:
        query = {"created_at[gte]": incident_double.clock.now().date().isoformat()}
        page = session.get(f"{incident_double.base_url}/v2/incidents", params=query, timeout=10).json()
        return [each["reference"] for each in page["incidents"]]

    return references


@pytest.mark.parametrize(
    "fault",
    ["429", "500", "502", "503", "reset", "lost", "reset-during", "cut", "short-body", "malformed"],
)
def test_there_is_one_incident_in_the_end(
    fault: str, writer: Writer, declared: Callable[[], list[str]], incident_double: RunningDouble
) -> None:
    incident_double.fault(CREATE, fault, count=2)

    assert declared() == []
    assert writer.declare(REPORT)["reference"] == "INC-121"
    assert declared() == ["INC-121"]
    incident_double.journal.expect(CREATE, body={"idempotency_key": "report 4711"}, count=3)


def test_an_answer_that_is_lost_is_not_written_twice(
    writer: Writer, declared: Callable[[], list[str]], incident_double: RunningDouble
) -> None:
    """The case that idempotency keys are there for: applied, though nobody was reported."""
    incident_double.fault(CREATE, "lost", count=writing.ATTEMPTS)

    with pytest.raises(UnreachableError):
        writer.declare(REPORT)
    assert declared() == ["INC-121"]
    assert writer.declare(REPORT)["reference"] == "INC-121"
    assert declared() == ["INC-121"]


def test_another_key_would_have_made_another_incident(
    writer: Writer, declared: Callable[[], list[str]], incident_double: RunningDouble
) -> None:
    incident_double.fault(CREATE, "lost", count=writing.ATTEMPTS)

    with pytest.raises(UnreachableError):
        writer.declare(REPORT)
    writer.declare(Report(id="4712", name=REPORT.name))
    assert declared() == ["INC-122", "INC-121"]


def test_it_waits_as_long_as_it_is_asked_to(
    writer: Writer, waited: list[float], incident_double: RunningDouble
) -> None:
    incident_double.fault(CREATE, "429", seconds=9)
    incident_double.fault(CREATE, "500")
    writer.declare(REPORT)

    assert waited == [9, 2]


def test_what_is_refused_is_not_sent_again(writer: Writer, incident_double: RunningDouble) -> None:
    incident_double.fault(CREATE, "403")

    with pytest.raises(RefusedError, match="resource_forbidden"):
        writer.declare(REPORT)
    incident_double.journal.expect(CREATE, count=1)


def test_the_way_it_talks_to_the_api_is_sound(writer: Writer, incident_double: RunningDouble) -> None:
    incident_double.fault(CREATE, "429", seconds=0)  # the pauses of these tests take no time
    incident_double.fault(CREATE, "500")
    incident_double.fault(CREATE, "lost")
    writer.declare(REPORT)

    assert incident_double.findings == []
