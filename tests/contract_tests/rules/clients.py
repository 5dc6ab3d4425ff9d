"""Small clients, each breaking one rule or keeping it, for every rule that is seen on the wire."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

Client = Callable[[httpx.Client], object]

LIST = "/v2/incidents"
CATEGORIES = ["triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged"]
EVERYTHING = [
    ("page_size", 250),
    *(("mode[one_of]", mode) for mode in ("standard", "retrospective", "test", "tutorial")),
    *(("status_category[one_of]", category) for category in CATEGORIES),
]
"""The query of a client that wants all incidents, and knows how to say so."""


@dataclass(frozen=True)
class Pair:
    """A client that breaks a rule, one that keeps it, and what they meet."""

    breaks: Client
    keeps: Client
    faults: tuple[str, ...] = ()
    incidents: int = 120
    rate_limit: int = 0


def get(path: str, **query: Any) -> Client:
    """A client that asks once."""
    return lambda http: http.get(path, params=query)


def first(http: httpx.Client, path: str = LIST) -> dict[str, Any]:
    (row,) = http.get(path, params={"page_size": 1}).json()["incidents"]
    return dict(row)


def severities(http: httpx.Client) -> list[dict[str, Any]]:
    return sorted(http.get("/v1/severities").json()["severities"], key=lambda each: each["rank"])


def new(key: str, **more: Any) -> dict[str, Any]:
    return {"idempotency_key": key, "visibility": "public", **more}


def pages(http: httpx.Client, query: list[tuple[str, Any]], path: str = LIST) -> Iterator[list[Any]]:
    """Every page of the list, by `after`."""
    after: list[tuple[str, Any]] = []
    while True:
        page = http.get(path, params=[*query, *after]).json()
        yield page["incidents"]
        cursor = page["pagination_meta"].get("after")
        if not cursor:
            return
        after = [("after", cursor)]


def read_all(http: httpx.Client) -> list[Any]:
    return [row for page in pages(http, EVERYTHING) for row in page]


def without_key(http: httpx.Client) -> None:
    httpx.get(f"{http.base_url}/v1/identity")
    key = http.headers["authorization"].removeprefix("Bearer ")
    httpx.get(f"{http.base_url}/v1/identity", headers={"authorization": key})


def sends(severity: Callable[[str], tuple[str, str]]) -> Client:
    """A client that filters by its first incident's severity, in its own way."""

    def client(http: httpx.Client) -> None:
        name, value = severity(severities(http)[0]["id"])
        http.get(LIST, params={"page_size": 1, name: value})

    return client


def follow_ups_by_reference(http: httpx.Client) -> None:
    http.get("/v3/follow_ups", params={"incident_id": first(http)["reference"]})


def follow_ups_by_id(http: httpx.Client) -> None:
    number = first(http)["reference"].partition("-")[2]
    incident = http.get(f"{LIST}/{number}").json()["incident"]
    http.get("/v3/follow_ups", params={"incident_id": incident["id"]})


def edit(**changes: Any) -> Client:
    def client(http: httpx.Client) -> None:
        body = {"incident": changes, "notify_incident_channel": False}
        http.post(f"{LIST}/{first(http)['id']}/actions/edit", json=body)

    return client


def create_until(*statuses: int) -> Client:
    def client(http: httpx.Client) -> None:
        for _ in range(4):
            if http.post(LIST, json=new("alert 17")).status_code in statuses:
                return

    return client


def delete_until(*statuses: int) -> Client:
    def client(http: httpx.Client) -> None:
        body = {"name": "Passing", "description": "Soon gone"}
        id_ = http.post("/v1/severities", json=body).json()["severity"]["id"]
        for _ in range(4):
            if http.delete(f"/v1/severities/{id_}").status_code in statuses:
                return

    return client


def create_with(keys: Iterator[str]) -> Client:
    """A client that tries a create again, with the next key, until it has an answer."""

    def client(http: httpx.Client) -> None:
        for key in keys:
            try:
                response = http.post(LIST, json=new(key, name="Disk full"))
                if response.status_code == 200 and response.json():
                    return
            except (httpx.TransportError, ValueError):
                continue

    return client


def retry(path: str, *, waits: list[float]) -> Client:
    """A client that tries again after each of those waits until it has a 200."""

    def client(http: httpx.Client) -> None:
        for wait in [*waits, 0]:
            try:
                if http.get(path).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(wait)

    return client


def heeding_retry_after(http: httpx.Client) -> None:
    while (answer := http.get("/v1/severities")).status_code == 429:
        time.sleep(float(answer.headers["retry-after"]))


def greedy(http: httpx.Client) -> None:
    for number in range(9):
        http.get(f"/v1/severities/{number}")


def heeding_what_is_left(http: httpx.Client) -> None:
    while int(http.get("/v1/severities").headers["x-ratelimit-remaining"]) > 0:
        pass


def stopping_at_a_page_that_is_not_full(http: httpx.Client) -> None:
    query = [("page_size", 500), *EVERYTHING[1:]]
    for page in pages(http, query):
        if len(page) < 500:
            return


def never_stopping(http: httpx.Client) -> None:
    after = ""
    for _ in range(6):
        page = http.get(LIST, params=[*EVERYTHING, *([("after", after)] if after else [])]).json()
        after = page["incidents"][-1]["id"] if page["incidents"] else after


def waiting_for_ever(http: httpx.Client) -> None:
    http.get("/v1/severities", timeout=None)


def giving_up(http: httpx.Client) -> None:
    deadline = time.monotonic() + 0.2
    with http.stream("GET", "/v1/severities") as answer:
        for _ in answer.iter_raw():
            if time.monotonic() > deadline:
                return


def refused_twice(http: httpx.Client) -> None:
    for _ in range(2):
        http.post("/v1/severities", json={"name": " ", "description": "Nameless"})


def refused_and_mended(http: httpx.Client) -> None:
    for name in ("Known", "Unknown"):
        http.post("/v1/severities", json={"name": name, "description": "Named"})


def without_cursor(http: httpx.Client) -> None:
    for _ in range(2):
        http.get(LIST, params=[("page_size", 5), *EVERYTHING[1:]])


def the_first_page(http: httpx.Client) -> None:
    http.get(LIST)


def canceled(http: httpx.Client) -> tuple[str, dict[str, Any]]:
    statuses = http.get("/v1/incident_statuses").json()["incident_statuses"]
    status = next(each["id"] for each in statuses if each["category"] == "canceled")
    return f"{LIST}/{first(http)['id']}/actions/edit", {"incident_status_id": status}


def mirror(query: list[tuple[str, Any]]) -> Client:
    """A client that reads all it asks for before and after it has canceled an incident."""

    def client(http: httpx.Client) -> None:
        list(pages(http, query))
        path, changes = canceled(http)
        http.post(path, json={"incident": changes, "notify_incident_channel": False})
        list(pages(http, query))

    return client


def assign(**assignment: Any) -> Client:
    """A client that gives the first role of an incident to somebody, in its own way."""

    def client(http: httpx.Client) -> None:
        (role, *_) = http.get("/v2/incident_roles").json()["incident_roles"]
        edit(incident_role_assignments=[{"incident_role_id": role["id"], **assignment}])(http)

    return client


def assign_first_user(http: httpx.Client) -> None:
    (user, *_) = http.get("/v2/users", params={"page_size": 1}).json()["users"]
    assign(assignee={"id": user["id"]})(http)


PAIRS: dict[str, Pair] = {
    "auth-missing": Pair(without_key, get("/v1/identity")),
    "bad-id-misread": Pair(follow_ups_by_reference, follow_ups_by_id),
    "body-invalid": Pair(
        lambda http: http.post(LIST, json=new("1", severity="critical", visibility="internal")),
        lambda http: http.post(LIST, json=new("1", name="As it should be", summary=None)),
    ),
    "category-default-hides": Pair(
        lambda http: list(pages(http, [("page_size", 50), ("mode[one_of]", "standard")])), read_all
    ),
    "create-expects-201": Pair(create_until(201), create_until(200, 201)),
    "date-filter-both-bounds": Pair(
        get(LIST, **{"created_at[gte]": "2026-05-01", "created_at[lte]": "2026-05-02"}),
        get(LIST, page_size=1, **{"created_at[date_range]": "2026-05-01~2026-05-02"}),
    ),
    "date-filter-timestamp": Pair(
        get(LIST, **{"created_at[gte]": "2026-05-01T00:00:00Z"}),
        get(LIST, page_size=1, **{"created_at[gte]": "2026-05-01"}),
    ),
    "delete-expects-204": Pair(delete_until(204), delete_until(202, 204)),
    "deprecated-operation": Pair(get("/v1/incidents", page_size=1), get(LIST, page_size=1)),
    "edit-unknown-property": Pair(edit(mode="test", visibility="private"), edit(name="Renamed")),
    "empty-404-crash": Pair(
        retry("/v1/severities", waits=[0] * 4), get("/v1/severities"), ("Severities V1#List:404-empty*9",)
    ),
    "error-envelope-misread": Pair(
        create_until(200), lambda http: http.post(LIST, json=new("1")), ("Incidents V2#Create:422*9",)
    ),
    "cursor-not-sent": Pair(without_cursor, read_all),
    "filter-matches-nothing": Pair(
        sends(lambda _: ("severity[one_of]", "critical")), sends(lambda id_: ("severity[one_of]", id_))
    ),
    "first-page-only": Pair(the_first_page, read_all),
    "mirror-deletes": Pair(mirror(EVERYTHING[:5]), mirror(EVERYTHING)),
    "refusal-ignored": Pair(refused_twice, refused_and_mended),
    "role-cleared": Pair(assign(user_id="01AAAAAAAAAAAAAAAAAAAAAAAA"), assign_first_user),
    "filter-dropped": Pair(sends(lambda id_: ("one_of", id_)), sends(lambda id_: ("severity[one_of]", id_))),
    "filter-wrong-syntax": Pair(
        sends(lambda id_: ("severity", id_)), sends(lambda id_: ("severity[not_in]", id_))
    ),
    "idempotency-key-changes": Pair(
        create_with(str(number) for number in itertools.count()),
        create_with(itertools.repeat("alert 17")),
        ("Incidents V2#Create:lost",),
    ),
    "mode-default-hides": Pair(
        lambda http: list(pages(http, [each for each in EVERYTHING if "mode" not in each[0]])), read_all
    ),
    "paging-never-ends": Pair(never_stopping, read_all),
    "paging-stops-early": Pair(stopping_at_a_page_that_is_not_full, read_all, incidents=300),
    "parameter-invalid": Pair(
        lambda http: (http.get(LIST, params={"page_size": 0}), http.get("/v1/severities?verbose=1")),
        lambda http: (http.get(LIST, params={"page_size": 1}), http.get("/v1/severities")),
    ),
    "rate-limit-exhausted": Pair(greedy, heeding_what_is_left, rate_limit=5),
    "retries-without-wait": Pair(
        retry("/v1/severities", waits=[0] * 30),
        retry("/v1/severities", waits=[0, 0.1, 0.2]),
        ("Severities V1#List:500*15", "Severities V1#List:reset*15"),
    ),
    "retry-after-misread": Pair(
        retry("/v1/severities", waits=[0]), heeding_retry_after, ("Severities V1#List:429",)
    ),
    "severity-order-inverted": Pair(
        lambda http: http.get(LIST, params={"page_size": 1, "severity[lte]": severities(http)[-1]["id"]}),
        lambda http: http.get(LIST, params={"page_size": 1, "severity[gte]": severities(http)[-1]["id"]}),
    ),
    "status-vocabulary": Pair(
        get(LIST, page_size=1, **{"status_category[one_of]": "active"}),
        get(LIST, page_size=1, **{"status_category[one_of]": "live"}),
    ),
    "timeout-missing": Pair(waiting_for_ever, giving_up, ("Severities V1#List:drip=1",)),
}
