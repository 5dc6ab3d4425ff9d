"""Receives events, verifies them, and looks up what they are about."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
import httpx
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

MOST = 1024 * 1024
"""Bytes of an event: more is none of the vendor's."""


class Consumer:
    """Calls `on_change` with every incident that was declared or has changed, as the API shows it now."""

    def __init__(self, secret: str, api: httpx.Client, on_change: Callable[[dict[str, Any]], object]) -> None:
        self._webhook = Webhook(secret)
        self._api = api
        self._on_change = on_change
        self._seen: set[str] = set()  # in a database, where there is more than one process

    def app(self) -> Starlette:
        """What is served."""
        return Starlette(routes=[Route("/hook", self.receive, methods=["POST"])])

    async def receive(self, request: Request) -> Response:
        """204 for what was dealt with, 401 for what is forged or stale, 500 for what is to be sent again."""
        body = await read(request)
        if body is None:
            return Response(status_code=413)
        try:  # the signature is that of the bytes: nothing is parsed before it is verified
            event = self._webhook.verify(body, dict(request.headers))
        except WebhookVerificationError:
            return Response(status_code=401)
        id_ = request.headers["webhook-id"]
        if id_ not in self._seen:  # events may come twice
            await anyio.to_thread.run_sync(self._deal_with, event)  # what raises is a 500
            self._seen.add(id_)
        return Response(status_code=204)

    def _deal_with(self, event: dict[str, Any]) -> None:
        incident_id = about(event)
        if incident_id is None:
            return  # a type that means nothing to us, or will come one day
        # Events come in no certain order, and those of private incidents carry nothing but the id.
        response = self._api.get(f"/v2/incidents/{incident_id}").raise_for_status()
        self._on_change(response.json()["incident"])


async def read(request: Request) -> bytes | None:
    """The body; None for one that is too long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST:
            return None
    return body


def about(event: dict[str, Any]) -> str | None:
    """The id of the incident that the event is about; None where that is something else."""
    type_ = event["event_type"]
    payload = event[type_]  # the payload's key is the name of the event
    match type_.partition(".")[2]:
        case "incident_created_v2" | "incident_updated_v2":
            return str(payload["id"])
        case "incident_status_updated_v2":
            return str(payload["incident"]["id"])
        case _:
            return None
