"""Whatever an encoder gives back is read, or is a finding of its place; a run is never lost."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import msgspec
import pydantic
import pytest

from incident_double.contract_tests.decode.outcomes import Returned, TargetError
from incident_double.contract_tests.decode.targets.callables import CallableTarget
from incident_double.contract_tests.decode.targets.plain_json import plain_json


class Colour(Enum):
    RED = "red"


class Rank(IntEnum):
    HIGH = 3


@dataclass
class OfDataclass:
    a: Any


@attrs.define
class OfAttrs:
    a: Any


class OfMsgspec(msgspec.Struct):
    a: Any


class OfPydantic(pydantic.BaseModel):
    a: Any


class OfTuple(NamedTuple):
    a: Any


MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BIG = 2**80 + 1


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"a": BIG}, {"a": BIG}),
        ({"a": [BIG, {"b": BIG}]}, {"a": [BIG, {"b": BIG}]}),
        (f'{{"a": {BIG}}}', {"a": BIG}),
        (f'{{"a": {BIG}}}'.encode(), {"a": BIG}),
        ({"a": MOMENT}, {"a": "2026-01-02T03:04:05+00:00"}),
        ({"a": MOMENT, "b": BIG}, {"a": "2026-01-02T03:04:05+00:00", "b": BIG}),
        ({"a": date(2026, 1, 2), "b": BIG}, {"a": "2026-01-02", "b": BIG}),
        ({"a": timedelta(minutes=1)}, {"a": 60.0}),
        ({"a": Decimal(12), "b": Decimal("0.5"), "c": Decimal(BIG)}, {"a": 12, "b": 0.5, "c": BIG}),
        ({"a": UUID(int=1), "b": {1}}, {"a": str(UUID(int=1)), "b": [1]}),
        ({"a": Colour.RED, "b": Rank.HIGH, "c": BIG}, {"a": "red", "b": 3, "c": BIG}),
        ({Colour.RED: 1, 2: BIG}, {"red": 1, "2": BIG}),
        ({"a": (1, {"b"})}, {"a": [1, ["b"]]}),
        (OfDataclass(BIG), {"a": BIG}),
        (OfAttrs(MOMENT), {"a": "2026-01-02T03:04:05+00:00"}),
        (OfMsgspec(BIG), {"a": BIG}),
        (OfPydantic(a=BIG), {"a": BIG}),
        (OfTuple({1}), {"a": [1]}),
        ({"a": object(), "b": 1}, {"a": "<object object>", "b": 1}),
        ({"a": lambda: 1}, {"a": "<function object>"}),
        ("no JSON", "no JSON"),
        (b"\xff", "�"),
        (None, None),
    ],
    ids=lambda value: re.sub(r" at 0x[0-9a-f]+", "", repr(value)),
)
def test_it_is_read_as_json(given: object, read: object) -> None:
    assert plain_json(given, {}) == read


def test_a_number_that_is_none_is_not_lost() -> None:
    assert json.dumps(plain_json({"a": float("nan"), "b": BIG}, {})) == f'{{"a": NaN, "b": {BIG}}}'


def test_a_set_keeps_the_order_in_which_it_was_sent() -> None:
    assert plain_json({"a": {"x", "y", "z"}}, {"a": ["z", "x", "y"]}) == {"a": ["z", "x", "y"]}


def test_what_leads_back_to_itself_is_read_as_far_as_it_goes() -> None:
    value: dict[str, Any] = {}
    value["a"] = value

    assert list(plain_json(value, {})) == ["a"]


class Model:
    def __init__(self, value: object) -> None:
        self.value = value

    def dump(self) -> object:
        return self.value


def to_model(value: object) -> object:
    return None if value == 0 else Model(value)


def test_a_method_that_what_it_returns_lacks_is_said_in_one_line() -> None:
    target = CallableTarget(f"{__name__}:to_model", encode="to_json")

    with pytest.raises(TargetError, match="Model has no to_json: name what gives JSON with --encode"):
        target.decode(b"1")


def test_nothing_is_nothing_though_it_has_no_method() -> None:
    target = CallableTarget(f"{__name__}:to_model", encode="dump")

    assert target.decode(b"1") == Returned(1, encodes=True)
    assert target.decode(b"0") == Returned(None, encodes=True)
