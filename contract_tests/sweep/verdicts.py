"""What a sweep says of a client: findings, a table of operations and faults, and the same as JSON."""

from collections.abc import Iterable
from typing import Any

from ..findings import Finding, in_order
from ..rules import rules
from .outcomes import Trial
from .sweeping import Sweep


def findings_of(sweep: Sweep) -> list[Finding]:
    """Give one finding for each fault that the client takes badly."""
    return in_order(_finding(each, each.outcome.rule) for each in sweep.trials if each.outcome.rule)


def _finding(trial: Trial, id_: str) -> Finding:
    rule = rules()[id_].rule
    shown = trial.shown.strip().splitlines()
    message = f"{trial.outcome}: {shown[-1] if shown else trial.fault.spec}"
    return Finding(
        rule=id_,
        outcome=rule.outcome,
        severity=rule.severity,
        message=message,
        cause=trial.fault.kind,
        tier=trial.fault.spec,
        operation=trial.fault.operation.id,
        counterexample={"fault": trial.fault.spec, "exit": trial.ended.status, "shown": trial.shown},
    )


def table(sweep: Sweep) -> str:
    """Give operations against faults, as text in columns; below it what wasn't tried."""
    kinds = list(dict.fromkeys(each.fault.kind for each in sweep.trials))
    found = {(each.fault.operation.id, each.fault.kind): each.outcome.sign for each in sweep.trials}
    head = ["fault", *(operation.id for operation in sweep.operations)]
    rows = [
        [kind, *(found.get((operation.id, kind), "-") for operation in sweep.operations)] for kind in kinds
    ]
    lines = list(_columns([head, *rows]))
    if sweep.not_tried:
        lines.append(f"not tried: {', '.join(each.spec for each in sweep.not_tried)}")
    return "\n".join(lines)


def _columns(rows: list[list[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def as_json(sweep: Sweep) -> dict[str, Any]:
    """Give `{"operations", "trials": [{"operation", "fault", "outcome", "exit"}], "not_tried"}`."""
    return {
        "operations": [each.id for each in sweep.operations],
        "trials": [
            {
                "operation": each.fault.operation.id,
                "fault": each.fault.spec,
                "outcome": each.outcome,
                "exit": each.ended.status,
                "struck": each.struck,
            }
            for each in sweep.trials
        ],
        "not_tried": [each.spec for each in sweep.not_tried],
    }
