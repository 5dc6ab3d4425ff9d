"""One request of a person's browser, with what a page may ask of the double: the operations of its two documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import orjson

from ...openapi import Json, Operation
from ..control.plane import ControlPlane
from ..request.messages import Reply, Request
from ..request.problem import ErrorEntry, Problem
from .answers import Answer, Form, answer_of
from .rendering import page

AGENT = "incident-double-console"
"""What the console calls itself in the journal."""
_MOST_FIELDS = 200


@dataclass
class Visit:
    """A request to one of the console's pages."""

    plane: ControlPlane
    request: Request
    path: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The parameters in the address that aren't empty, in their order; without the account."""
        return [(name, value) for name, value in _fields(self.request.query) if value and name != "account"]

    def address(self, path: str, query: Iterable[tuple[str, str]] = ()) -> str:
        """Give the address of a page about the same account."""
        account = [] if self.plane.account is None else [("account", self.plane.account)]
        asked = urlencode([*query, *account])
        return f"{path}?{asked}" if asked else path

    def kept_to_account(self, reply: Reply) -> Reply:
        """Give the reply; where it sends the browser on, to a page about the same account."""
        location = dict(reply.headers).get("location")
        if location is None or self.plane.account is None:
            return reply
        path, _, query = location.partition("?")
        others = [each for each in reply.headers if each[0] != "location"]
        to = self.address(path, parse_qsl(query))
        return Reply(reply.status, reply.body, (("location", to), *others))

    @cached_property
    def form(self) -> dict[str, str]:
        """What was typed and chosen, by the name of the field."""
        return dict(_fields((self.request.body or b"").decode("utf-8", "replace")))

    def typed(self, *names: str) -> dict[str, str]:
        """Give those of the fields that aren't empty."""
        return {name: value for name in names if (value := self.form.get(name, "").strip())}

    def api(
        self,
        operation_id: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Iterable[tuple[str, str]] = (),
        body: Json = None,
    ) -> Answer:
        """Ask the API, as any client does, with the double's first key."""
        double = self.plane.double
        operation = double.document.operations.get(operation_id)
        if operation is None:
            return Answer(
                404, {"errors": [{"message": f"The document that is served has no {operation_id}"}]}
            )
        request = self._request(operation, path or {}, query, body)
        request.authorization = f"Bearer {double.api_key}"
        return answer_of(double.answer(request))

    def control(
        self,
        operation_id: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Iterable[tuple[str, str]] = (),
        body: Json = None,
    ) -> Answer:
        """Ask the control plane."""
        operation = self.plane.document.operations[operation_id]
        return answer_of(self.plane.answer(self._request(operation, path or {}, query, body)))

    def _request(
        self, operation: Operation, path: Mapping[str, str], query: Iterable[tuple[str, str]], body: Json
    ) -> Request:
        headers = {"user-agent": AGENT}
        if body is not None:
            headers["content-type"] = "application/json"
        return Request(
            method=operation.method,
            path=operation.path.format_map({name: quote(value, safe="") for name, value in path.items()}),
            query=urlencode(list(query)),
            body=b"" if body is None else orjson.dumps(body),
            base_url=self.request.base_url,
            headers=headers,
        )

    def page(self, template: str, *, status: int = 200, **shown: Any) -> Reply:
        """Give a page made from a template."""
        bar = {
            "clock": self.control("Clock#Show").content["clock"],
            "armed": self.control("Faults#List").content["faults"],
            "can_sign_out": self.plane.token is not None,
        }
        here = self.request.path
        about = {"account": self.plane.account, "at": self.address("")}
        done = dict(self.query).get("done")
        return page(template, status=status, bar=bar, here=here, done=done, **about, **shown)

    def page_with_form(
        self, template: str, fields: tuple[str, ...], refused: Answer | None = None, **shown: Any
    ) -> Reply:
        """Show a form with those fields, as they were typed, and what is wrong with them if they were refused."""
        status = refused.page_status if refused else 200
        return self.page(template, status=status, form=Form(self.form, refused, fields), **shown)


def _fields(text: str) -> list[tuple[str, str]]:
    """The fields of a form, as a browser sends it. Raises the 400 Problem for too many."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Problem(
            400, ErrorEntry("invalid_request", f"No form has more than {_MOST_FIELDS} fields")
        ) from None


def see(path: str, *, done: str | None = None) -> Reply:
    """Send the browser on to a page; `done` names what that page says was done (see `base.html`)."""
    location = path if done is None else f"{path}?done={done}"
    return Reply(303, b"", (("location", location), ("cache-control", "no-store")))


def number(text: str) -> Json:
    """Give a number as JSON has it, or the text itself, which whoever is asked refuses in words of its own."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, int | float) and not isinstance(value, bool) else text
