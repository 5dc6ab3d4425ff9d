"""Whoever guesses the control token is slowed down, and nobody else."""

import pytest

from incident_double.mock_server import Request
from incident_double.mock_server.control import ControlPlane
from incident_double.mock_server.control.guesses import MOST, SECONDS_EACH, SHORTEST_TOKEN, Guesses
from incident_double.mock_server.pipeline import Double

TOKEN = "a token for tests"
STRANGER, OWNER = "10.0.0.1", "10.0.0.2"


class Machine:
    """Time that moves when it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def plane(double: Double, machine: Machine) -> ControlPlane:
    plane = ControlPlane(double, token=TOKEN)
    plane.guesses = Guesses(machine)
    return plane


def status(plane: ControlPlane, client: str, token: str | None) -> int:
    authorization = None if token is None else f"Bearer {token}"
    request = Request("GET", "/_double/clock", authorization=authorization, client=client)
    return plane.respond(request).status


def test_after_some_guesses_an_address_has_to_wait_for_each(plane: ControlPlane, machine: Machine) -> None:
    assert [status(plane, STRANGER, f"guess {number}") for number in range(MOST + 2)] == [401] * MOST + [
        429
    ] * 2
    assert status(plane, STRANGER, TOKEN) == 429
    machine.now += SECONDS_EACH
    assert [status(plane, STRANGER, "another") for _ in range(2)] == [401, 429]
    machine.now += SECONDS_EACH
    assert status(plane, STRANGER, TOKEN) == 200


def test_nobody_else_has_to_wait(plane: ControlPlane) -> None:
    for number in range(2 * MOST):
        status(plane, STRANGER, f"guess {number}")

    assert status(plane, OWNER, TOKEN) == 200


def test_asking_without_a_token_is_no_guess(plane: ControlPlane) -> None:
    assert {status(plane, OWNER, None) for _ in range(3 * MOST)} == {401}


def test_the_refusal_says_how_long_to_wait(plane: ControlPlane) -> None:
    for _ in range(MOST):
        status(plane, STRANGER, "guess")
    reply = plane.respond(Request("GET", "/_double/clock", authorization="Bearer guess", client=STRANGER))

    assert dict(reply.headers)["retry-after"] == str(int(SECONDS_EACH) + 1)


@pytest.mark.parametrize("token", ["", "  ", "x" * (SHORTEST_TOKEN - 1), " " * SHORTEST_TOKEN])
def test_a_short_token_is_refused(double: Double, token: str) -> None:
    with pytest.raises(ValueError, match=f"{SHORTEST_TOKEN} characters at least"):
        ControlPlane(double, token=token)
