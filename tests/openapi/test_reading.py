"""What is handed in comes through one door: bounded, and refused with one line that names it."""

import gzip
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.openapi import DocumentError, parse, read_document
from incident_double.openapi.intake.printable import one_line, printable
from incident_double.openapi.intake.reading import (
    InputError,
    parse_json,
    read_file,
    read_url,
    without_credentials,
)

HEAD = '{"openapi": "3.0.3", "paths": {}, "components": {"schemas": %s}}'
LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 30)
)
REF = {"$ref": "#/components/schemas/A"}


def schemas(**named: object) -> bytes:
    return (HEAD % json.dumps(named)).encode()


DOCUMENTS = {
    "empty": b"",
    "bytes of no text": b"\xff\xfe\xfd",
    "NUL": b"a: \x00",
    "laughs": LAUGHS.encode(),
    "laughs by merging": MERGES.encode(),
    "alias to itself": b"&a [*a]",
    "merge of itself": b"a: &a {<<: *a}",
    "deep JSON": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "rather deep JSON": b'{"a":' * 400 + b"1" + b"}" * 400,
    "deep YAML": b"[" * 100_000,
    "rather deep YAML": b"- " * 400,
    "NaN": b'{"openapi": "3.0.3", "paths": {}, "x": NaN}',
    "NaN in YAML": b"openapi: 3.0.3\npaths: {}\nx: .nan",
    "twice": b'{"openapi": "3.0.3", "paths": {}, "paths": {}}',
    "twice in YAML": b"openapi: 3.0.3\npaths: {}\npaths: {}",
    "huge whole number": b'{"openapi": "3.0.3", "paths": {}, "x": ' + b"9" * 5_000 + b"}",
    "long text": schemas(A={"type": "string", "minLength": 2e9}),
    "long list": schemas(A={"type": "array", "minItems": 2_000_000_000, "items": {}}),
    "doubles": schemas(
        **{
            f"S{n}": {
                "type": "object",
                "required": ["a", "b"],
                "properties": {x: {"$ref": f"#/components/schemas/S{n + 1}"} for x in "ab"},
            }
            for n in range(40)
        },
        S40={"type": "string"},
    ),
    "branches": schemas(A={"allOf": [{"oneOf": [{"type": "string"}] * 4}] * 20}),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_would_do_harm_is_one_line(name: str) -> None:
    with pytest.raises(DocumentError) as refused:
        parse(DOCUMENTS[name], name="it.json")

    assert str(refused.value).startswith("it.json: ")
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": REF}},
        {"type": "object", "required": ["a"], "properties": {"a": {"oneOf": [REF, {"type": "string"}]}}},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "array", "items": REF}}},
        {"type": "object", "nullable": True, "required": ["a"], "properties": {"a": REF}},
        {"type": "object", "required": ["minLength"], "properties": {"minLength": {"type": "string"}}},
    ],
)
def test_a_schema_that_a_finite_value_fits_is_read(schema: object) -> None:
    assert parse(schemas(A=schema), name="it").schemas["A"] == schema


def test_a_hundred_thousand_schemas_are_read() -> None:
    chain = {f"S{n}": {"allOf": [{"$ref": f"#/components/schemas/S{n + 1}"}]} for n in range(100)}
    many = {f"T{n}": {"type": "object", "properties": {"a": {"type": "string"}}} for n in range(100_000)}

    assert len(parse(schemas(**chain, **many, S100={}), name="it").schemas) == 100_101


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "required": ["a"], "properties": {"a": REF}},
        {"type": "array", "minItems": 1, "items": REF},
        {"oneOf": [{"allOf": [REF]}, REF]},
    ],
)
def test_a_schema_that_only_an_endless_value_fits_is_read_and_refused_where_it_is_answered(
    schema: object,
) -> None:
    assert parse(schemas(A=schema), name="it").schemas["A"] == schema
    answer = {"content": {"application/json": {"schema": REF}}, "description": ""}
    paths = {"/a": {"get": {"operationId": "a", "responses": {"200": answer}}}}
    document = parse(json.dumps({**json.loads(schemas(A=schema)), "paths": paths}).encode(), name="it")
    with pytest.raises(DocumentError) as refused:
        Double(document, realistic(incidents=0))
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "/", "no\0name", "/nowhere/at/all"])
def test_what_is_no_file_is_one_line(name: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_document(Path(name))

    assert str(refused.value).startswith(printable(name))


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_double.openapi.intake.reading._SILENT_SECONDS", 0.1)
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InputError, match="nothing came"):
        read_file(tmp_path / "pipe")


def test_a_pipe_with_a_writer_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"x" * 200_000,))
    writer.start()

    assert read_file(tmp_path / "pipe") == b"x" * 200_000
    writer.join()


def test_a_file_that_is_too_large_is_one_line(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2**20 + 1)

    with pytest.raises(InputError, match="more than 1 MiB"):
        read_file(tmp_path / "large", most=2**20)


@pytest.fixture
def answering() -> Iterator[Callable[[bytes, bytes], str]]:
    """Answer one connection with a head, then a piece for as long as it is taken; the URL is returned."""
    listener = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()
    threads = []

    def serve(head: bytes, piece: bytes, *, seconds_between: float = 0) -> str:
        def answer() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(head)
                while not is_over.wait(seconds_between):
                    connection.sendall(piece)

        threads.append(threading.Thread(target=answer))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/it"

    yield serve
    is_over.set()
    for each in threads:
        each.join()
    listener.close()


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("head", "piece", "said"),
    [
        (OK + b"\r\n", b"x" * 65536, "more than 1 MiB"),
        (OK + b"content-encoding: gzip\r\n\r\n", gzip.compress(bytes(2**22)), "more than 1 MiB"),
        (OK + b"content-encoding: gzip, gzip\r\n\r\n", b"x", "packed in a way"),
        (b"HTTP/1.1 500 No\r\n\r\n", b"x", "the server answered 500"),
        (b"\x1b[2J", b"\x1b", "it: "),
    ],
    ids=["endless", "compressed", "packed twice", "refused", "no HTTP"],
)
def test_a_download_has_bounds(
    answering: Callable[[bytes, bytes], str], head: bytes, piece: bytes, said: str
) -> None:
    url = answering(head, piece)

    with pytest.raises(InputError, match=said) as refused:
        read_url(url, most=2**20, seconds=5)

    assert printable(str(refused.value)) == str(refused.value)


@pytest.mark.parametrize("head", [OK, OK + b"\r\n"], ids=["head", "body"])
def test_a_download_that_drips_ends(answering: Callable[..., str], head: bytes) -> None:
    url = answering(head, b"x", seconds_between=0.02)

    with pytest.raises(InputError, match="takes"):
        read_url(url, seconds=0.3)


def test_a_url_is_named_without_its_password() -> None:
    assert without_credentials("https://me:secret@host:1/a?b") == "https://host:1/a?b"
    with pytest.raises(InputError) as refused:
        read_url("http://me:secret@127.0.0.1:1/it")
    assert "secret" not in str(refused.value)


def test_what_a_terminal_obeys_is_shown() -> None:
    assert printable("a\x1b[2J\x9b\u202eé\ud800") == r"a\x1b[2J\x9b\u202eé\ud800"
    assert one_line("a\r\n b") == "a b"


@pytest.mark.parametrize(
    "text", ["NaN", "-Infinity", '{"a": 1, "a": 2}', "[" * 100_000, "[" * 300 + "]" * 300]
)
def test_json_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has a text of its own
        parse_json(text)
