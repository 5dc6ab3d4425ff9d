"""Running a command once for a sweep: with its own key and temporary folder, for so long at most."""

import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence

from ...contract_tests.sweep.outcomes import Ended
from .printed import Printed
from .subject import running


def run_once(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> Ended:
    """Run a command to its end, or for so many seconds. Raises OSError when there is no such command."""
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
                status = _status(process, seconds)
        finally:
            text = output.text()
    return Ended(status, text, time.monotonic() - began)


def _status(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
