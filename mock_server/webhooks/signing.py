"""Signing webhooks as the vendor does, by Standard Webhooks (behaviour.md#webhook-signature)."""

import base64
import random
from collections.abc import Mapping
from datetime import datetime

from standardwebhooks import Webhook

_PREFIX = "whsec_"
_SECRET_BYTES = 24


def new_secret(rng: random.Random) -> str:
    """Give a secret in the vendor's form: `whsec_` and base64."""
    return _PREFIX + base64.b64encode(rng.randbytes(_SECRET_BYTES)).decode()


def check_secret(text: str) -> str:
    """Give the secret itself. Raises ValueError when it isn't `whsec_` and base64."""
    try:
        if text.startswith(_PREFIX) and base64.b64decode(text.removeprefix(_PREFIX), validate=True):
            return text
    except ValueError:
        pass
    raise ValueError(f"a webhook secret is {_PREFIX} and base64")


def signed_headers(secret: str, id_: str, moment: datetime, body: bytes) -> Mapping[str, str]:
    """Give the headers of an event: its id, its time in seconds since 1970, and the signature of these and the body."""
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, moment, body.decode()),
    }
