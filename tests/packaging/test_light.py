"""What is there without the extra `harness`, in an environment that has neither its libraries nor pytest."""

from pathlib import Path
from textwrap import dedent

import pytest

from .conftest import run
from .environments import borrow, empty, install, required, said

HINT = "needs what is not installed: pip install 'incident-double[harness]'\n"


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment after `pip install incident-double`."""
    python = empty(tmp_path_factory.mktemp("light"))
    install(python, "--no-index", "--no-deps", wheel)
    borrow(python, required("incident-double") - {"incident-double"})
    return python


@pytest.fixture
def command(python: Path) -> str:
    return str(python.parent / "incident-double")


def test_it_is_without_what_judges_and_tests(python: Path) -> None:
    found = run(
        python,
        "-c",
        "from importlib.util import find_spec\n"
        "for each in ('hypothesis', 'schemathesis', 'pytest', 'faker', 'rich'): assert find_spec(each) is None, each",
    )

    assert found == ""


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["fuzz", "no_such_module:None"], "fuzz"),
        (["fuzz", "--help"], "fuzz"),
        (["conform", "http://127.0.0.1:1"], "conform"),
        (["generate", "--shape", "conforming"], "generate --shape conforming"),
        (["generate", "--shape", "broken", "--out", "out"], "generate --shape broken"),
        (["serve", "--shape", "evolved", "--port", "0"], "the shape evolved"),
        (["check", "--client", "no_such_module:it"], "check --client, unless with --examples 0,"),
        (["replay", "report.json"], "replay of what fuzz reported"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_needs_the_extra_says_so_in_one_line_before_anything_happens(
    command: str, arguments: list[str], what: str, tmp_path: Path
) -> None:
    (tmp_path / "report.json").write_text('{"version": 1, "arguments": ["fuzz", "x:y"], "findings": []}')
    before = {*tmp_path.iterdir()}
    done = said(Path(command), *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"incident-double: {what} {HINT}")
    assert {*tmp_path.iterdir()} == before


def test_a_name_that_needs_the_extra_can_not_be_imported(python: Path, tmp_path: Path) -> None:
    done = said(python, "-c", "from incident_double.fixtures import conforming_strategy", cwd=tmp_path)

    last = done.stderr.splitlines(keepends=True)[-1]
    assert done.returncode == 1
    assert last.endswith(f"MissingHarnessError: incident_double.fixtures.conforming_strategy {HINT}")


def test_the_help_lists_every_command(command: str, tmp_path: Path) -> None:
    done = said(Path(command), "--help", cwd=tmp_path)

    assert done.returncode == 0
    assert "fuzz" in done.stdout


@pytest.mark.parametrize("shape", ["realistic", "covering"])
def test_these_shapes_are_generated_without(command: str, shape: str, tmp_path: Path) -> None:
    done = said(Path(command), "generate", "--shape", shape, "--count", "3", cwd=tmp_path)

    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 3)


def test_check_judges_a_client_without(command: str, python: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        dedent(
            """
            import os, httpx
            headers = {"Authorization": "Bearer " + os.environ["INCIDENT_IO_API_KEY"]}
            httpx.get(os.environ["INCIDENT_IO_BASE_URL"] + "/v2/incidents?severity=Critical", headers=headers)
            """
        )
    )
    done = said(Path(command), "check", "--", str(python), "program.py", cwd=tmp_path)

    assert done.returncode == 1
    assert "error  filter-wrong-syntax" in done.stdout


def test_a_test_without_pytest_has_findings_faults_and_patterns(python: Path, tmp_path: Path) -> None:
    """Documents with patterns are answered without Hypothesis too."""
    (tmp_path / "plates.json").write_text(
        """{"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {"/plate": {"get": {
            "operationId": "Plates#Show", "responses": {"200": {"description": "", "content": {"application/json":
            {"schema": {"type": "object", "required": ["plate"], "properties": {"plate":
            {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"}}}}}}}}}}}"""
    )
    (tmp_path / "program.py").write_text(
        dedent(
            """
            import re
            from pathlib import Path
            import httpx
            from incident_double.mock_server import running
            from incident_double.openapi import read_document

            def client(double):
                headers = {"authorization": f"Bearer {double.api_key}"}
                return httpx.Client(transport=double.transport, base_url=double.base_url, headers=headers)

            with running() as double, client(double) as http:
                double.fault("Incidents V2#List", "500")
                assert http.get("/v2/incidents").status_code == 500
                http.get("/v2/incidents", params={"severity": "Critical"})
                print([each.rule for each in double.findings])
            with running(document=read_document(Path("plates.json"))) as double, client(double) as http:
                assert re.fullmatch("[A-Z]{2}-[0-9]{4}", http.get("/plate").json()["plate"])
            """
        )
    )
    done = said(python, "program.py", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "filter-wrong-syntax" in done.stdout
