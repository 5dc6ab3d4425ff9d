"""From a request to the control plane to its reply, by its own document (`openapi/control_plane.yaml`)."""

import logging
from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ..accounts import Accounts
from ..assumptions import BODY_LIMIT
from ..pipeline import Double
from ..request.authentication import NOBODY
from ..request.call import Call
from ..request.messages import CONTROL, Reply, Request
from ..request.nesting import is_too_deep
from ..request.problem import ErrorEntry, Problem, invalid, not_found, not_kept
from ..request.routing import Router
from ..request.validation import QueryReader, read_body
from ..store.transactions import CommitError
from ..tables import merged
from .guard import admit
from .guesses import Guesses, check_token
from .view import View

log = logging.getLogger("incident_double")

ACCOUNT_HEADER = "incident-double-account"
"""Names the account that a request is about."""
HEALTH = f"{CONTROL}health"
SETTLE = f"{CONTROL}webhooks/settle"
"""The one that waits."""
STATE_LIMIT = 256 * 1024 * 1024
"""Bytes of a state that is loaded; every other body is as small as the API's."""
_HEADERS = (
    ("content-type", "application/json"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
)

Handler = Callable[[View, Call], Any]


class ControlPlane(View):
    """The control plane of a server's accounts, as seen from one of them: the first, or that of `double`.

    `token`, where given, is asked of everyone. Raises ValueError for a short one. Pages of the `origins` may use it as
    well as its own, `*` for those of any.
    """

    def __init__(
        self,
        accounts: Accounts | Double,
        *,
        token: str | None = None,
        origins: frozenset[str] = frozenset(),
        double: Double | None = None,
    ) -> None:
        if token is not None:
            check_token(token)
        super().__init__(accounts, token=token, double=double)
        self.guesses = Guesses()
        """Of the control token."""
        self.origins = origins

    @cached_property
    def _router(self) -> Router:
        return Router(self.document.operations.values())

    @cached_property
    def _handlers(self) -> Mapping[str, Handler]:
        return merged(f"{__package__}.operations", "OPERATIONS")

    def of(self, request: Request) -> "ControlPlane":
        """Give the control plane as seen from the account that a request names, if it names one.

        Raises the 404 Problem where there is none.
        """
        name = _account_named(request)
        if name is None:
            return self
        try:
            double = self.accounts.named(name)
        except KeyError:
            raise not_found("account") from None
        other = copy(self)
        other.double, other.account = double, name
        return other

    def respond(self, request: Request) -> Reply:
        """Give the reply to any request. Never raises."""
        return self.refusal(request) or self.answer(request)

    def refusal(self, request: Request) -> Reply | None:
        """Give the reply to a request that is not let in, whatever its body; None for one that is."""
        try:
            self.admit(request)
        except Problem as problem:
            return refused(problem)
        return None

    def admit(self, request: Request) -> None:
        """Let a request in, whatever its body.

        Raises the Problem: 403 for one from elsewhere, 401 for one without token, 429 for too many wrong ones.
        """
        if request.path != HEALTH:  # whoever starts a container asks from elsewhere, and knows no token
            admit(request, self.token, self.origins, self.guesses)

    def answer(self, request: Request) -> Reply:
        """Give the reply to a request that was let in. Never raises."""
        try:
            return self.of(request)._answer(request)
        except Problem as problem:
            return refused(problem)
        except CommitError as error:
            log.error("%s", error)
            return refused(not_kept())
        except Exception:
            log.exception("%s %s", request.method, self.redaction().text(request.path))
            return refused(Problem(500, ErrorEntry("internal", "Something went wrong")))

    def _answer(self, request: Request) -> Reply:
        matched = self._router.match(request.method, request.path)
        if matched is None:
            raise not_found("operation of the control plane")
        operation, path = matched
        arguments = QueryReader(self.document, operation).read(request.query, [])
        body = read_body(self.document, operation, request.body)
        if is_too_deep(body.content):
            raise invalid("", "the body is nested too deeply")
        content = self.call(
            operation.id, path=path, query=arguments, body=body.content, base_url=request.base_url
        )
        if content is None:
            return Reply(operation.success)
        return Reply(operation.success, orjson.dumps(content), _HEADERS)

    def call(
        self,
        operation_id: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        base_url: str = "",
    ) -> Any:
        """Give what an operation answers, as JSON; None where it answers nothing. Raises the Problem."""
        call = Call(
            document=self.document,
            operation=self.document.operations[operation_id],
            key=NOBODY,
            path=path or {},
            query=query or {},
            body=body or {},
            base_url=base_url,
        )
        try:
            return self._handlers[operation_id](self, call)
        except ValueError as error:  # what a person would read in one line
            raise invalid("", str(error)) from None


def _account_named(request: Request) -> str | None:
    """The account that a request names: in its address, or else in its header."""
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    return query.get("account", request.headers.get(ACCOUNT_HEADER))


def body_limit(method: str, path: str) -> int:
    """Say how many bytes the body of a request may have."""
    return STATE_LIMIT if (method, path) == ("PUT", f"{CONTROL}state") else BODY_LIMIT


def refused(problem: Problem) -> Reply:
    """Give the reply that says why a request was refused, in the vendor's envelope."""
    return Reply(
        problem.status, orjson.dumps(problem.envelope(token_urlsafe(6))), (*_HEADERS, *problem.headers)
    )
