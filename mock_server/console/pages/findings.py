"""What is wrong with how clients talk to the double: every rule that the journal breaks, the worst first."""

from ...request.messages import Reply
from ..paths import PAGES as CONSOLE
from ..visit import Visit


def show(visit: Visit) -> Reply:
    """Give the findings, each with what shows it."""
    answer = visit.control("Findings#List")
    return visit.page(
        "findings.html",
        status=answer.page_status,
        answer=answer,
        findings=answer.content["findings"] if answer.is_good else [],
    )


PAGES = {f"GET {CONSOLE}/findings": show}
