"""Sixty-four clients at once, over real sockets: nothing is lost, nothing happens twice, nobody gets an error."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from ...serving import Served, serving

CLIENTS = 64
ROUNDS = 3

Work = Callable[[httpx.AsyncClient, int], Awaitable[Any]]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--no-rate-limit", "--incidents", "0") as served:
        yield served


def connected(served: Served) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {served.token}"}
    return httpx.AsyncClient(base_url=served.base_url, headers=headers, timeout=30, verify=False)


def at_once(served: Served, *works: Work) -> list[Any]:
    """What the clients bring back, each with connections of its own; they take turns at the kinds of work."""

    async def run() -> list[Any]:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(connected(served)) for _ in range(CLIENTS)]
            return await asyncio.gather(
                *(works[number % len(works)](client, number) for number, client in enumerate(clients))
            )

    return asyncio.run(run())


async def declared(client: httpx.AsyncClient, key: str, **properties: Any) -> dict[str, Any]:
    body = {"idempotency_key": key, "visibility": "public", **properties}
    response = await client.post("/v2/incidents", json=body)
    assert response.status_code == 200, response.text
    incident: dict[str, Any] = response.json()["incident"]
    return incident


async def pages(client: httpx.AsyncClient, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        response = await client.get(path, params={**query, **after})
        assert response.status_code == 200, response.text
        rows += response.json()[key]
        meta = response.json()["pagination_meta"]
        if "after" not in meta:
            return rows
        after = {"after": meta["after"]}


def everything(served: Served, path: str, key: str, **query: str) -> list[dict[str, Any]]:
    """All rows of a list, while nobody else does anything."""

    async def run() -> list[dict[str, Any]]:
        async with connected(served) as client:
            return await pages(client, path, key, page_size=250, **query)

    return asyncio.run(run())


def numbers(incidents: list[dict[str, Any]]) -> list[int]:
    return sorted(int(incident["reference"].removeprefix("INC-")) for incident in incidents)


def test_references_are_neither_skipped_nor_given_twice(served: Served) -> None:
    async def declare(client: httpx.AsyncClient, number: int) -> list[dict[str, Any]]:
        return [await declared(client, f"reference {number} {round_}") for round_ in range(ROUNDS)]

    body = {"idempotency_key": "the last one before", "visibility": "public"}
    with served.client() as client:
        (last,) = numbers([client.post("/v2/incidents", json=body).json()["incident"]])
    made = [incident for incidents in at_once(served, declare) for incident in incidents]
    assert numbers(made) == list(range(last + 1, last + 1 + CLIENTS * ROUNDS))
    listed = Counter(incident["id"] for incident in everything(served, "/v2/incidents", "incidents"))
    assert all(listed[incident["id"]] == 1 for incident in made)


def test_a_key_that_many_race_for_makes_one_incident(served: Served) -> None:
    async def race(client: httpx.AsyncClient, number: int) -> list[str]:
        return [
            (await declared(client, f"race {round_}", name=f"By {number}"))["id"] for round_ in range(ROUNDS)
        ]

    before = len(everything(served, "/v2/incidents", "incidents"))
    for ids in zip(*at_once(served, race), strict=True):
        assert len(set(ids)) == 1
    assert len(everything(served, "/v2/incidents", "incidents")) == before + ROUNDS


def test_no_edit_of_one_incident_is_lost(served: Served) -> None:
    """Every client changes a custom field of its own, again and again, and reports each change."""
    with served.client() as client:
        incident = client.post(
            "/v2/incidents", json={"idempotency_key": "edited", "visibility": "public"}
        ).json()
        fields = [
            client.post(
                "/v2/custom_fields",
                json={"name": f"Field {number}", "description": "One client's", "field_type": "text"},
            ).json()["custom_field"]["id"]
            for number in range(CLIENTS)
        ]
    id_ = incident["incident"]["id"]

    async def edit(client: httpx.AsyncClient, number: int) -> None:
        for round_ in range(ROUNDS):
            text = f"{number} {round_}"
            entry = {"custom_field_id": fields[number], "values": [{"value_text": text}]}
            response = await client.post(
                f"/v2/incidents/{id_}/actions/edit",
                json={"incident": {"custom_field_entries": [entry]}, "notify_incident_channel": False},
            )
            assert response.status_code == 200, response.text
            response = await client.post(
                "/v2/incident_updates", json={"incident_id": id_, "idempotency_key": text, "message": text}
            )
            assert response.status_code == 201, response.text

    at_once(served, edit)
    with served.client() as client:
        entries = client.get(f"/v2/incidents/{id_}").json()["incident"]["custom_field_entries"]
    values = {entry["custom_field"]["id"]: entry["values"] for entry in entries}
    for number, field in enumerate(fields):
        assert values[field] == [{"value_text": f"{number} {ROUNDS - 1}"}]
    updates = everything(served, "/v2/incident_updates", "incident_updates", incident_id=id_)
    assert Counter(update.get("message") for update in updates) == Counter(
        [None, *(f"{number} {round_}" for number in range(CLIENTS) for round_ in range(ROUNDS))]
    )


@pytest.mark.parametrize("sort_by", ["created_at_oldest_first", "created_at_newest_first"])
def test_paging_shows_all_that_was_there_while_others_declare(sort_by: str) -> None:
    with serving("--no-rate-limit", "--incidents", "60") as served:
        _page_while_others_declare(served, sort_by)


def _page_while_others_declare(served: Served, sort_by: str) -> None:
    async def page(client: httpx.AsyncClient, _: int) -> list[str]:
        rows = await pages(client, "/v2/incidents", "incidents", page_size=10, sort_by=sort_by)
        return [row["id"] for row in rows]

    async def declare(client: httpx.AsyncClient, number: int) -> None:
        for round_ in range(ROUNDS):
            await declared(client, f"{number} {round_}")

    there = {incident["id"] for incident in everything(served, "/v2/incidents", "incidents")}
    seen = [ids for ids in at_once(served, page, declare) if ids is not None]
    assert len(seen) == CLIENTS // 2
    for ids in seen:
        assert len(set(ids)) == len(ids)
        assert there <= set(ids)


def test_what_must_be_unique_is_given_to_one_client_only(served: Served) -> None:
    async def create(client: httpx.AsyncClient, number: int) -> int:
        body = {"name": f"By {number}", "description": "Wanted by many", "rank": 1000}
        return (await client.post("/v1/severities", json=body)).status_code

    assert Counter(at_once(served, create)) == {201: 1, 422: CLIENTS - 1}
