"""Idempotency keys: the second request with a key is answered with what the first one made.

See behaviour.md#idempotency-replay.
"""

from ..request.call import Call
from ..store.store import Change, Store

COLLECTION = "idempotency_keys"


def made_before(store: Store, call: Call) -> str | None:
    """Give the id of the object that an earlier request with this key made."""
    row = store.get(COLLECTION, _name(call))
    return None if row is None else row["object_id"]


def remembered(call: Call, object_id: str) -> Change:
    """Make the change that keeps the key with the object it has made."""
    return Change(COLLECTION, _name(call), {"id": _name(call), "object_id": object_id})


def _name(call: Call) -> str:
    resource = call.operation.path.rpartition("/")[2]
    return f"{resource} {call.body['idempotency_key']}"
