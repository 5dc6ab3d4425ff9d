"""The table of results in `docs/parity.md`: read, compared and written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Verdict = Literal["passed", "failed", "skipped"]
_RANK: Mapping[Verdict, int] = {"failed": 0, "skipped": 1, "passed": 2}
_ROW = re.compile(r"\| `(?P<test>\w+)` \| (?P<verdict>\w+) \| (?P<reason>.*) \|")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one test."""

    test: str
    verdict: Verdict
    reason: str = ""
    """Why it didn't pass, in one line."""

    def row(self) -> str:
        """The result as a row of the table."""
        reason = " ".join(self.reason.replace("|", "\\|").split())
        if len(reason) > _LONGEST:
            reason = f"{reason[: _LONGEST - 1]}…"
        return f"| `{self.test}` | {self.verdict} | {reason} |"


def read(page: str) -> dict[str, Result]:
    """The results of a page by their tests. Raises ValueError for a verdict that there isn't."""
    return {result.test: result for result in _rows(page)}


def _rows(page: str) -> Iterator[Result]:
    for line in page.splitlines():
        found = _ROW.fullmatch(line)
        if found is not None:
            yield Result(found["test"], _verdict(found["verdict"]), found["reason"].replace("\\|", "|"))


def _verdict(text: str) -> Verdict:
    for known in get_args(Verdict):
        if known == text:
            verdict: Verdict = known
            return verdict
    raise ValueError(f"no verdict: {text}")


def worse(before: Mapping[str, Result], after: Iterable[Result]) -> list[Result]:
    """The results that are worse than those before; a test that wasn't there before can't be."""
    return [
        each
        for each in after
        if each.test in before and _RANK[each.verdict] < _RANK[before[each.test].verdict]
    ]


def write(page: str, results: Mapping[str, Result]) -> str:
    """The page with these results in place of its rows, by name, and their counts in the line above the table."""
    head, _, _ = page.partition("| test |")
    lines = head.rstrip().splitlines()
    counts = ", ".join(f"{_count(results, verdict)} {verdict}" for verdict in reversed(list(_RANK)))
    kept = [line for line in lines if not re.match(r"\d+ passed, ", line)]
    rows = [results[name].row() for name in sorted(results)]
    table = ["| test | result | reason |", "|---|---|---|", *rows]
    above = "\n".join(kept).rstrip()
    return "\n".join([above, "", f"{counts}.", "", *table, ""])


def _count(results: Mapping[str, Result], verdict: Verdict) -> int:
    return sum(result.verdict == verdict for result in results.values())


def third(tests: Iterable[str], day: int) -> list[str]:
    """The third of the tests whose turn it is on a day, counted from any day: each has its turn in three."""
    return [test for number, test in enumerate(sorted(tests)) if number % 3 == day % 3]
