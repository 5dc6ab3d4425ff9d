"""Every rule that is seen in what a driven client sends and gives back: caught if broken, silent if kept."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from examples.reference_client.adapter import Adapter
from incident_double.contract_tests.drive.exec_client import ExecClient
from incident_double.contract_tests.drive.talk import Talk
from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.rules import rules
from incident_double.fixtures import Dataset, Row
from incident_double.openapi import Document

from .driven import found, talking
from .driven_clients import BROKEN, connect

ONLY_DRIVEN = {
    each.id for each in rules().values() if "drive" in each.rule.modes and "watch" not in each.rule.modes
}


@pytest.fixture
def datasets(dataset: Dataset) -> Mapping[str, Dataset]:
    incidents: list[Row] = [
        {**row, "novelty": "a property of tomorrow"} for row in dataset.collections["incidents"]
    ]
    novel = replace(dataset, collections={**dataset.collections, "incidents": incidents})
    return {"realistic": dataset, "with a novelty": novel}


@pytest.mark.parametrize("what", BROKEN)
def test_a_client_is_found_out_and_nothing_else_is_said_of_it(
    document: Document, datasets: Mapping[str, Dataset], what: str
) -> None:
    broken = BROKEN[what]
    findings = found(document, partial(connect, broken.make), broken.hold, datasets[broken.dataset])

    assert {each.rule for each in findings if each.severity != "note" or each.rule == broken.rule} == {
        broken.rule
    }


@pytest.mark.parametrize("what", BROKEN)
def test_of_the_client_without_that_fault_nothing_is_said(
    document: Document, datasets: Mapping[str, Dataset], what: str
) -> None:
    broken = BROKEN[what]
    findings = found(document, partial(connect, Adapter), broken.hold, datasets[broken.dataset])

    assert [each for each in findings if each.severity != "note"] == []


def show(talk: Talk) -> None:
    talk.call("Severities V1#Show", {"id": talk.dataset.collections["severities"][0]["id"]})
    talk.call("Severities V1#List")


@pytest.mark.parametrize(
    ("rule", "does"),
    [("decoder-dies", "raise SystemExit(3)"), ("decoder-hangs", "__import__('time').sleep(60)")],
)
def test_a_process_that_ends_or_hangs_is_found_out_and_is_started_again(
    document: Document, tmp_path: Path, rule: str, does: str
) -> None:
    script = tmp_path / "client.py"
    script.write_text(
        "import json, sys, urllib.request\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        f"    if asked['path']: {does}\n"
        "    headers = {'authorization': 'Bearer ' + asked['api_key']}\n"
        "    request = urllib.request.Request(asked['base_url'] + asked['path_template'], headers=headers)\n"
        "    value = json.load(urllib.request.urlopen(request))\n"
        "    print(json.dumps({'id': asked['id'], 'value': value}), flush=True)\n"
    )
    findings = found(
        document, lambda *server: ExecClient(f"python3 {script}", document, *server, time_limit=2), show
    )

    assert [(each.rule, each.operation) for each in findings] == [(rule, "Severities V1#Show")]


class Endless(Adapter):
    """Asks again and again."""

    def call(self, *arguments: Any) -> Any:
        while True:
            super().call(*arguments)


def test_a_call_in_this_process_that_never_comes_back_is_interrupted_and_found_out(
    document: Document,
) -> None:
    with talking(document, partial(connect, Endless), time_limit=0.5) as talk:
        talk.call("Severities V1#List")
        findings = judge(talk.conversation())

    assert [(each.rule, each.operation) for each in findings] == [("decoder-hangs", "Severities V1#List")]


def test_every_rule_that_only_driving_shows_has_a_client_that_breaks_it() -> None:
    broken = {each.rule for each in BROKEN.values()} | {"decoder-dies", "decoder-hangs"}

    assert broken >= ONLY_DRIVEN
    assert [id_ for id_ in ONLY_DRIVEN if rules()[id_].rule.judge is None] == []
