"""`incident-double run`: what a command is given, and how it ends."""

import json
import shlex
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from incident_double.cli import main
from incident_double.cli.options import interception
from incident_double.mock_server import DEFAULT_TOKEN

from ...serving import Served, serving
from ..conftest import COMMAND, Run

PRINT_ENVIRONMENT = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
LIST = (
    "import httpx, os; print(len(httpx.get('https://api.incident.io/v2/incidents?page_size=100', headers={"
    "'authorization': 'Bearer ' + os.environ['INCIDENT_IO_API_KEY']}).json()['incidents']))"
)


def test_a_command_reaches_a_double_of_its_own(run: Run) -> None:
    done = run("run", "--incidents", "7", "--", sys.executable, "-c", LIST)

    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")


def test_it_reaches_one_that_runs(run: Run) -> None:
    with serving("--incidents", "3", "--api-key", "a-key") as served:
        done = run(
            "run", "--on", served.base_url + "/", "--api-key", "a-key", "--", sys.executable, "-c", LIST
        )

    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr


def test_it_is_given_what_check_gives(run: Run) -> None:
    code = "import httpx, os; print(httpx.get(os.environ['INCIDENT_IO_BASE_URL'] + '/_double/health').json())"
    done = run("run", "--incidents", "7", "--", sys.executable, "-c", code)

    assert done.stdout == "{'status': 'ok', 'incidents': 7}\n"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("exit 0", 0),
        ("exit 7", 7),
        ("kill -TERM $$", 128 + signal.SIGTERM),
        ("kill -KILL $$", 128 + signal.SIGKILL),
    ],
)
def test_it_ends_as_the_command_does(run: Run, command: str, status: int) -> None:
    assert run("run", "--incidents", "0", "--", "sh", "-c", command).returncode == status


def test_an_interrupt_ends_the_command(tmp_path: Path) -> None:
    command = [str(COMMAND), "run", "--incidents", "0", "--", "sh", "-c", "echo begun; exec sleep 60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


def test_options_of_the_command_are_its_own(run: Run) -> None:
    done = run("run", "--incidents", "0", "echo", "--seed", "x", "--", "-v")

    assert done.stdout == "--seed x -- -v\n"


def test_what_is_set_already_is_kept(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    (tmp_path / "own.pem").write_text(f"a comment\n{root}")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(name, str(tmp_path / "own.pem"))
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx64m")
    monkeypatch.setenv("PYTHONPATH", "/own")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv(
        "NO_PROXY", "own.example, .incident.io,api.incident.io,incident.io,*,own-api.incident.io"
    )
    code = (
        "import json, os; names = 'SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS'.split();"
        "print(json.dumps([dict(os.environ), *(open(os.environ[name]).read() for name in names)]))"
    )
    environment, *bundles = json.loads(
        run("run", "--incidents", "0", "--", sys.executable, "-c", code).stdout
    )

    assert shlex.split(environment["NODE_OPTIONS"])[:2] == ["--no-warnings", "--require"]
    assert environment["JAVA_TOOL_OPTIONS"].startswith("-Xmx64m -D")
    assert environment["PYTHONPATH"].endswith(":/own")
    assert (
        environment["NO_PROXY"]
        == environment["no_proxy"]
        == "own.example,own-api.incident.io,localhost,127.0.0.1,::1"
    )
    for bundle in bundles:
        assert bundle.count("BEGIN CERTIFICATE") == 2  # one's own, and the authority
        assert root in bundle


def test_nothing_is_left_behind(run: Run) -> None:
    environment = json.loads(run("run", "--incidents", "0", "--", *PRINT_ENVIRONMENT).stdout)

    folder = Path(environment["SSL_CERT_FILE"]).parent
    assert not folder.exists()


def test_programs_go_on_when_the_double_is_gone(run: Run) -> None:
    """With the variables still set, in a shell say."""
    given = json.loads(run("run", "--incidents", "0", "--", *PRINT_ENVIRONMENT).stdout)

    for command in ([sys.executable, "-c", "print('on')"], ["node", "-e", "console.log('on')"]):
        try:
            done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            continue  # no Node on this machine
        assert done.stdout == "on\n", done.stderr


def test_the_sitecustomize_of_an_environment_is_loaded_as_well(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.theirs = __file__")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    done = run("run", "--incidents", "0", "--", sys.executable, "-c", "import sys; print(sys.theirs)")

    assert done.stdout == f"{tmp_path}/sitecustomize.py\n"


def test_a_database_is_nobodys_business(run: Run) -> None:
    """Only the web beyond this machine is refused."""
    code = "import socket; socket.create_connection(('database.invalid', 5432))"
    done = run("run", "--incidents", "0", "--", sys.executable, "-c", code)

    assert "socket.gaierror" in done.stderr


@pytest.mark.parametrize("allowed", ["elsewhere.invalid", "*"])
def test_a_host_is_let_through(run: Run, allowed: str) -> None:
    code = "import urllib.request as u; u.urlopen('https://elsewhere.invalid/')"
    done = run("run", "--incidents", "0", "--allow-host", allowed, "--", sys.executable, "-c", code)

    assert "502" in done.stderr  # there is no such host, but it was looked for


def test_another_api_can_be_stood_in_for(run: Run) -> None:
    code = LIST.replace("api.incident.io", "api.example")
    done = run("run", "--incidents", "2", "--api-host", "api.example", "--", sys.executable, "-c", code)

    assert done.stdout == "2\n", done.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "give a COMMAND, after -- and the options"),
        (["--on", "http://127.0.0.1:1", "--", "true"], "nobody listens at http://127.0.0.1:1"),
        (["--on", "127.0.0.1:8080", "--", "true"], "not the base URL of a double"),
        *(
            (["--on", url, "--", "true"], "not the base URL of a double")
            for url in ("http://a:b", "http://a:99999", "http://[", "http://", "http://me:it@a", "ftp://a")
        ),
        *(
            (["--on", f"http://a/{more}", "--", "true"], "not the base URL of a double")
            for more in ("v2", "?a", "#a")
        ),
        (["--on", "http://127.0.0.1:1", "--seed", "3", "--", "true"], "--on and --seed exclude each other"),
        (["--allow-host", "http://a", "--", "true"], "not the name of a host: http://a"),
        (["--api-host", "127.0.0.1", "--", "true"], "not the name of a host: 127.0.0.1"),
        (["--incidents", "0", "--", "no-such-command"], "no-such-command: No such file or directory"),
    ],
)
def test_what_can_not_be_is_one_line(run: Run, arguments: list[str], problem: str) -> None:
    done = run("run", *arguments)

    assert done.returncode == 2
    assert problem in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["run", "--", "true"], ["serve", "--intercept"], ["serve", "--tls"]],
    ids=lambda each: each[-1],
)
def test_without_the_extra_it_says_what_to_install(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(interception, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["incident-double", *arguments])

    assert main() == 2
    assert "pip install 'incident-double[intercept]'" in capsys.readouterr().err


def test_check_goes_without_it_where_the_extra_is_missing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(interception, "find_spec", lambda name: None)
    code = "import os; print('HTTPS_PROXY' in os.environ)"
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.setattr(sys, "argv", ["incident-double", "check", "--", sys.executable, "-c", code])

    assert main() == 3
    out, err = capfd.readouterr()
    assert out.startswith("False\n")
    assert err.endswith("a constant needs pip install 'incident-double[intercept]'\n")


def test_tls_is_the_hosts_own(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    with serving("--tls", "--tls-port", "0", "--ca-file", str(authority)) as served:
        line = next(line for line in served.announcement if line.startswith("TLS "))
        assert line.endswith(f", trusting {authority}")
        assert authority.stat().st_mode & 0o777 == 0o644
        assert "PRIVATE" not in authority.read_text()
        assert ask_by_tls(served, line, authority, "api.incident.io").status_code == 200
        assert ask_by_tls(served, line, authority, "127.0.0.1").status_code == 421


def ask_by_tls(served: Served, line: str, authority: Path, host: str) -> httpx.Response:
    address = line.split(" at ")[1].split(",", maxsplit=1)[0]
    with httpx.Client(verify=ssl.create_default_context(cafile=authority), trust_env=False) as client:
        return client.get(
            f"https://{address}/v2/incidents",
            headers={"host": host, "authorization": f"Bearer {DEFAULT_TOKEN}"},
            extensions={"sni_hostname": "api.incident.io"},
        )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--tls", "--tls-port", "0", "--ca-file", "no/such/folder/ca.pem"], "no/such/folder"),
        (["--allow-origin", "null"], "not an origin, such as http://localhost:5173: null"),
        (["--allow-origin", "*", "--host", "0.0.0.0"], "'*' is for a loopback address only, not for 0.0.0.0"),
    ],
)
def test_what_serve_can_not_do_is_one_line(run: Run, arguments: list[str], problem: str) -> None:
    done = run("serve", "--port", "0", "--incidents", "0", *arguments)

    assert done.returncode == 2
    assert problem in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_served_double_lets_pages_in() -> None:
    origin = "http://localhost:5173"
    with serving("--incidents", "0", "--allow-origin", origin) as served:
        answer = httpx.get(f"{served.base_url}/_double/clock", headers={"origin": origin})

    assert answer.headers["access-control-allow-origin"] == origin
