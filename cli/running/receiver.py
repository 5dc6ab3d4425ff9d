"""A client's own endpoint for webhooks: where it is, what it signs with, and whether it is up."""

import random
import socket
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...mock_server.webhooks.signing import new_secret


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where events are delivered, and the secret that the client knows."""

    url: str
    secret: str
    seed: int

    @classmethod
    def given(cls, url: str, secret: str | None, seed: int) -> "Receiver":
        """Give one from the command line; a secret is made up where there is none."""
        return cls(url, new_secret(random.Random(seed)) if secret is None else secret, seed)

    def is_listening(self) -> bool:
        """Say whether something takes connections there."""
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            socket.create_connection((str(parts.hostname), port), timeout=5).close()
        except OSError:
            return False
        return True

    def comes_to_listen(self, process: subprocess.Popen[bytes], seconds: float) -> bool:
        """Wait until the process listens there; whether it does, before it ends and in so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and process.poll() is None:
            if self.is_listening():
                return True
            time.sleep(0.05)
        return False
