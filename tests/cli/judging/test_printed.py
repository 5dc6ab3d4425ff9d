"""What a command prints: kept with the time at which it had been printed, however late it is read."""

import os
import threading
import time

from incident_double.cli.running.printed import Printed


class Late(Printed):
    """Reads nothing before it may."""

    may_read = threading.Event()

    def _next_part(self) -> bytes:
        self.may_read.wait()
        return super()._next_part()


def test_what_was_printed_before_a_mark_is_older_however_late_it_is_read() -> None:
    """A thread may wait long for its turn."""
    printed, times = Late(), []
    os.write(printed.writing, b"before\n")
    for text in (b"between\n", b"after\n"):
        printed.mark()
        times.append(time.monotonic())
        os.write(printed.writing, text)
    printed.may_read.set()

    lines = {line.text: line.at for line in printed.lines()}

    assert list(lines) == ["before", "between", "after"]
    assert lines["before"] <= times[0] < lines["between"] <= times[1] < lines["after"]


def test_only_the_end_is_kept() -> None:
    printed = Printed()
    for number in range(20_000):
        os.write(printed.writing, b"%08d\n" % number)
        if number % 1000 == 0:
            printed.mark()

    lines = printed.lines()

    assert lines[-1].text == "00019999"
    assert 60_000 < sum(len(line.text) + 1 for line in lines) < 200_000
