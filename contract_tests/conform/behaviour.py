"""What is certain of the real API and no schema says: those facts of `docs/behaviour.md` that any account shows.

Every check only reads, with a key that may read; what an account is too empty to show is passed over. A check is a
function that asks the server and says in one line what is wrong, or None.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx

from ...fixtures.domain.identifiers import NOBODYS_ID
from ...mock_server.assumptions import DEFAULT_MODES, HIDDEN_BY_DEFAULT_CATEGORIES
from ..findings import Finding
from ..wire.counterexamples import server_exchange

_INCIDENTS = "/v2/incidents"
_USERS = "/v2/users"
_LIMIT = re.compile(r"\d+(, \d+;window=\d+)+")


class JudgedServer:
    """A server that is asked one thing after another. Raises httpx.HTTPError when it doesn't answer."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=30)
        self._key = f"Bearer {api_key}"
        self.last: httpx.Response | None = None
        """The answer that a check looked at last."""

    def ask(
        self, method: str, path: str, query: str = "", *, authorization: str | None = None
    ) -> httpx.Response:
        """Send a request with no key but that of `authorization`."""
        headers = {} if authorization is None else {"authorization": authorization}
        self.last = self._client.request(method, f"{path}?{query}" if query else path, headers=headers)
        return self.last

    def get(self, path: str, query: str = "") -> httpx.Response:
        """GET with the key."""
        return self.ask("GET", path, query, authorization=self._key)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


Check = Callable[[JudgedServer], str | None]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One fact, and how it is seen."""

    id: str
    """The name of the check, with hyphens."""
    operation: str | None
    """The operationId that it is about."""
    check: Check


def behaviour_findings(base_url: str, api_key: str) -> Iterator[Finding]:
    """What a server does otherwise than the real API. Raises httpx.HTTPError when it can't be reached."""
    server = JudgedServer(base_url, api_key)
    try:
        for each in BEHAVIOURS:
            server.last = None
            wrong = _seen(each.check, server)
            if wrong is not None:
                yield Finding(
                    rule=each.id,
                    outcome="wrong-answer",
                    severity="error",
                    message=wrong,
                    operation=each.operation,
                    counterexample=None if server.last is None else _exchange(server.last),
                )
    finally:
        server.close()


def _seen(check: Check, server: JudgedServer) -> str | None:
    try:
        return check(server)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        return f"the answer can't be read: {type(error).__name__}: {error}"


def _exchange(answer: httpx.Response) -> dict[str, Any]:
    request = answer.request
    return server_exchange(request.method, str(request.url), b"", answer.status_code, answer.content)


def unknown_path_is_an_empty_404(server: JudgedServer) -> str | None:
    """An unknown path is a 404 without a body, whoever asks (behaviour.md#routing-before-auth)."""
    return _empty_404(server.ask("GET", "/v2/no_such_thing"))


def wrong_verb_is_an_empty_404(server: JudgedServer) -> str | None:
    """A verb that a path doesn't have is a 404 without a body, not a 405, and comes before authentication.

    See behaviour.md#routing-before-auth, behaviour.md#error-405-never.
    """
    return _empty_404(server.ask("PATCH", _INCIDENTS))


def missing_key_is_a_401(server: JudgedServer) -> str | None:
    """Without a key: 401 `missing_authorization_material` (behaviour.md#auth-missing)."""
    wanted = "missing_authorization_material", "No authorization material provided in request"
    return _error(server.ask("GET", _INCIDENTS), 401, "authentication_error", *wanted)


def unknown_key_is_a_401(server: JudgedServer) -> str | None:
    """With a key that nobody has: 401 `access_token_invalid` (behaviour.md#auth-invalid)."""
    answer = server.ask("GET", _INCIDENTS, authorization="Bearer inc_0")
    return _error(answer, 401, "authentication_error", "access_token_invalid", "Access token is not valid")


def unknown_id_is_a_404(server: JudgedServer) -> str | None:
    """An incident that isn't there: 404 `resource_not_found`, in the envelope (behaviour.md#error-404-code)."""
    return _error(server.get(f"{_INCIDENTS}/{NOBODYS_ID}"), 404, None, "resource_not_found")


def updates_of_an_unknown_incident_are_a_404(server: JudgedServer) -> str | None:
    """The updates of an incident that isn't there are no empty list (behaviour.md#updates-of-unknown-incident)."""
    return _error(
        server.get("/v2/incident_updates", f"incident_id={NOBODYS_ID}"), 404, None, "resource_not_found"
    )


def page_size_is_clamped(server: JudgedServer) -> str | None:
    """`page_size=500` is taken, and cut down to 250 (behaviour.md#paging-incidents-clamped)."""
    answer = server.get(_INCIDENTS, "page_size=500")
    size = answer.json()["pagination_meta"]["page_size"] if answer.status_code == 200 else None
    return None if size == 250 else f"page_size=500: {answer.status_code}, and a page_size of {size}, not 250"


def last_page_names_no_next(server: JudgedServer) -> str | None:
    """A last page that is not full has no `after` (behaviour.md#paging-last-page-users)."""
    page = server.get(_USERS, "page_size=250").json()
    is_full = len(page["users"]) >= page["pagination_meta"]["page_size"]
    return None if is_full or "after" not in page["pagination_meta"] else "a short last page has an `after`"


def page_after_the_last_id_is_empty(server: JudgedServer) -> str | None:
    """Whoever goes on after the last incident gets an empty page (behaviour.md#paging-after-last-is-empty)."""
    oldest = server.get(_INCIDENTS, "page_size=1&sort_by=created_at_oldest_first").json()["incidents"]
    if not oldest:
        return None
    answer = server.get(_INCIDENTS, f"after={oldest[0]['id']}")
    rows = answer.json().get("incidents")
    return None if (answer.status_code, rows) == (200, []) else f"{answer.status_code}, and no empty page"


def newest_incident_comes_first(server: JudgedServer) -> str | None:
    """Incidents are listed by their creation, newest first (behaviour.md#order-incidents)."""
    times = [row["created_at"][:19] for row in server.get(_INCIDENTS, "page_size=50").json()["incidents"]]
    return next((f"{later} comes before {next_}" for later, next_ in pairwise(times) if later < next_), None)


def date_filter_refuses_a_timestamp(server: JudgedServer) -> str | None:
    """The date filters of incidents take dates; a timestamp is a 422.

    See behaviour.md#date-filter-timestamp, behaviour.md#filter-bad-value.
    """
    return _error(
        server.get(_INCIDENTS, "created_at%5Bgte%5D=2024-01-01T00%3A00%3A00Z"),
        422,
        "validation_error",
        "invalid_value",
    )


def date_filter_refuses_both_bounds(server: JudgedServer) -> str | None:
    """`gte` and `lte` of one date filter together are a 422 (behaviour.md#date-filter-both-bounds)."""
    query = "created_at%5Bgte%5D=2024-01-01&created_at%5Blte%5D=2024-02-01"
    return _error(server.get(_INCIDENTS, query), 422, "validation_error")


def filter_in_wrong_syntax_is_ignored(server: JudgedServer) -> str | None:
    """A filter that isn't written `name[operator]=value` filters nothing (behaviour.md#filter-wrong-syntax-ignored)."""
    return _ignored(server, f"severity={NOBODYS_ID}")


def unknown_parameter_is_ignored(server: JudgedServer) -> str | None:
    """A parameter that the operation doesn't have changes nothing (behaviour.md#unknown-parameter-ignored)."""
    return _ignored(server, "no_such_parameter=1")


def answers_state_the_rate_limit(server: JudgedServer) -> str | None:
    """Every answer to a key has the four `X-RateLimit` headers, the binding quota first.

    See behaviour.md#rate-limit-headers.
    """
    headers = server.get("/v1/identity").headers
    limit = headers.get("x-ratelimit-limit", "")
    if not _LIMIT.fullmatch(limit):
        return f"x-ratelimit-limit is {limit!r}" if limit else "no x-ratelimit-limit"
    others = [f"x-ratelimit-{name}" for name in ("remaining", "used", "reset")]
    return next((f"{name} is no number" for name in others if not headers.get(name, "").isdecimal()), None)


def incident_is_found_by_its_number(server: JudgedServer) -> str | None:
    """`GET /v2/incidents/123` shows INC-123 (behaviour.md#show-by-number)."""
    rows = server.get(_INCIDENTS, "page_size=1").json()["incidents"]
    number = re.search(r"\d+$", rows[0]["reference"]) if rows else None
    if number is None:
        return None
    answer = server.get(f"{_INCIDENTS}/{number[0]}")
    found = answer.json()["incident"]["id"] if answer.status_code == 200 else None
    return None if found == rows[0]["id"] else f"{rows[0]['reference']} is not found as {number[0]}"


def some_categories_are_hidden_by_default(server: JudgedServer) -> str | None:
    """Declined, canceled and merged incidents are left out unless they are asked for.

    See behaviour.md#default-categories.
    """
    rows = server.get(_INCIDENTS, "page_size=250").json()["incidents"]
    shown = {row["incident_status"]["category"] for row in rows} & {*HIDDEN_BY_DEFAULT_CATEGORIES}
    return f"listed by default: {', '.join(sorted(shown))}" if shown else None


def some_modes_are_hidden_by_default(server: JudgedServer) -> str | None:
    """Test and tutorial incidents are left out unless they are asked for (behaviour.md#default-modes)."""
    rows = server.get(_INCIDENTS, "page_size=250").json()["incidents"]
    shown = {row["mode"] for row in rows} - {*DEFAULT_MODES}
    return f"listed by default: {', '.join(sorted(shown))}" if shown else None


def _empty_404(answer: httpx.Response) -> str | None:
    if (answer.status_code, answer.content) == (404, b""):
        return None
    return f"{answer.status_code} with {len(answer.content)} bytes, not an empty 404"


def _error(
    answer: httpx.Response,
    status: int,
    type_: str | None,
    code: str | None = None,
    message: str | None = None,
) -> str | None:
    """What differs from an error in the envelope; None for what isn't certain of it."""
    if answer.status_code != status:
        return f"{answer.status_code}, not {status}"
    body: Any = None
    with suppress(ValueError):
        body = answer.json()
    first = body["errors"][0] if isinstance(body, dict) and body.get("errors") else None
    if not isinstance(first, dict) or body.get("status") != status or not body.get("request_id"):
        return f"a {status} without the error envelope"
    wanted = {"type": (body.get("type"), type_), "code": (first.get("code"), code)}
    wanted["message"] = (first.get("message"), message)
    return next(
        (
            f"{name} is {actual!r}, not {sure!r}"
            for name, (actual, sure) in wanted.items()
            if sure not in (None, actual)
        ),
        None,
    )


def _ignored(server: JudgedServer, query: str) -> str | None:
    rows = server.get(_INCIDENTS, "page_size=1").json()["incidents"]
    answer = server.get(_INCIDENTS, f"page_size=1&{query}")
    if answer.status_code != 200:
        return f"{query}: {answer.status_code}"
    return f"{query} filters" if len(answer.json()["incidents"]) != len(rows) else None


def _of(operation: str | None, *checks: Check) -> Iterator[Behaviour]:
    for check in checks:
        yield Behaviour(check.__name__.replace("_", "-"), operation, check)


BEHAVIOURS: tuple[Behaviour, ...] = (
    *_of(None, unknown_path_is_an_empty_404, wrong_verb_is_an_empty_404),
    *_of("Incidents V2#Show", unknown_id_is_a_404, incident_is_found_by_its_number),
    *_of("Incident Updates V2#List", updates_of_an_unknown_incident_are_a_404),
    *_of("Users V2#List", last_page_names_no_next),
    *_of("Utilities V1#Identity", answers_state_the_rate_limit),
    *_of(
        "Incidents V2#List",
        missing_key_is_a_401,
        unknown_key_is_a_401,
        page_size_is_clamped,
        page_after_the_last_id_is_empty,
        newest_incident_comes_first,
        date_filter_refuses_a_timestamp,
        date_filter_refuses_both_bounds,
        filter_in_wrong_syntax_is_ignored,
        unknown_parameter_is_ignored,
        some_categories_are_hidden_by_default,
        some_modes_are_hidden_by_default,
    ),
)
"""Every check, in the order in which they are made."""
