"""Every client that people have reaches the double of a test: by the fixture, and without pytest."""

import asyncio

import aiohttp
import httpx
import incident_io.client
import incident_io_client
import requests
from incident_io.api.incidents_v2 import incidents_v2_show
from incident_io_client.api.incidents_v2 import incidents_v2_show as older_incidents_v2_show

from incident_double.mock_server import RunningDouble

NAME = "Checkout answers 502"
IN_PROCESS = "http://double.test"


def headers(double: RunningDouble) -> dict[str, str]:
    return {"authorization": f"Bearer {double.api_key}"}


def path(double: RunningDouble) -> str:
    return f"/v2/incidents/{double.incident(name=NAME)['id']}"


def test_httpx_over_a_socket(double: RunningDouble) -> None:
    response = httpx.get(double.base_url + path(double), headers=headers(double))
    assert response.json()["incident"]["name"] == NAME


def test_httpx_without_a_socket(double: RunningDouble) -> None:
    with httpx.Client(transport=double.transport, base_url=IN_PROCESS, headers=headers(double)) as client:
        assert client.get(path(double)).json()["incident"]["name"] == NAME


def test_asynchronous_httpx_over_a_socket(double: RunningDouble) -> None:
    async def name() -> str:
        async with httpx.AsyncClient(base_url=double.base_url, headers=headers(double)) as client:
            found: str = (await client.get(path(double))).json()["incident"]["name"]
            return found

    assert asyncio.run(name()) == NAME


def test_asynchronous_httpx_without_a_socket(double: RunningDouble) -> None:
    async def name() -> str:
        transport, known = double.async_transport, headers(double)
        async with httpx.AsyncClient(transport=transport, base_url=IN_PROCESS, headers=known) as client:
            found: str = (await client.get(path(double))).json()["incident"]["name"]
            return found

    assert asyncio.run(name()) == NAME


def test_requests(double: RunningDouble) -> None:
    response = requests.get(double.base_url + path(double), headers=headers(double), timeout=10)
    assert response.json()["incident"]["name"] == NAME


def test_aiohttp(double: RunningDouble) -> None:
    async def name() -> str:
        async with (
            aiohttp.ClientSession(double.base_url, headers=headers(double)) as session,
            session.get(path(double)) as response,
        ):
            found: str = (await response.json())["incident"]["name"]
            return found

    assert asyncio.run(name()) == NAME


def test_the_official_sdk(double: RunningDouble) -> None:
    with incident_io.client.AuthenticatedClient(base_url=double.base_url, token=double.api_key) as client:
        shown = incidents_v2_show.sync(client=client, id=double.incident(name=NAME)["id"])
    assert shown is not None
    assert shown.to_dict()["incident"]["name"] == NAME


def test_the_community_sdk(double: RunningDouble) -> None:
    with incident_io_client.AuthenticatedClient(base_url=double.base_url, token=double.api_key) as client:
        shown = older_incidents_v2_show.sync(client=client, id=double.incident(name=NAME)["id"])
    assert shown is not None
    assert shown.to_dict()["incident"]["name"] == NAME


def test_snapshots_of_the_control_plane_are_those_of_every_way_to_it(double: RunningDouble) -> None:
    kept = httpx.post(f"{double.base_url}/_double/snapshots").json()["snapshot"]["id"]
    with httpx.Client(transport=double.transport, base_url=IN_PROCESS) as client:
        assert client.post(f"/_double/snapshots/{kept}/rollback").status_code == 204
        double.reset()
        assert client.get("/_double/snapshots").json() == {"snapshots": []}
