"""Scope and seed, on the command line and in the configuration; and what a pytest without the fixture pays: nothing."""

import pytest

from .conftest import Run

pytest_plugins = "pytester"

LEAVES_AN_INCIDENT = """
    def test_one(incident_double):
        assert incident_double.incident(name="one")["reference"] == "INC-121"
        assert incident_double.exchanges == []

    def test_two(incident_double):
        print("then it is", incident_double.incident(name="two")["reference"])
        assert incident_double.exchanges == []
"""
SEED = """
    import httpx

    def test_seed(incident_double):
        with httpx.Client(transport=incident_double.transport, base_url="http://double.test") as client:
            client.headers["authorization"] = f"Bearer {incident_double.api_key}"
            print("organisation:", client.get("/v1/identity").json()["identity"]["dashboard_url"])
"""


def test_a_test_has_the_double_as_it_was_at_first(run: Run) -> None:
    result = run(LEAVES_AN_INCIDENT, "-s")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines("*then it is INC-121*")


@pytest.mark.parametrize(
    "arguments", [["--incident-double-scope", "session"], ["-o", "incident_double_scope=session"]]
)
def test_in_the_scope_of_the_session_a_test_has_it_as_the_one_before_left_it(
    run: Run, arguments: list[str]
) -> None:
    result = run(LEAVES_AN_INCIDENT, "-s", *arguments)

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines("*then it is INC-122*")


def test_fixtures_of_a_session_may_use_the_double_of_a_session(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture(scope="session")
        def known(incident_double):
            return incident_double.incident(name="known to all")

        def test_it(known, incident_double):
            assert incident_double.edit_incident(known["id"], name="x")["reference"] == known["reference"]
        """,
        "--incident-double-scope=session",
    )

    result.assert_outcomes(passed=1)


def test_another_seed_is_another_account_and_the_command_line_wins(run: Run) -> None:
    def organisation(*arguments: str) -> str:
        result = run(SEED, "-s", *arguments)
        result.assert_outcomes(passed=1)
        return next(line for line in result.outlines if "organisation:" in line)

    by_option = organisation("--incident-double-seed", "7")

    assert organisation("-o", "incident_double_seed=7") == by_option
    assert organisation("-o", "incident_double_seed=8", "--incident-double-seed", "7") == by_option
    assert organisation() != by_option


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("incident_double_seed=seven", "incident_double_seed is a whole number, not seven"),
        ("incident_double_scope=module", "incident_double_scope is function or session, not module"),
    ],
)
def test_a_wrong_configuration_is_reported_in_one_line(run: Run, setting: str, complaint: str) -> None:
    result = run(SEED, "-o", setting)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.errlines if line] == [f"ERROR: {complaint}"]


@pytest.mark.parametrize("option", [("seed", "seven"), ("scope", "module")])
def test_a_wrong_option_is_reported(run: Run, option: tuple[str, str]) -> None:
    result = run(SEED, f"--incident-double-{option[0]}={option[1]}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(f"*argument --incident-double-{option[0]}: invalid *'{option[1]}'*")


def test_without_the_fixture_nothing_of_the_double_is_imported(run: Run) -> None:
    """Every pytest of the environment loads the plugin, whether it has to do with incidents or not."""
    result = run(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.split(".")[0] == "incident_double"}
            plugin = "incident_double.mock_server.pytest_plugin"
            assert ours == {"incident_double", "incident_double.mock_server", plugin}
            assert not {"httpx", "starlette", "uvicorn", "orjson", "jsonschema_rs", "hypothesis"} & set(sys.modules)
        """
    )

    result.assert_outcomes(passed=1)


def test_the_options_are_reported_in_the_help(run: Run) -> None:
    result = run("", "--help")

    result.stdout.fnmatch_lines(
        ["*--incident-double-seed=N*", "*--incident-double-scope=*", "*incident_double_seed*"]
    )
