"""Errors of decoding are read from what a program prints; those that a client means to raise are none."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from incident_double.contract_tests.wire.printed_crashes import PrintedCrash, crashes_in, lines_of


def printed_by(source: str) -> bytes:
    return subprocess.run([sys.executable, "-c", source], capture_output=True, check=False).stderr


def crashes(*parts: bytes) -> Sequence[PrintedCrash]:
    return list(crashes_in(lines_of(enumerate(parts))))


@pytest.mark.parametrize(
    ("expression", "exception"),
    [
        ("{}['severity']", "KeyError"),
        ("[][0]", "IndexError"),
        ("None['severity']", "TypeError"),
        ("None.name", "AttributeError"),
        ("__import__('json').loads('<html>')", "json.decoder.JSONDecodeError"),
        (
            "__import__('pydantic').TypeAdapter(int).validate_python('x')",
            "pydantic_core._pydantic_core.ValidationError",
        ),
    ],
)
def test_what_python_prints_of_an_error_of_decoding_is_one(expression: str, exception: str) -> None:
    (crash,) = crashes(printed_by(f"def decode():\n    return {expression}\ndecode()"))

    assert (crash.exception, crash.frame) == (exception, "<string>:2 in decode")
    assert crash.message.startswith(exception)


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit('no')",
        "raise RuntimeError('the API refused')",
        "class Own(Exception): pass\ntry:\n    {}['x']\nexcept KeyError as error:\n    raise Own('x') from error",
        "assert not 'an expectation of a test'",
        "print('KeyError: just a word in a log', file=__import__('sys').stderr)",
    ],
)
def test_an_error_of_the_clients_own_is_none(source: str) -> None:
    assert crashes(printed_by(source)) == []


LONG = "'.' * N, 'y' * N, 'a.' * N, 'deadbeef' * N, ' ' * N, chr(10) * N, 'invalid character ' * N, 'at a:1:' * N"


@pytest.mark.parametrize("begin", ["", "Traceback (most recent call last)\\n"])
def test_lines_without_an_end_are_read_in_no_time(begin: str) -> None:
    """Patterns that look back over a word take minutes for one of these."""
    source = (
        "from incident_double.contract_tests.decode.outcomes import Died\n"
        "from incident_double.contract_tests.decode.targets.processes import last_error\n"
        "from incident_double.contract_tests.wire.printed_crashes import crashes_in, is_crash, lines_of\n"
        "N = 100_000\n"
        f"for text in ({LONG}):\n"
        f"    text = '{begin}' + text\n"
        "    assert not is_crash(text) and not [*crashes_in(lines_of([(0.0, text.encode())]))]\n"
        "    last_error(Died(1, text))\n"
    )

    subprocess.run([sys.executable, "-c", source], check=True, timeout=60)


def test_an_error_that_was_raised_while_another_was_handled_is_one_by_its_own_name() -> None:
    text = printed_by("try:\n    raise OSError('lost')\nexcept OSError:\n    {}['severity']")

    assert [each.exception for each in crashes(text)] == ["KeyError"]


def test_each_of_several_is_found_with_the_time_at_which_it_was_printed() -> None:
    first, second = printed_by("{}['a']"), printed_by("[][0]")
    found = crashes(b"working\n", first[:40], first[40:], b"INFO going on\n", second)

    assert [(each.exception, each.at) for each in found] == [("KeyError", 2), ("IndexError", 4)]


@pytest.mark.parametrize(
    ("text", "exception", "frame"),
    [
        (
            b"/app/client.mjs:3\n  return incident.severity.name\n\nTypeError: Cannot read properties of undefined"
            b" (reading 'name')\n    at Array.map (<anonymous>)\n    at decode (file:///app/client.mjs:3:28)\n"
            b"    at node:internal/process:1:1\n\nNode.js v20.20.2\n",
            "TypeError",
            "client.mjs:3 in decode",
        ),
        (
            b'ZodError: [\n  {\n    "code": "invalid_type"\n  }\n]\n    at new ZodError (/app/node_modules/z.js:9:2)'
            b"\n    at /app/dist/main.js:12:5\n",
            "ZodError",
            "main.js:12",
        ),
        (
            b"panic: runtime error: index out of range [0] with length 0\n\ngoroutine 1 [running]:\n",
            "panic",
            "",
        ),
        (b"2026/11/28 json: cannot unmarshal string into Go struct field T.a of type int\n", "go", ""),
        (
            b"thread 'main' panicked at src/main.rs:4:10:\ncalled `Option::unwrap()` on a `None` value\n",
            "rust",
            "",
        ),
        (
            b'Exception in thread "main" java.lang.NullPointerException: name\n\tat Main.main(Main.java:5)\n',
            "java.lang.NullPointerException",
            "",
        ),
    ],
)
def test_other_languages_have_their_own_words_for_it(text: bytes, exception: str, frame: str) -> None:
    (crash,) = crashes(text)

    assert (crash.exception, crash.frame) == (exception, frame)
