"""Runs a program beside a double that answers as the API itself: `beside_a_double.py AUTHORITY_FILE PROGRAM...`."""

import os
import subprocess
import sys
from pathlib import Path

from incident_double.mock_server.intercepting.trust import STORE_PASSWORD, java_store

authority, *program = sys.argv[1:]
command = Path(sys.executable).with_name("incident-double")
options = ["--port", "0", "--tls", "--ca-file", authority]
with subprocess.Popen([command, "serve", *options], stdout=subprocess.PIPE, text=True) as double:
    try:
        assert double.stdout is not None
        announcement = {}
        for line in double.stdout:
            name, _, value = line.partition("  ")
            announcement[name] = value.strip()
            if name == "try":
                break
        environment = {**os.environ, "INCIDENT_IO_API_KEY": announcement["API key"]}
        if store := os.environ["JAVA_TRUSTED"]:
            Path(store).write_bytes(java_store(Path(authority).read_text(encoding="ascii")))
            environment["JAVA_TOOL_OPTIONS"] = (
                f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword={STORE_PASSWORD}"
            )
        status = subprocess.run(program, env=environment, check=False).returncode
    finally:
        double.terminate()
sys.exit(status)
