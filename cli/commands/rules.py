"""`incident-double rules`: what the rules for clients are, and why."""

from difflib import get_close_matches

import click

from ...contract_tests.rules import Described, rules


@click.command("rules")
@click.argument("rule", required=False, metavar="[RULE]")
def command(rule: str | None) -> None:
    """List the rules for clients, or explain one of them.

    Of each: what is wrong, why, and what to do about it.

    RULE is the name that a finding gives it, such as `paging-stops-early`.
    """
    known = rules()
    if rule is None:
        width = max(map(len, known))
        for each in known.values():
            click.echo(f"{each.id:<{width}}  {each.rule.severity:<7}  {each.title}")
    elif rule in known:
        click.echo(_explained(known[rule]))
    else:
        near = get_close_matches(rule, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "'incident-double rules' lists them"
        raise click.BadParameter(f"no such rule: {rule} ({hint})", param_hint="RULE")


def _explained(described: Described) -> str:
    seen = ", ".join(described.rule.modes)
    return f"{described.id}  {described.rule.severity}, seen in {seen}\n\n{described.text}"
