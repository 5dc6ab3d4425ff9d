"""From a request to a reply: the double itself, without any server."""

import logging
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ...fixtures.domain.dataset import Dataset
from ...openapi import Document
from ..account import Account, Snapshot
from ..clock import Clock
from ..faults.armed_fault import ArmedFault
from ..request.authentication import ApiKey
from ..request.credentials import token_reader
from ..request.messages import Reply, Request
from ..request.problem import ErrorEntry, Problem, not_kept
from ..request.routing import Router
from ..request.validation import QueryReader
from ..store.transactions import CommitError
from .dispatch import Answer, answers
from .steps import ServedOperation, Steps

log = logging.getLogger("incident_double")


class Pipeline:
    """What answers requests: a document's routes, validators and handlers, which all accounts share.

    Raises DocumentError for a document that can't be served.
    """

    def __init__(self, document: Document, *, seed: int = 0) -> None:
        self.token = token_reader(document)
        """Finds the token in a request."""
        self.router = Router(document.operations.values())
        """Finds the operation of a request."""
        self._served = _ServedOperations(document, answers(document, seed=seed))

    def answer(self, account: Account, request: Request, token: str | None) -> Reply:
        """Give the reply to a request with that token. Never raises: what goes wrong inside is a 500, and logged."""
        with account.lock:
            steps = Steps(account, request, token)
            try:
                reply = self._answer(account, steps)
                account.lock.commit()
            except CommitError as error:
                log.error("%s", error)
                reply = steps.refuse(not_kept())
            reply = steps.spoil(reply)
            steps.note_in_journal(reply)
        if reply.transmission is None:
            reply.ended = time.monotonic()
        return reply

    def _answer(self, account: Account, steps: Steps) -> Reply:
        try:
            if not steps.route(self.router, self._served):
                return steps.decline()
            stand_in = steps.take_fault()
            if stand_in is not None:
                return stand_in
            steps.authenticate()
            steps.limit()
            steps.check_scopes()
            cached = steps.cached_answer()
            if cached is not None:
                return cached
            call = steps.validate()
            if not steps.is_read:
                account.lock.check()
            return steps.handle(call)
        except Problem as problem:
            return steps.refuse(problem)
        except CommitError:
            raise
        except Exception:
            log.exception("%s", steps.shown)
            return steps.refuse(Problem(500, ErrorEntry("internal", "Something went wrong")))


class _ServedOperations(dict[str, ServedOperation]):
    """The served operations by their ids, each worked out when it is first asked for."""

    def __init__(self, document: Document, answers: Mapping[str, Answer]) -> None:
        super().__init__()
        self._document = document
        self._answers = answers

    def __missing__(self, id_: str) -> ServedOperation:
        operation = self._document.operations[id_]
        self[id_] = ServedOperation(
            operation,
            self._answers[id_].handler,
            QueryReader(self._document, operation),
            is_read=operation.method == "GET" and operation.request_schema is None,
            success=operation.success,
        )
        return self[id_]


@lru_cache(maxsize=8)
def pipeline(document: Document, *, seed: int = 0) -> Pipeline:
    """Give the pipeline of a document and a seed: it keeps no state, so every double of the two has the same."""
    return Pipeline(document, seed=seed)


class Double(Account):
    """A stand-in for the API: an account, and the pipeline that answers for it.

    See `Account` for what it is made from. Raises DocumentError for a document that can't be served.
    """

    def __init__(
        self,
        document: Document,
        beginning: Dataset | Snapshot,
        *,
        keys: Iterable[ApiKey] = (),
        clock: Clock | None = None,
        seed: int = 0,
        rate_limit: int | None = None,
        faults: Iterable[ArmedFault] = (),
    ) -> None:
        super().__init__(
            document, beginning, keys=keys, clock=clock, seed=seed, rate_limit=rate_limit, faults=faults
        )
        self.pipeline = pipeline(document, seed=seed)

    def answer(self, request: Request) -> Reply:
        """Give the reply to a request. Never raises."""
        return self.pipeline.answer(self, request, self.pipeline.token(request))

    def beside(self, key: ApiKey, *, at: Snapshot | None = None) -> "Double":
        """Give another account with that key, which begins where this one began, or at a snapshot of it.

        It shares the pipeline, and what neither has changed of the state; webhooks, journal and limits are its own.
        """
        return Double(
            self.document,
            at or self.start,
            keys=[key],
            seed=self.seed,
            rate_limit=self.rate_limit,
        )
