"""The signals that end `serve`, while it serves and while it saves."""

import os
import signal
import subprocess
import sys
import time

import pytest

from incident_double.cli.running.ending import Ending


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.fixture
def ended() -> list[int]:
    return []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_each_of_them_ends_the_server(ended: list[int], number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with Ending("state.json") as ending:
        ending.call(ended.append)
        send(number)
        time.sleep(0)  # a signal is handled between two instructions
    assert ended == [number]
    assert signal.getsignal(number) is before


def test_one_that_comes_before_there_is_a_server_is_not_lost(ended: list[int]) -> None:
    with Ending(None) as ending:
        send(signal.SIGTERM)
        time.sleep(0)
        ending.call(ended.append)
    assert ended == [signal.SIGTERM]


def test_while_it_saves_a_signal_says_what_and_nothing_else(
    ended: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    with Ending("state.json") as ending:
        ending.call(ended.append)
        ending.begin_saving()
        send(signal.SIGTERM)
        send(signal.SIGHUP)
        time.sleep(0)
    assert ended == []
    assert capfd.readouterr().err == "incident-double: saving state.json; it ends when that is done\n" * 2


def test_one_that_is_ignored_goes_on_being_ignored(ended: list[int]) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Ending(None) as ending:
            ending.call(ended.append)
            send(signal.SIGHUP)
            time.sleep(0)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ended == []


def test_a_terminal_that_is_gone_is_no_error() -> None:
    program = (
        "import os, signal\n"
        "from incident_double.cli.running.ending import Ending\n"
        "with Ending('state.json') as ending:\n"
        "    os.close(2)\n"
        "    ending.begin_saving()\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    print('saved')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "saved\n")
