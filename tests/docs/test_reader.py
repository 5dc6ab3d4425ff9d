"""What the reader of the pages doesn't let pass."""

from pathlib import Path

import pytest

from .pages import DOCS, Block, blocks
from .reader import Reader


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def block(language: str, text: str, *, file: str | None = None, continues: bool = False) -> Block:
    return Block(language, file, text, "page.md:1", continues)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (block("", "whatever\n"), "a fence without a language"),
        (block("ruby", "puts 1\n"), "nothing is known to do with ruby"),
        (block("python", "assert 1 == 2\n"), "exit code 1"),
        (block("text", "never printed\n"), "what the block before has printed"),
        (block("json", '{"half": \n'), "Expecting value"),
        (block("sh", "incident-double fuzz my_client:Incident --exmples 5\n"), "No such option"),
        (block("sh", "incident-double fly\n"), "exit code 2"),
        (block("sh", "incident-double serve --prot 1\n"), "it doesn't serve"),
        (block("sh", "curl http://127.0.0.1:9/\n"), "exit code 7"),
        (block("sh", "pip install no-such-package-of-ours\n"), "no-such-package-of-ours"),
        (block("sh", "make sandwich\n"), "sandwich"),
        (block("yaml", "incidents: 3\n"), "incidents"),
        (
            block("yaml", "on: push\njobs: {a: {runs-on: x, steps: [{run: incident-double check --no}]}}\n"),
            "--no",
        ),
        (block("yaml", "services: {a: {command: serve}}\n"), "a"),
    ],
    ids=lambda value: None if isinstance(value, str) else value.text[:40],
)
def test_what_is_wrong_is_refused(reader: Reader, wrong: Block, reason: str) -> None:
    with pytest.raises(Exception, match=reason):
        reader.read(wrong, None)


def test_what_a_page_claims_is_printed_is_compared(reader: Reader) -> None:
    said = block("python", "print('one'); print('two and more')")
    reader.read(said, None)

    reader.read(block("text", "one\ntwo…\n", continues=True), None)
    with pytest.raises(AssertionError, match="'two' is not in the rest"):
        reader.read(block("text", "one\ntwo\n", continues=True), None)


def test_what_a_page_shows_of_an_answer_is_compared(reader: Reader) -> None:
    reader.read(block("python", """print('{"id": "x1", "rows": [{"a": 1}]}')"""), None)

    reader.read(block("json", '{"id": "x…", "rows": [{}]}', continues=True), None)
    with pytest.raises(AssertionError, match="/rows/0/a: 1"):
        reader.read(block("json", '{"rows": [{"a": 2}]}', continues=True), None)


def test_a_test_that_no_command_runs_is_run_in_the_end(reader: Reader) -> None:
    reader.read(block("python", "def test_it():\n    assert not 'run'\n", file="test_it.py"), None)

    with pytest.raises(AssertionError, match="assert not 'run'"):
        reader.finish()


def test_a_sentence_that_goes_on_leads_to_what_was_printed() -> None:
    page = DOCS / "tutorial.md"
    reported = [each for each in blocks(page) if each.language == "text"]

    assert reported
    assert all(each.continues for each in reported)
    assert [each.file for each in blocks(page)][:2] == [None, "test_first.py"]
