"""Workflows V2: one setting under two names, of which the older is a flag."""

from ..request.call import Call
from ..request.problem import invalid
from ..store.store import Row, Store


def complete_workflow(_: Store, call: Call, row: Row, before: Row | None) -> Row:
    """Give a workflow whose flag and scope for private incidents agree; what an update doesn't say of them stays.

    Raises the 422 Problem for a flag and a scope that contradict each other.
    """
    scope = call.body.get("private_incident_scope")
    flag = call.body.get("include_private_incidents")
    if scope is not None and flag is not None and flag is not (scope != "none"):
        raise invalid(
            "include_private_incidents", "include_private_incidents contradicts private_incident_scope"
        )
    if scope is None:
        kept = (before or {}).get("private_incident_scope", "none")
        scope = kept if flag is None else "all" if flag else "none"
    stays = before is not None and "auto_run_mode" in before and "auto_run_mode" not in call.body
    modes = {"auto_run_mode": before["auto_run_mode"]} if before is not None and stays else {}
    return {**row, "private_incident_scope": scope, "include_private_incidents": scope != "none", **modes}


COMPLETIONS = {
    "Workflows V2#CreateWorkflow": complete_workflow,
    "Workflows V2#UpdateWorkflow": complete_workflow,
}
