"""The output of a verbose run of Go tests becomes results; what is no run at all says so."""

from pathlib import Path

from click.testing import CliRunner

from parity.__main__ import main
from parity.program import results_of, run_tests
from parity.table import Result

OUTPUT = """=== RUN   TestAccOne
2026/11/28 03:02:30 [DEBUG] POST http://127.0.0.1:1/v1/severities
--- PASS: TestAccOne (4.44s)
=== RUN   TestAccTwo
    two_test.go:15: Step 1/3 error: Error running apply: exit status 1

        Error: Unable to create alert source

          with incident_alert_source.test,
--- FAIL: TestAccTwo (0.90s)
=== RUN   TestAccThree
    three_test.go:134: TF_ACC_JIRA is not set
--- SKIP: TestAccThree (0.00s)
FAIL
"""


def test_each_test_has_its_result_and_the_first_complaint_of_those_that_did_not_pass() -> None:
    assert list(results_of(OUTPUT.splitlines(keepends=True))) == [
        Result("TestAccOne", "passed"),
        Result(
            "TestAccTwo",
            "failed",
            "Step 1/3 error: Error running apply: exit status 1 Error: Unable to create alert source",
        ),
        Result("TestAccThree", "skipped", "TF_ACC_JIRA is not set"),
    ]


def test_a_failure_without_a_complaint_has_no_reason() -> None:
    assert list(results_of(["=== RUN   TestAccOne\n", "--- FAIL: TestAccOne (0.00s)\n"])) == [
        Result("TestAccOne", "failed")
    ]


def test_a_program_is_given_the_tests_to_run_and_its_environment(tmp_path: Path) -> None:
    program = tmp_path / "tests"
    program.write_text(
        '#!/bin/sh\necho "=== RUN   TestAccOne"\necho "    a.go:1: $2 $WHERE $PWD"\n'
        'echo "--- SKIP: TestAccOne (0.00s)"\n'
    )
    program.chmod(0o755)
    results = run_tests(program, tmp_path, ["TestAccOne", "TestAccTwo"], {"WHERE": "here"}, 1)
    reason = f"-test.run=^(TestAccOne|TestAccTwo)$ here {tmp_path}"
    assert list(results) == [Result("TestAccOne", "skipped", reason)]


def test_without_a_program_nothing_is_run_and_that_is_said() -> None:
    result = CliRunner().invoke(main, [])
    assert (result.exit_code, result.output) == (
        0,
        "parity: not run, for want of a PROGRAM of the provider's acceptance tests\n",
    )
