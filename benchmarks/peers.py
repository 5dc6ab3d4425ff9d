"""Everyday steps of a client, against anything that stands in for the API: `python -m benchmarks.peers URL KEY`.

It declares and edits incidents, so don't point it at an account that means something.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import click
import httpx

LIST = "/v2/incidents"
UNKNOWN_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def _pages_by_two(api: httpx.Client) -> bool:
    page = _page(api, page_size="2")
    return (len(page["incidents"]), page["pagination_meta"]["page_size"]) == (2, 2)


def _pages_to_the_end(api: httpx.Client) -> bool:
    seen: set[str] = set()
    query = {"page_size": "50"}
    while True:
        page = _page(api, **query)
        ids = {incident["id"] for incident in page["incidents"]}
        if ids & seen:
            return False  # the same incidents again: this would go on for ever
        seen |= ids
        if "after" not in page["pagination_meta"]:
            return bool(len(seen) == page["pagination_meta"]["total_record_count"])
        query["after"] = page["pagination_meta"]["after"]


def _filters(api: httpx.Client) -> bool:
    pages = [_page(api, **{f"status_category[{how}]": "closed"}) for how in ("one_of", "not_in")]
    closed, others = ({row["incident_status"]["category"] for row in page["incidents"]} for page in pages)
    return closed == {"closed"} and len(others) > 0 and "closed" not in others


def _shows(api: httpx.Client) -> bool:
    return all(_shown(api, row["id"]) == row for row in _page(api)["incidents"])


def _declares(api: httpx.Client) -> bool:
    name = f"Checkout {uuid4()}"
    return bool(_declared(api, name=name)["name"] == name)


def _remembers(api: httpx.Client) -> bool:
    name = f"Checkout {uuid4()}"
    made = _declared(api, name=name)
    return bool(_page(api)["incidents"][0]["id"] == made["id"] and _shown(api, made["id"])["name"] == name)


def _declares_once(api: httpx.Client) -> bool:
    key = str(uuid4())
    one, again = (_declared(api, idempotency_key=key)["id"] for _ in range(2))
    return bool(one == again != _declared(api)["id"])


def _edits(api: httpx.Client) -> bool:
    id_, name = _declared(api)["id"], f"Checkout {uuid4()}"
    body = {"incident": {"name": name}, "notify_incident_channel": False}
    api.post(f"{LIST}/{id_}/actions/edit", json=body).raise_for_status()
    return bool(_shown(api, id_)["name"] == name)


def _asks_for_the_key(api: httpx.Client) -> bool:
    return httpx.get(f"{str(api.base_url).rstrip('/')}{LIST}").status_code == 401


STEPS: dict[str, Callable[[httpx.Client], bool]] = {
    "list incidents": lambda api: len(_page(api)["incidents"]) > 0,
    "list two, and count two": _pages_by_two,
    "page to the end, everything once": _pages_to_the_end,
    "filter by status": _filters,
    "show what is listed": _shows,
    "an unknown id is a 404": lambda api: api.get(f"{LIST}/{UNKNOWN_ID}").status_code == 404,
    "declare: it has the name given": _declares,
    "what was declared is listed and shown": _remembers,
    "the same idempotency key, no second": _declares_once,
    "what was edited stays edited": _edits,
    "no key is a 401": _asks_for_the_key,
}


def _page(api: httpx.Client, **query: str) -> Any:
    return api.get(LIST, params=query).raise_for_status().json()


def _shown(api: httpx.Client, id_: str) -> Any:
    return api.get(f"{LIST}/{id_}").raise_for_status().json()["incident"]


def _declared(api: httpx.Client, **given: str) -> Any:
    body = {"idempotency_key": str(uuid4()), "visibility": "public", **given}
    return api.post(LIST, json=body).raise_for_status().json()["incident"]


@click.command()
@click.argument("url")
@click.argument("key")
def main(url: str, key: str) -> None:
    """Take the steps at URL with KEY, and print which were answered as the real API answers them."""
    count = 0
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=20) as api:
        for name, step in STEPS.items():
            try:
                is_right = step(api)
            except (httpx.HTTPError, ValueError, LookupError, TypeError):
                is_right = False
            count += is_right
            click.echo(f"{name:<40} {'right' if is_right else 'wrong'}")
    click.echo(f"{count} of {len(STEPS)}")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.peers")
