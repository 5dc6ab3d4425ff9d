"""Which of the console's pages answers a request, and what those see who aren't let in."""

import logging
import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from ..control.plane import ControlPlane, refused
from ..request.messages import Reply, Request
from ..request.problem import Problem
from ..tables import merged
from .paths import START, is_console, needs_no_token, wants_page

if TYPE_CHECKING:
    from .visit import Visit

log = logging.getLogger("incident_double")

Page = Callable[["Visit"], Reply]


class _Route(NamedTuple):
    method: str
    pattern: re.Pattern[str]
    page: Page


class Console:
    """The pages of one control plane, and all of the double's own paths: what is no page, the plane answers.

    Nothing is read, and no template made, before the first page is asked for.
    """

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane

    def respond(self, request: Request) -> Reply:
        """Give the reply to any request under `/_double/`. Never raises."""
        return self.refusal(request) or self.answer(request)

    def refusal(self, request: Request) -> Reply | None:
        """Give the reply to a request that is not let in, whatever its body; None for one that is."""
        try:
            self._plane.admit(request)
        except Problem as problem:
            if problem.status == 401 and needs_no_token(request):
                return None
            return self._refused(problem) if wants_page(request) else refused(problem)
        return None

    def greeting(self, request: Request) -> Reply | None:
        """Say where a person's browser is sent that asks for the root of the API; None for any other client."""
        is_looking = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        return Reply(303, b"", (("location", START),)) if is_looking else None

    def answer(self, request: Request) -> Reply:
        """Give the reply to a request that was let in: of the console or of the control plane. Never raises."""
        return self._page(request) if is_console(request.path) else self._plane.answer(request)

    @cached_property
    def _routes(self) -> list[_Route]:
        return [_route(place, page) for place, page in merged(f"{__package__}.pages", "PAGES").items()]

    def _page(self, request: Request) -> Reply:
        """The page that a request is for, or where its form leads on to."""
        from .rendering import page  # noqa: PLC0415 - serving shouldn't wait for templates that nobody may ask for
        from .visit import Visit  # noqa: PLC0415

        if request.body is None:
            return page("message.html", status=413, title="Too much", text="The form is larger than 1 MiB.")
        method = "GET" if request.method == "HEAD" else request.method
        fitting = [
            (route, found) for route in self._routes if (found := route.pattern.fullmatch(request.path))
        ]
        for route, found in fitting:
            if route.method == method:
                path = {name: unquote(value) for name, value in found.groupdict().items()}
                return _shown(route.page, Visit(self._plane, request, path))
        if fitting:
            return page(
                "message.html", status=405, title="Not that way", text="This is for a form of the console."
            )
        return page("message.html", status=404, title="No such page", text="The console has no page here.")

    def _refused(self, problem: Problem) -> Reply:
        """What those see who aren't let in: why, and where a control token would help, a form to give it."""
        from .rendering import page  # noqa: PLC0415

        if problem.status == 401:
            return page("sign_in.html", status=401, is_wrong=False)
        text = f"{problem.errors[0].message}."
        return page("message.html", status=problem.status, title="Closed", text=text)


def _route(place: str, page: Page) -> _Route:
    method, _, path = place.partition(" ")
    return _Route(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), page)


def _shown(answering: Page, visit: "Visit") -> Reply:
    from .rendering import page  # noqa: PLC0415

    try:
        visit.plane = visit.plane.of(visit.request)
        return visit.kept_to_account(answering(visit))
    except Problem as problem:
        text = " ".join(f"{each.message}." for each in problem.errors)
        return page("message.html", status=problem.status, title="Refused", text=text)
    except Exception:
        log.exception("%s %s", visit.request.method, visit.request.path)
        text = "What the double answered can't be shown. Its log says more."
        return page("message.html", status=500, title="Something went wrong", text=text)
