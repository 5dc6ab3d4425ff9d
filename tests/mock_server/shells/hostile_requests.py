"""Requests that no client should send: seeded, cheap to make, and often nearly right.

Only what gets deep into the double finds anything, so real ids, declared parameters and the document's own example
payloads are mixed with rubbish of every kind.
"""

import copy
import json
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from random import Random
from typing import Any
from urllib.parse import quote

from incident_double.fixtures import Dataset
from incident_double.fixtures.schema.samples import Sampler
from incident_double.mock_server import DEFAULT_TOKEN, Request
from incident_double.openapi import Document, Operation

TEXTS = (
    "", " ", "\0", "a\0b", "\n", "\r\nx-evil: 1", "\t", "\u2028", "\u202e", "\ufeff", "\U0010ffff", "😀" * 40, "é", "İ",
    "²", "١٢٣", "null", "true", "false", "True", "0", "-0", "-1", "1", "007", "123", "1.0", "1e3", "1e400", "-1e-400",
    "NaN", "sNaN", "Infinity", "9" * 19, "9" * 400, "0x10", "[", "]", "[]", "[[", "][", "{}", "{id}", "%", "%00", "%ff",
    "%zz", "%c3%28", "%2e%2e", "..", "../../etc/passwd", "/", "//", "\\", "'", '"', "' OR 1=1 --", "<b>", "${x}", "~",
    "~2026-01-01", "2026-01-01~", "2026-01-01~2026-01-01~", "2026-01-01", "2026-02-30", "0000-00-00", "0000-01-01",
    "9999-12-31", "2026-1-1", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+99:99", "2016-12-31T23:59:60Z",
    "2026-06-01T09:00:00." + "9" * 60 + "Z", "all", "any", "created_at_oldest_first", "active", "live", "canceled",
    "standard", "tutorial", "x" * 3000, "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
)  # fmt: skip
OPERATORS = (
    "one_of", "not_in", "gte", "lte", "date_range", "is_blank", "is_set", "", "[", "ONE_OF", "one_of]", "__class__",
)  # fmt: skip
METHODS = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "",
    "G\0T",
    "QUERY",
)
AUTHORIZATIONS = (
    None, "", " ", "Bearer", "Bearer ", "Bearer x", f"Basic {DEFAULT_TOKEN}", DEFAULT_TOKEN, f"Bearer {DEFAULT_TOKEN}x",
    "Bearer \xff\xfe", "Bearer " + "x" * 8000,
)  # fmt: skip
AUTHORIZED = f"Bearer {DEFAULT_TOKEN}"
NOT_OBJECTS = (b"null", b"true", b"1", b'"x"', b"[]", b"NaN", b"-", b"1e999", b"\xef\xbb\xbf{}", b"{}")
TOO_DEEP = (b"[" * 100_000, b'{"a":' * 50_000, b"[" * 900 + b"null" + b"]" * 900, b'"' + b"\\" * 999)

_PARAMETER = re.compile(r"\{\w+\}")


def _with_a_random_byte(rng: Random, body: bytes) -> bytes:
    place = rng.randrange(len(body))
    return body[:place] + rng.randbytes(1) + body[place + 1 :]


MANGLINGS: Sequence[Callable[[Random, bytes], bytes | None]] = (
    lambda rng, body: None,  # what the shell makes of a body over the size cap
    lambda rng, body: b"",
    lambda rng, body: body[: rng.randrange(len(body))],
    lambda rng, body: body + rng.choice((b"}", b"\0", b" ", b"[]", body)),
    _with_a_random_byte,
    lambda rng, body: rng.randbytes(rng.randrange(1, 200)),
    lambda rng, body: body.decode("utf-8", "replace").encode(
        rng.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7"))
    ),
    lambda rng, body: rng.choice(TOO_DEEP),
    lambda rng, body: rng.choice(NOT_OBJECTS),
    lambda rng, body: body.replace(b"{", b'{"name":1,"name":{},"id":null,', 1),
    lambda rng, body: body.replace(b'"', b"'"),
    lambda rng, body: body.replace(b": ", b": " + b" " * 5000),
)


def collection_of(name: str) -> str:
    """The collection that a parameter or property such as `to_severity_id` or `incident_role` names a row of."""
    plain = name.removesuffix("_id").removeprefix("to_").removeprefix("follow_up_")
    known = {"assignee": "users", "status": "incident_statuses", "category": "follow_up_categories"}
    if plain in known:
        return known[plain]
    return f"{plain[:-1]}ies" if plain.endswith("y") else f"{plain}es" if plain.endswith("s") else f"{plain}s"


class HostileRequests:
    """An endless stream of them, the same for the same seed.

    With `refused_only`, none of them can succeed in changing anything. `operations` are the ids of those that they
    are for, instead of all.
    """

    def __init__(
        self,
        document: Document,
        dataset: Dataset,
        seed: int,
        *,
        refused_only: bool = False,
        operations: Container[str] | None = None,
    ) -> None:
        self._document = document
        self._rng = Random(seed)
        self._refused_only = refused_only
        self._operations = [
            each for id_, each in document.operations.items() if operations is None or id_ in operations
        ]
        self._ids = {
            name: [str(row["id"]) for row in rows] for name, rows in dataset.collections.items() if rows
        }
        self._every_id = [id_ for ids in self._ids.values() for id_ in ids]
        self._entries = list(_custom_field_entries(dataset))
        self._payloads = {each.id: json.dumps(_example(document, each)) for each in self._operations}

    def __iter__(self) -> Iterator[Request]:
        return self

    def __next__(self) -> Request:
        rng = self._rng
        operation = rng.choice(self._operations)
        return Request(
            method=operation.method if rng.random() < 0.95 else rng.choice(METHODS),
            path=self._path(operation),
            query=self._query(operation) if rng.random() < 0.5 else "",
            authorization=AUTHORIZED if rng.random() < 0.95 else rng.choice(AUTHORIZATIONS),
            body=self._body(operation),
            base_url="http://[::1" if rng.random() < 0.01 else "http://127.0.0.1",
        )

    def _path(self, operation: Operation) -> str:
        path = operation.path
        if "{" in path:
            collection = path.split("/")[2]
            path = _PARAMETER.sub(lambda _: self._reference(collection), path)
        return path if self._rng.random() < 0.97 else self._broken(path)

    def _reference(self, collection: str) -> str:
        chance = self._rng.random()
        if chance < 0.7 and collection in self._ids and not self._refused_only:
            return self._rng.choice(self._ids[collection])
        if chance < 0.8:
            return str(self._rng.randrange(200))
        text = self._rng.choice(TEXTS)
        return quote(text, safe="") if chance < 0.95 else text

    def _broken(self, path: str) -> str:
        rng = self._rng
        place = rng.randrange(len(path) + 1)
        return rng.choice(
            (
                path[:place],
                path[:place] + rng.choice(TEXTS) + path[place:],
                path.upper(),
                f"/{path}/",
                path.replace("v2", "v9"),
                quote(path, safe=""),
                "*",
                "http://example.com" + path,
                path + ";a=b",
                path.replace("/", "//"),
            )
        )

    def _query(self, operation: Operation) -> str:
        rng = self._rng
        declared = [each for each in operation.parameters if each.location == "query"]
        pairs = []
        for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
            parameter = rng.choice(declared) if declared and rng.random() < 0.9 else None
            name = rng.choice(TEXTS) if parameter is None else parameter.name
            text = self._value_of(name)
            if parameter is not None and parameter.style == "deepObject":
                name += self._brackets(name)
            elif rng.random() < 0.1:
                name += rng.choice(("[]", "[", "]", "[one_of]", "[x][y]", "[[]]", "."))
            pairs.append(f"{name}={text}" if rng.random() < 0.05 else f"{quote(name)}={quote(text)}")
        if rng.random() < 0.01:
            pairs *= 500
        return rng.choice(("&", "&", "&", "&&", ";")).join(pairs)

    def _value_of(self, name: str) -> str:
        rng = self._rng
        chance = rng.random()
        if chance < 0.3 and collection_of(name) in self._ids:
            return rng.choice(self._ids[collection_of(name)])
        if chance < 0.5 and name == "page_size":
            return str(rng.randrange(1, 500))
        return rng.choice(self._every_id) if chance < 0.6 else rng.choice(TEXTS)

    def _brackets(self, name: str) -> str:
        rng = self._rng
        operator = f"[{rng.choice(OPERATORS)}]"
        if rng.random() < 0.1:
            return operator * rng.choice((0, 2, 3, 50))
        if name in ("custom_field", "incident_role"):
            return f"[{self._value_of(name)}]{operator}"
        return operator

    def _body(self, operation: Operation) -> bytes | None:
        rng = self._rng
        if operation.request_schema is None:
            return b"" if rng.random() < 0.9 else rng.randbytes(rng.randrange(64))
        payload = json.loads(self._payloads[operation.id])
        self._fill(payload)
        for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 4))):
            payload = self._mutated(payload)
        if self._refused_only:
            payload = {name: {} for name in payload} if isinstance(payload, dict) else []
        text = json.dumps(payload, ensure_ascii=rng.random() < 0.5)
        body = text.encode("utf-8", "surrogatepass")
        return body if rng.random() < 0.85 else rng.choice(MANGLINGS)(rng, body)

    def _fill(self, node: Any) -> None:
        """Put ids that exist where the example has its own."""
        rng = self._rng
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "custom_field_entries":
                    node[name] = copy.deepcopy(rng.choices(self._entries, k=rng.randrange(3)))
                elif isinstance(value, str) and name.endswith("_id"):
                    ids = self._ids.get(collection_of(name)) or self._every_id
                    node[name] = rng.choice(ids)
                elif name == "assignee":
                    node[name] = {"id": rng.choice(self._ids["users"])}
                elif name == "idempotency_key":
                    node[name] = str(rng.random())
                else:
                    self._fill(value)
        elif isinstance(node, list):
            for value in node:
                self._fill(value)

    def _mutated(self, payload: Any) -> Any:
        rng = self._rng
        places = list(_places(payload))
        if not places or rng.random() < 0.02:
            return self._anything()
        holder, key = rng.choice(places)
        match rng.randrange(6):
            case 0 | 1:
                holder[key] = self._anything()
            case 2:
                del holder[key]
            case 3:
                holder[key] = [holder[key]] * rng.choice((0, 1, 2, 2000 if rng.random() < 0.01 else 3))
            case 4:
                holder[key] = rng.choice(self._every_id)
            case _ if isinstance(holder, dict):
                holder[rng.choice(TEXTS)] = self._anything()
        return payload

    def _anything(self) -> Any:
        rng = self._rng
        match rng.randrange(8):
            case 0 | 1 | 2:
                return rng.choice(TEXTS)
            case 3 | 4:
                return rng.choice(
                    (None, True, False, 0, -1, 0.5, 1e308, 2**31, 2**63 - 1, 2**63, -(2**63), 10**30)
                )
            case 5:
                return rng.choice(([], {}, [[]], [{}], {"": {}}, {"id": []}, [None], "\ud800", {"\udfff": 1}))
            case 6:
                return _nested(rng.choice((2, 20, 120, 300)), rng.choice(([], None, 1)))
            case _:
                return rng.choice(self._every_id)


def _example(document: Document, operation: Operation) -> Any:
    """The example payload of the operation, or one that is made up; None when it takes no body."""
    raw = document.raw["paths"][operation.path][operation.method.lower()]
    if "requestBody" not in raw:
        return None
    documented = raw["requestBody"]["content"].get("application/json", {})
    if "example" in documented or operation.request_schema is None:
        return documented.get("example")
    return Sampler(document).sample(operation.request_schema, operation.id)


def _custom_field_entries(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Payloads that set a custom field as its type has it."""
    rows = dataset.collections
    option_of = {row["custom_field_id"]: row["id"] for row in rows["custom_field_options"]}
    for field in rows["custom_fields"]:
        if "catalog_type_id" in field:
            value = {"value_catalog_entry_id": rows["catalog_entries"][0]["id"]}
        elif field["id"] in option_of:
            value = {"value_option_id": option_of[field["id"]]}
        else:
            value = {f"value_{field['field_type']}": "12.5"}
        yield {"custom_field_id": field["id"], "values": [value]}


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    keys: Sequence[Any] | Mapping[str, Any] | range = ()
    if isinstance(node, dict):
        keys = list(node)
    elif isinstance(node, list):
        keys = range(len(node))
    for key in keys:
        yield node, key
        yield from _places(node[key])


def _nested(depth: int, core: Any) -> Any:
    for level in range(depth):
        core = [core] if level % 2 else {"a": core}
    return core
