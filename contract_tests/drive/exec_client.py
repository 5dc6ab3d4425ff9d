"""The adapter for a client in any language: a process that takes one JSON line for each call, and answers with one.

A line in is

    {"id": 1, "base_url": "http://…", "api_key": "…", "operation": "Incidents V2#List", "method": "GET",
     "path_template": "/v2/incidents", "path": {}, "query": {"status": {"one_of": ["01H…"]}}, "body": null}

where `path` has the values of the template's names, a filter in `query` is an object of operators (for a role or a
custom field: of objects of operators), and `body` is null for none. The line out repeats the id, and says one of

    {"id": 1, "value": {"incidents": […]}}   what the client gives its caller: the answer's JSON, or null for no body
    {"id": 1, "error": {"type": "NotFound", "message": "…", "declared": true, "details": {…}, "frame": "client.js:12"}}
    {"id": 1, "error": {"type": "Unsupported"}}   the client has no way to make this call

An error is `declared` when it is one of the client's own, made for its caller; `details` is what else the caller can
read of it. Of an error only `type` is needed. Other lines are taken for chatter. A process that ends, or that takes
longer than the time limit, has failed that call, and is started again for the next.
"""

from collections.abc import Mapping

import orjson

from ...openapi import Document, Json
from ..decode.outcomes import Died, Hung, Outcome, Raised, Returned, TargetError
from ..decode.targets.processes import ProcessTarget, death_line
from ..wire.calls import DEATH, HANG
from ..wire.conversation import Failure
from .client import TIME_LIMIT, AdapterError, Connect, FailureError, UnsupportedError

UNSUPPORTED = "Unsupported"
"""The type of the error by which a process says that it can't make a call."""


class ExecClient:
    """Drives a process, started when it is first needed."""

    errors: tuple[type[Exception], ...] = ()  # the process says itself what is declared

    def __init__(
        self,
        command: str,
        document: Document,
        base_url: str,
        api_key: str,
        *,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self._operations = document.operations
        self._server = {"base_url": base_url, "api_key": api_key}
        self._process = ProcessTarget(command, timeout=time_limit, start=0, question=lambda members: members)

    def call(self, operation_id: str, path: Mapping[str, str], query: Mapping[str, Json], body: Json) -> Json:
        """Send one line and read the one that answers it. Raises FailureError, also for a death and a time-out."""
        operation = self._operations[operation_id]
        request = {
            **self._server,
            "operation": operation_id,
            "method": operation.method,
            "path_template": operation.path,
            "path": dict(path),
            "query": dict(query),
            "body": body,
        }
        try:
            outcome = self._process.decode(orjson.dumps(request)[1:-1])
        except TargetError as error:
            raise AdapterError(str(error)) from None
        if isinstance(outcome, Returned):
            return outcome.value
        if isinstance(outcome, Raised) and outcome.exception == UNSUPPORTED:
            raise UnsupportedError(f"{operation_id}: {outcome.message}")
        raise FailureError(_failure(outcome))

    def close(self) -> None:
        """End the process, if there is one."""
        self._process.close()


def _failure(outcome: Outcome) -> Failure:
    match outcome:
        case Raised():
            return Failure(
                exception=outcome.exception,
                message=outcome.message,
                frame=outcome.frame,
                declared=outcome.declared,
                details=outcome.details,
            )
        case Hung():
            return Failure(HANG, f"no answer within {outcome.seconds:g} seconds")
        case Died():
            return Failure(DEATH, death_line(outcome))
        case _:
            raise TypeError(outcome)


def adapter(command: str, document: Document) -> Connect:
    """Give an adapter for the process that a command starts."""
    return lambda base_url, api_key: ExecClient(command, document, base_url, api_key)
