"""`incident-double rules`: the rules for clients, explained."""

import pytest

from incident_double.contract_tests.rules import rules

from .conftest import Run


def test_every_rule_is_listed_with_its_severity(run: Run) -> None:
    shown = run("rules")

    assert (shown.returncode, shown.stderr) == (0, "")
    listed = [line.split(maxsplit=2) for line in shown.stdout.splitlines()]
    assert listed == [[each.id, each.rule.severity, each.title] for each in rules().values()]


@pytest.mark.parametrize("rule", ["unknown-operation", "paging-stops-early", "optional-required"])
def test_a_rule_is_explained(run: Run, rule: str) -> None:
    shown = run("rules", rule)

    assert shown.returncode == 0
    assert shown.stdout.startswith(f"{rule}  ")
    assert rules()[rule].text in shown.stdout


def test_a_rule_that_there_is_not_is_refused_with_the_nearest(run: Run) -> None:
    shown = run("rules", "pageing-stops-early")

    assert shown.returncode == 2
    assert "no such rule: pageing-stops-early (did you mean paging-stops-early?)" in shown.stderr
    assert shown.stderr.count("\n") == 1
