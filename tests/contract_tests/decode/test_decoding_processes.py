"""Decoding in processes of every manner: what they say is read rightly, and nothing of them is left behind."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from select import select

import httpx
import pytest

from incident_double.contract_tests.decode.outcomes import Died, Hung, Raised, Returned, TargetError
from incident_double.contract_tests.decode.targets.fetching import FetchedTarget
from incident_double.contract_tests.decode.targets.processes import ProcessTarget, death_line, last_error
from incident_double.mock_server import DEFAULT_TOKEN
from incident_double.openapi import Document

from .processes import ids, is_left

ECHO = 'print(json.dumps({"id": asked["id"], "value": asked.get("json")}), flush=True)'
SECONDS = 0.5
Target = Callable[..., ProcessTarget]


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    """A process that does something for each line, after a preamble; how long an answer may take, in seconds."""
    targets = []

    def target(each: str, *, before: str = "", timeout: float = 20) -> ProcessTarget:
        script = tmp_path / "decoder.py"
        script.write_text(
            "import base64, json, os, subprocess, sys, time\n"
            f"open({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}}\\n')\n"
            f"{before}\nfor line in sys.stdin:\n    asked = json.loads(line)\n    {each}\n"
        )
        targets.append(ProcessTarget(f"{sys.executable} {script}", timeout=timeout, start=10))
        return targets[-1]

    yield target
    for each in targets:
        each.close()
    pids = tmp_path / "pids"
    assert not any(map(is_left, ids(pids) if pids.exists() else ()))


def test_a_line_holds_the_value_or_base64_of_what_is_no_json(target: Target) -> None:
    echo = target('print(json.dumps({"id": asked["id"], "value": {**asked, "line": line}}), flush=True)')

    first, second = echo.decode(b'{"a":\n[1,\r\n2]}'), echo.decode(b"\xff{")
    assert isinstance(first, Returned)
    assert isinstance(second, Returned)
    assert first.value["line"] == '{"id":1,"json":{"a": [1,  2]}}\n'
    assert second.value["line"] == '{"id":2,"base64":"/3s="}\n'


def test_a_line_has_no_separator_inside_that_node_would_take_for_its_end(target: Target) -> None:
    seen = target('print(json.dumps({"id": asked["id"], "value": line}), flush=True)')
    outcome = seen.decode('{"a":"\u2028\u2029"}'.encode())

    assert outcome == Returned('{"id":1,"json":{"a":"\\u2028\\u2029"}}\n', encodes=True)


@pytest.mark.parametrize(
    "value",
    [2**63 - 1, -(2**63), 2**64 + 1, 10**300 + 1, 0.1 + 0.2, "\ud800", "\U0001f680\u2028", None],
    ids=repr,
)
def test_a_value_comes_back_exactly(target: Target, value: object) -> None:
    outcome = target(ECHO).decode(json.dumps(value).encode())

    # What orjson refuses (a lone surrogate) is sent as base64, which this decoder gives back as nothing.
    assert outcome == Returned(None if value == "\ud800" else value, encodes=True)


@pytest.mark.parametrize("written", ["NaN", "-Infinity", '"\\ud800"', "1" + "0" * 5_000])
def test_an_answer_may_hold_what_only_some_take_for_json(target: Target, written: str) -> None:
    outcome = target(f"""print('{{"id": 1, "value": %s}}' % {written!r}, flush=True)""").decode(b"{}")

    assert isinstance(outcome, Returned)


@pytest.mark.parametrize(
    "chatter",
    [
        "hello",
        "",
        "[1]",
        "1",
        '{"id": 99, "value": "of another question"}',
        '{"id": "1", "value": 0}',
        '{"value": 0}',
        '{"id": 1, "value": ',
        "[" * 100_000,
        "x" * 1_000_000,
        "\\xff",
    ],
    ids=lambda text: text[:20],
)
def test_other_lines_are_taken_for_chatter(target: Target, chatter: str) -> None:
    outcome = target(f"print({chatter!r}); {ECHO}; print({chatter!r}, flush=True)")

    assert outcome.decode(b"[1]") == Returned([1], encodes=True)
    assert outcome.decode(b"[2]") == Returned([2], encodes=True)


def test_an_answer_to_an_earlier_question_is_not_taken_for_one(target: Target) -> None:
    late = target('print(json.dumps({"id": asked["id"] - 1, "value": 0})); ' + ECHO)

    assert [late.decode(text) for text in (b"1", b"2")] == [Returned(1, True), Returned(2, True)]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({}, Returned()),
        ({"value": None}, Returned(None, encodes=True)),
        ({"error": None, "value": 1}, Returned(1, encodes=True)),
        ({"error": "Refused"}, Raised("Refused", "", "", "", declared=False)),
        ({"error": {}}, Raised("Error", "", "", "", declared=False)),
        ({"error": {"type": None, "declared": "yes"}}, Raised("Error", "", "", "", declared=False)),
        (
            {"error": {"type": "E", "message": "m" * 999, "frame": "f", "declared": True, "details": [1]}},
            Raised("E", "m" * 300, "f", "f", declared=True, details=[1]),
        ),
    ],
)
def test_an_answer_is_read_leniently(target: Target, answer: object, outcome: object) -> None:
    assert target(f"print(json.dumps({{'id': 1, **{answer!r}}}), flush=True)").decode(b"{}") == outcome


def test_a_huge_line_goes_there_and_back(target: Target) -> None:
    text = json.dumps("x" * 5_000_000).encode()

    assert target(ECHO).decode(text) == Returned("x" * 5_000_000, encodes=True)


def test_a_process_that_talks_while_it_is_spoken_to_is_not_stuck(target: Target) -> None:
    before = "print('chatter ' * 100_000, flush=True)"  # more than a pipe holds, before anything is read
    text = json.dumps("x" * 1_000_000).encode()

    assert target(ECHO, before=before).decode(text) == Returned("x" * 1_000_000, encodes=True)


def test_stderr_is_never_full(target: Target) -> None:
    loud = target(f"sys.stderr.write('x' * 3_000_000); sys.stderr.flush(); {ECHO}")

    assert [loud.decode(b"1") for _ in range(3)] == [Returned(1, encodes=True)] * 3


@pytest.mark.parametrize("size", [10, 1_000_000], ids=["a short line", "a line that no pipe holds"])
def test_a_process_that_never_reads_is_a_hang(target: Target, size: int) -> None:
    deaf = target(ECHO, before="time.sleep(600)", timeout=SECONDS)
    deaf._start = 0

    assert deaf.decode(b"1" * 10 if size == 10 else json.dumps("x" * size).encode()) == Hung(SECONDS)


def test_a_process_is_started_again_after_a_hang_and_answers_then(target: Target, tmp_path: Path) -> None:
    slow = target(f"time.sleep(600 * (asked['json'] == 'slow')); {ECHO}", timeout=SECONDS)

    assert slow.decode(b'"fast"') == Returned("fast", encodes=True)
    assert slow.decode(b'"slow"') == Hung(SECONDS)
    assert slow.decode(b'"fast"') == Returned("fast", encodes=True)
    first, second = ids(tmp_path / "pids")
    assert not is_left(first)
    assert is_left(second)


def test_a_process_may_take_longer_to_start_than_to_answer(target: Target) -> None:
    heavy = target(ECHO, before="time.sleep(1.5)", timeout=1)

    assert heavy.decode(b"1") == Returned(1, encodes=True)


def test_a_death_is_reported_with_its_status_and_last_words(target: Target) -> None:
    frail = target(f"{ECHO} if asked['json'] else [][0]")

    assert frail.decode(b"1") == Returned(1, encodes=True)
    died = frail.decode(b"0")
    assert isinstance(died, Died)
    assert died.status == 1
    assert died.errors.startswith("Traceback")
    assert last_error(died) == "IndexError: list index out of range"
    assert frail.decode(b"1") == Returned(1, encodes=True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sys.exit(3)", "the process ended with status 3"),
        ("os.kill(os.getpid(), 11)", "the process was ended by SIGSEGV"),
        ("os.close(1); time.sleep(600)", "the process closed its input or output"),
        ("sys.stderr.write('a\\nout of room at 0xff\\n'); sys.exit(3)",
         "the process ended with status 3: out of room at N"),
    ],
)  # fmt: skip
def test_every_end_has_its_words(target: Target, line: str, words: str) -> None:
    died = target(line, timeout=SECONDS).decode(b"1")

    assert isinstance(died, Died)
    assert death_line(died) == words


CHILD = (
    "import sys, time; pipe = open(sys.argv[1], 'w'); print('ready', file=pipe, flush=True); time.sleep(600)"
)


@pytest.mark.parametrize("end", ["", "; sys.stdout.flush(); os._exit(1)", "; time.sleep(600)"])
def test_what_a_process_started_ends_with_it(target: Target, tmp_path: Path, end: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    pipe = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    child = [sys.executable, "-c", CHILD, str(tmp_path / "fifo")]
    parent = target(f"child = subprocess.Popen({child}); {ECHO}{end}", timeout=SECONDS if end else 20)
    assert parent.decode(b"1") == Returned(1, encodes=True)
    assert select([pipe], [], [], 20)[0]
    assert os.read(pipe, 100) == b"ready\n"
    if end:
        assert isinstance(parent.decode(b"1"), Hung | Died)  # the parent, that is
    parent.close()

    assert select([pipe], [], [], 20)[0]
    assert os.read(pipe, 100) == b""  # nobody is left who could write into it
    os.close(pipe)


def test_a_death_is_reported_though_a_child_holds_the_output_open(target: Target) -> None:
    parent = target(
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); os._exit(4)",
        timeout=SECONDS,
    )

    died = parent.decode(b"1")
    assert isinstance(died, Died)
    assert died.status == 4


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("no-such-command-anywhere", "can't start no-such-command-anywhere: No such file or directory"),
        ("/", "can't start /: Permission denied"),
        ("node 'decode", "node 'decode: No closing quotation"),
        (" ", "an empty command"),
    ],
)
def test_a_command_that_can_t_be_started_is_refused_in_one_line(command: str, reason: str) -> None:
    with pytest.raises(TargetError) as raised:
        ProcessTarget(command).decode(b"{}")

    assert str(raised.value) == reason


FETCHING = """
import json, sys, urllib.error, urllib.request
for line in sys.stdin:
    asked = json.loads(line)
    request = urllib.request.Request(asked["url"], headers={"authorization": "Bearer " + asked["api_key"]})
    with urllib.request.urlopen(request) as answer:
        body = answer.read().decode("latin-1")
        value = {**asked, "type": answer.headers["content-type"], "body": body}
    try:
        value = json.loads(body) if UNWRAPPED else value
    except ValueError:
        pass
    print(json.dumps({"id": asked["id"], "value": value}), flush=True)
"""


def fetched(document: Document, tmp_path: Path, name: str, unwrapped: bool = False) -> FetchedTarget:
    script = tmp_path / "fetching.py"
    script.write_text(f"UNWRAPPED = {unwrapped}\n{FETCHING}")
    return FetchedTarget(f"{sys.executable} {script}", document, name, timeout=20)


@pytest.mark.parametrize(
    ("name", "text", "path", "body", "content_type"),
    [
        ("IncidentV2", b'{"a":1}', "/v2/incidents/", '{"incident":{"a":1}}', "application/json"),
        ("IncidentV2", b"<html>", "/v2/incidents/", "<html>", "text/html"),
        ("IncidentV2", b'{"a', "/v2/incidents/", '{"a', "application/json"),
        ("ActorV2", b'{"a":1}', "/object", '{"a":1}', "application/json"),
    ],
)
def test_an_object_is_served_as_the_api_would(
    document: Document, tmp_path: Path, name: str, text: bytes, path: str, body: str, content_type: str
) -> None:
    with closing(fetched(document, tmp_path, name)) as target:
        outcome = target.decode(text)

    assert isinstance(outcome, Returned)
    assert path in outcome.value["url"]
    assert outcome.value["api_key"] == DEFAULT_TOKEN
    assert (outcome.value["body"], outcome.value["type"]) == (body, content_type)


def test_the_wrapper_may_come_back_too(document: Document, tmp_path: Path) -> None:
    with closing(fetched(document, tmp_path, "IncidentV2", unwrapped=True)) as target:
        assert target.decode(b'{"a":1}') == Returned({"a": 1}, encodes=True)


def test_the_server_ends_with_its_target(document: Document, tmp_path: Path) -> None:
    with closing(fetched(document, tmp_path, "IncidentV2")) as target:
        outcome = target.decode(b"{}")

    assert isinstance(outcome, Returned)
    with pytest.raises(httpx.ConnectError):
        httpx.get(outcome.value["url"])


def test_a_client_that_is_cut_off_while_it_fetches_leaves_no_noise(
    document: Document, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "leaving.py"
    script.write_text(
        "import json, os, socket, struct, sys, urllib.parse\n"
        "url = urllib.parse.urlparse(json.loads(sys.stdin.readline())['url'])\n"
        "connection = socket.create_connection((url.hostname, url.port))\n"
        "connection.sendall(b'GET ' + url.path.encode() + b' HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n')\n"
        "connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n"
        "connection.recv(1)\n"
        "connection.close()\n"
    )
    with closing(FetchedTarget(f"{sys.executable} {script}", document, "IncidentV2")) as target:
        assert isinstance(target.decode(json.dumps("x" * 9_000_000).encode()), Died)

    assert capfd.readouterr().err == ""
