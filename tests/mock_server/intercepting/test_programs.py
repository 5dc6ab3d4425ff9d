"""Every language through every door that it has: programs with the API's host as a constant, unchanged.

The suite sends a few programs through each door, and each program through one at least; `make endure` sends all.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ...serving import COMMAND, Served
from .languages import LANGUAGES, Language

NAMESPACE = ["unshare", "--map-root-user", "--net", "--mount"]
ANSWER = "200 INC-120"


def programs(*names: str) -> pytest.MarkDecorator:
    """Every program, of which the suite runs those of these names."""
    assert {*names} <= {each.name for each in LANGUAGES}
    parameters = [
        pytest.param(each, id=each.name, marks=() if each.name in names else pytest.mark.endure)
        for each in LANGUAGES
    ]
    return pytest.mark.parametrize("language", parameters, indirect=True, scope="session")


def printed(*command: str, **variables: str) -> tuple[int, str, str]:
    environment = {**os.environ, **variables}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout.strip(), done.stderr


def exported(served: Served) -> Mapping[str, str]:
    """The variables that `serve --intercept` prints."""
    lines = [shlex.split(line)[1] for line in served.announcement if line.startswith("export ")]
    return dict(line.split("=", 1) for line in lines) | {"INCIDENT_IO_API_KEY": served.token}


@programs("with_httpx", "with_aiohttp", "with_urllib", "java", "with_https.cjs")
def test_a_program_that_is_run_reaches_the_double(program: list[str], offering: Served) -> None:
    status, out, err = printed(COMMAND, "run", "--on", offering.base_url, "--", *program)

    assert (status, out) == (0, ANSWER), err


@programs("with_requests", "go")
def test_a_program_with_the_printed_variables_reaches_the_double(
    program: list[str], offering: Served
) -> None:
    status, out, err = printed(*program, **exported(offering))

    assert (status, out) == (0, ANSWER), err


@programs("with_fetch.mjs", "with_urllib3")
def test_a_program_is_judged_with_no_configuration(program: list[str]) -> None:
    status, out, err = printed(COMMAND, "check", "--fault", "Incidents V2#List:401", "--", *program)

    assert status == 1, out + err  # its one request is refused, and it stumbles over that
    assert "error  client-crashes" in out
    assert "1 requests judged" in out


@programs("java_url", "with_httpx_async")
def test_another_host_is_refused_and_named(program: list[str], offering: Served) -> None:
    status, out, err = printed(COMMAND, "run", "--on", offering.base_url, "--", *program, "elsewhere")

    assert status != 0
    assert out == ""
    lines = [line for line in err.splitlines() if line.startswith("incident-double: ")]
    assert lines == [
        "incident-double: refused elsewhere.example:443, which is not the API "
        "(--allow-host elsewhere.example lets it through)"
    ]


@programs("curl", "with_http_client")
def test_a_program_on_a_network_where_the_double_has_the_name_reaches_it(
    language: Language, program: list[str], tmp_path: Path
) -> None:
    """As in a container, beside one with the alias api.incident.io: in a network and with a hosts file of its own."""
    if printed(*NAMESPACE, "ip", "link", "set", "lo", "up")[0] != 0:
        pytest.skip("no namespaces on this machine")
    (tmp_path / "hosts").write_text("127.0.0.1 localhost api.incident.io\n")
    authority = tmp_path / "ca.pem"
    setting_up = f"ip link set lo up && mount --bind {tmp_path}/hosts /etc/hosts"
    script = Path(__file__).with_name("beside_a_double.py")

    status, out, err = printed(
        *NAMESPACE,
        "sh",
        "-c",
        f'{setting_up} && exec "$@"',
        "sh",
        *(sys.executable, str(script), str(authority)),
        *program,
        JAVA_TRUSTED=str(tmp_path / "java.p12") if language.name.startswith("java") else "",
        **dict.fromkeys(language.trusts, str(authority)),
    )

    assert (status, out) == (0, ANSWER), err
