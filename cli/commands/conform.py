"""`incident-double conform`: does a server do what the document says, and what is known of the real API?"""

import sys

import click
import httpx

from ...contract_tests.conform.behaviour import BEHAVIOURS, behaviour_findings
from ...contract_tests.conform.conformance import Conformance, check_conformance
from ...contract_tests.findings import in_order
from ...contract_tests.reports.run import Run
from ...mock_server.journal.redaction import REDACTED
from ...mock_server.request.authentication import DEFAULT_TOKEN
from ...openapi import bundled
from ...openapi.intake.reading import within
from ..options.reporting import Reporting, report_options

_KEY_VARIABLE = "INCIDENT_IO_API_KEY"
_SECONDS = 30
"""Until a server has said whether it takes the key."""


@click.command("conform")
@click.argument("base_url")
@click.option(
    "--api-key",
    envvar=_KEY_VARIABLE,
    default=DEFAULT_TOKEN,
    metavar="KEY",
    help=f"Send this key, which is better given in {_KEY_VARIABLE}; by default a double's.",
)
@click.option(
    "--allow-writes", is_flag=True, help="Create, change and delete too. Never on an account in use."
)
@click.option(
    "--examples",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Send so many requests to each operation in each of Schemathesis's phases.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Make other requests from another seed.")
@report_options
def command(
    base_url: str, api_key: str, allow_writes: bool, examples: int, seed: int, reporting: Reporting
) -> int:
    """Judge a server: this double, or the real API.

    BASE_URL is where it is, such as https://api.incident.io. Checks what is certain of the real API, then holds every
    operation of the bundled document against it with Schemathesis. Sends nothing that could change anything, unless
    --allow-writes says so.
    """
    base_url = base_url.rstrip("/")
    _knock(base_url, api_key)
    try:
        found = list(behaviour_findings(base_url, api_key))
        outcome = check_conformance(
            base_url,
            api_key,
            max_examples=examples,
            seed=seed,
            document=bundled(),
            read_only=not allow_writes,
        )
    except httpx.HTTPError as error:
        raise click.ClickException(f"{base_url}: {error}") from None
    about = {"base_url": base_url, "seed": seed, "allow_writes": allow_writes}
    arguments = [each.replace(api_key, REDACTED) for each in sys.argv[1:]]
    run = Run(arguments, in_order([*found, *outcome.findings]), about, _coverage(outcome))
    summary = (
        f"{len(BEHAVIOURS)} behaviours checked, {outcome.report['operations']['tested']} operations tested with "
        f"{outcome.report['test_cases']['generated']} requests"
    )
    return reporting.finish(run, summary=[summary])


def _knock(base_url: str, api_key: str) -> None:
    """Raise click's error for a server that doesn't answer, or doesn't take the key."""
    try:
        status = within(_SECONDS, lambda: _status(f"{base_url}/v1/identity", api_key))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, TimeoutError) as error:
        raise click.ClickException(f"{base_url}: can't be reached: {error}") from None
    if status in (401, 403):
        raise click.ClickException(f"{base_url}: refuses the API key")


def _status(url: str, api_key: str) -> int:
    """The status of a GET, whose body nobody waits for."""
    headers = {"authorization": f"Bearer {api_key}"}
    with httpx.stream("GET", url, headers=headers, timeout=_SECONDS) as answer:
        return answer.status_code


def _coverage(outcome: Conformance) -> dict[str, object]:
    return {
        "behaviours": len(BEHAVIOURS),
        "operations": outcome.report["operations"],
        "phases": {name: phase["status"] for name, phase in outcome.report["phases"].items()},
    }
