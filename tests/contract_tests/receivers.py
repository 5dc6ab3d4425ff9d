"""Small receivers of webhooks, each breaking one rule or keeping it, and a server for them."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

Receiver = Callable[[Mapping[str, str], bytes], int]
"""From headers and body to the status of the answer."""
SECRET = "whsec_aW5jaWRlbnQtZG91YmxlIGluIGEgdGVzdA=="


@contextmanager
def receiving(receiver: Receiver, answer_headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a receiver. Yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                status = receiver({name.lower(): value for name, value in self.headers.items()}, body)
            except (KeyError, ValueError, WebhookVerificationError):
                status = 500
            self.send_response(status)
            for name, value in {"content-length": "0", **(answer_headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hook"
        finally:
            server.shutdown()
            thread.join()


def verified(headers: Mapping[str, str], body: bytes) -> Any:
    return Webhook(SECRET).verify(body, dict(headers))


def careful(headers: Mapping[str, str], body: bytes) -> int:
    """Checks the signature and takes every event, whatever it is of."""
    try:
        event = verified(headers, body)
    except WebhookVerificationError:
        return 401
    payload = event[event["event_type"]]
    return 200 if isinstance(payload, dict) else 400


def trusting(headers: Mapping[str, str], body: bytes) -> int:
    """Never looks at the signature."""
    event = json.loads(body)
    return 200 if event["event_type"] in event else 400


def forgetful(headers: Mapping[str, str], body: bytes) -> int:
    """Checks the signature, but not when it was made."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return 200 if signatures(signed) & set(headers["webhook-signature"].split()) else 401


def signatures(signed: bytes) -> set[str]:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    return {"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}


def hasty(headers: Mapping[str, str], body: bytes) -> int:
    """Looks at the first signature only."""
    first, *_ = headers["webhook-signature"].split()
    return careful({**headers, "webhook-signature": first}, body)


def misreading(headers: Mapping[str, str], body: bytes) -> int:
    """Looks for the incident where it isn't, unless there is only an id."""
    event = verified(headers, body)
    if "private_incident" in event["event_type"]:
        return 200
    return 200 if event["event"]["incident"] else 400


def narrow(headers: Mapping[str, str], body: bytes) -> int:
    """Refuses types that it doesn't know."""
    event = verified(headers, body)
    return 200 if event["event_type"].endswith("_v2") else 400


def expecting_whole_incidents(headers: Mapping[str, str], body: bytes) -> int:
    event = verified(headers, body)
    payload = event[event["event_type"]]
    return 200 if payload.get("incident", payload)["name"] else 400


RECEIVERS: dict[str, tuple[Receiver, Receiver]] = {
    "private-webhook-assumed-full": (expecting_whole_incidents, careful),
    "webhook-envelope-misread": (misreading, careful),
    "webhook-first-signature-only": (hasty, careful),
    "webhook-signature-unchecked": (trusting, careful),
}
"""For each rule, one that breaks it and one that keeps it."""
