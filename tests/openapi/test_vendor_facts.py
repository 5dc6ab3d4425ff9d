"""The packed facts of the vendor's document: what the bundled document has to say, and nothing but facts."""

import json
import lzma
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from incident_double.openapi import Document, Json, renewing
from incident_double.openapi.bundling import read_bundled
from incident_double.openapi.drift import compare
from incident_double.openapi.vendor_facts import PATH, facts_of, pack, unpack

WORDS = PATH.with_name("incident_io.words.json")
PROSE = {"description", "summary", "example", "examples", "externalDocs", "title"}


@pytest.fixture(scope="module")
def facts() -> Any:
    """As they lie in the file, without any of the code that reads it."""
    return json.loads(lzma.decompress(PATH.read_bytes()))


def without_prose(node: Json, *, names: bool = False) -> Json:
    """A part of a document without its words; what is under `names` is called as somebody liked."""
    if isinstance(node, Mapping):
        return {
            key: without_prose(value, names=not names and key in ("properties", "schemas"))
            for key, value in node.items()
            if names or key not in PROSE
        }
    return [without_prose(each) for each in node] if isinstance(node, list) else node


def keys(node: Json, *, names: bool = False) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if not names:
                yield key
            is_named = key in ("properties", "schemas", "paths", "x-webhooks", "responses", "headers")
            if key not in ("default", "enum"):
                yield from keys(
                    value, names=not names and (is_named or key in ("content", "securitySchemes"))
                )
    elif isinstance(node, list):
        for each in node:
            yield from keys(each)


def texts(node: Json) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping | list):
        for each in node.values() if isinstance(node, Mapping) else node:
            yield from texts(each)


def test_every_schema_of_the_document_is_that_of_the_facts(document: Document, facts: Any) -> None:
    assert without_prose(document.raw["components"]["schemas"], names=True) == facts["components"]["schemas"]


def test_every_operation_and_event_of_the_document_is_that_of_the_facts(
    document: Document, facts: Any
) -> None:
    theirs = Document(facts)

    for drift in (compare(document, theirs), compare(theirs, document)):
        assert drift.differences == ()
        assert drift.only_in_other == ()
    assert document.webhooks.keys() == theirs.webhooks.keys()


def test_parameters_tags_and_answers_are_those_of_the_facts(document: Document, facts: Any) -> None:
    assert [each["name"] for each in document.raw["tags"]] == facts["tags"]
    for block in ("paths", "x-webhooks"):
        assert list(document.raw[block]) == list(facts[block])
        for path, item in facts[block].items():
            assert list(document.raw[block][path]) == list(item)
            for method, theirs in item.items():
                ours = document.raw[block][path][method]
                assert without_prose(ours.get("parameters")) == theirs.get("parameters")
                assert list(ours["responses"]) == list(theirs["responses"])
                for key in ("operationId", "tags", "security", "deprecated", "x-rbac-scopes"):
                    assert ours.get(key) == theirs.get(key)


def test_the_facts_hold_no_prose(facts: Any) -> None:
    assert set(keys(facts)) & PROSE == set()
    assert [
        key for key in keys(facts) if key.startswith("x-") and key not in ("x-webhooks", "x-rbac-scopes")
    ] == []
    # Names have no spaces, but for tags and the ids of operations, which are made of them.
    tags = set(facts["tags"])
    assert [text for text in texts(facts) if " " in text and text.partition("#")[0] not in tags] == []


def test_the_facts_are_those_of_the_vendors_document(facts: Any, shared_documents: Path) -> None:
    vendor = json.loads((shared_documents / "openapi-current.json").read_bytes())

    assert facts == facts_of(vendor)
    assert PATH.read_bytes() == pack(facts_of(vendor)) or unpack(PATH.read_bytes()) == facts_of(vendor)


def test_every_word_of_ours_has_a_place_in_the_document(document: Document) -> None:
    """A renewed contract may have lost what was described."""
    words = json.loads(WORDS.read_bytes())

    def lost(words: Json, node: Json, place: str) -> Iterator[str]:
        by_name = {f"{each['in']}.{each['name']}": each for each in node} if isinstance(node, list) else node
        for key, value in words.items():
            if key not in by_name:
                yield f"{place}/{key}"
            elif isinstance(value, Mapping) and "example" not in key and "$ref" not in value:
                yield from lost(value, by_name[key], f"{place}/{key}")

    raw = document.raw
    assert [name for name in words["tags"] if name not in {each["name"] for each in raw["tags"]}] == []
    for block in ("paths", "x-webhooks", "components"):
        assert list(lost(words[block], raw[block], block)) == []


def test_words_say_what_facts_do_not(document: Document) -> None:
    """So that no fact is written down twice."""
    words = json.loads(WORDS.read_bytes())
    schemas = {"components": {"schemas": words["components"]["schemas"]}}

    assert {"type", "enum", "required", "format", "$ref"} & set(keys(schemas)) == set()


def test_the_bundled_document_is_built_anew_from_its_two_files(document: Document) -> None:
    assert read_bundled() == document.raw
    assert read_bundled() is not document.raw


def newer(tmp_path: Path) -> Path:
    raw = unpack(PATH.read_bytes())
    raw["tags"] = [{"name": name, "description": "A tag of somebody else's"} for name in raw["tags"]]
    raw["components"]["schemas"]["SeverityV2"]["required"].remove("rank")
    raw["paths"]["/v1/severities"]["get"]["description"] = "A sentence of somebody else's"
    path = tmp_path / "newer.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def test_a_newer_document_of_the_vendors_takes_the_place_of_the_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "facts.json.xz"
    monkeypatch.setattr(renewing, "PATH", target)

    assert renewing.main([str(newer(tmp_path))]) == 0

    text = lzma.decompress(target.read_bytes()).decode()
    assert "rank" not in json.loads(text)["components"]["schemas"]["SeverityV2"]["required"]
    assert "somebody else" not in text


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["missing.json"], ["odd.json"]])
def test_what_is_no_document_of_the_vendors_is_one_line_and_changes_nothing(
    arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "odd.json").write_text('{"openapi": "3.0.3", "paths": {"/a": {"get": {"parameters": 1}}}}')
    before = PATH.read_bytes()

    done = subprocess.run(
        [sys.executable, "-m", "incident_double.openapi.renewing", *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert PATH.read_bytes() == before
