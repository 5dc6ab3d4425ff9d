"""Running a command once for a sweep: with its own key and temporary folder, until its time is over."""

import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from ...contract_tests.sweep.outcomes import Ended
from ...contract_tests.sweep.patience import SECONDS_BETWEEN_LOOKS, IsOver
from .printed import Printed
from .subject import running


def run_once(command: Sequence[str], environment: Mapping[str, str], is_over: IsOver) -> Ended:
    """Run a command to its end, or until its time is over. Raises OSError when there is no such command."""
    began = time.monotonic()
    output = Printed()
    with tempfile.TemporaryDirectory(prefix="incident-double-sweep-", ignore_cleanup_errors=True) as folder:
        own = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        try:
            with running(
                command,
                {**environment, **own},
                stdout=output.writing,
                stderr=subprocess.STDOUT,
                handles_signals=False,
            ) as process:
                status = _status(process, is_over)
        finally:
            text = output.text()
    return Ended(status, text, time.monotonic() - began)


def _status(process: subprocess.Popen[bytes], is_over: IsOver) -> int | None:
    while not is_over():
        with suppress(subprocess.TimeoutExpired):
            return process.wait(SECONDS_BETWEEN_LOOKS)
    return None
