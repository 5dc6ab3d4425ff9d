"""What a library wraps into one exception is taken apart."""

import json
from typing import ClassVar

import cattrs
import pydantic
import pytest
from attrs import define

from incident_double.contract_tests.decode.outcomes import Issue
from incident_double.contract_tests.decode.targets.wrapped_errors import issues_of, issues_of_json


class OfPydantic(pydantic.BaseModel):
    name: str
    ranks: list[int]


@define
class Inner:
    rank: int


@define
class Outer:
    name: str
    inner: list[Inner]


def raised_by_pydantic() -> BaseException:
    with pytest.raises(pydantic.ValidationError) as raised:
        OfPydantic.model_validate({"ranks": [1, "x"]})
    return raised.value


def raised_by_cattrs() -> BaseException:
    with pytest.raises(cattrs.ClassValidationError) as raised:
        cattrs.structure({"inner": [{"rank": 1}, {"rank": "x"}]}, Outer)
    return raised.value


class MessagesError(Exception):
    messages: ClassVar[object] = {
        "name": ["Missing."],
        "inner": {1: {"rank": ["Not a number.", "Too long."]}},
    }


class ErrorsError(Exception):
    errors: ClassVar[object] = [{"path": ["a", 0], "message": "wrong"}]


@pytest.mark.parametrize(
    ("error", "places"),
    [
        (raised_by_pydantic(), [("name",), ("ranks", 1)]),
        (raised_by_cattrs(), [("name",), ("inner", 1, "rank")]),
        (MessagesError(), [("name",), ("inner", 1, "rank"), ("inner", 1, "rank")]),
        (ErrorsError(), [("a", 0)]),
        (ExceptionGroup("two", [ValueError("a"), ExceptionGroup("one", [KeyError("b")])]), [(), ()]),
        (ValueError("one"), []),
    ],
    ids=["pydantic", "cattrs", "messages", "errors", "a group", "a plain one"],
)
def test_each_thing_is_found_with_its_place(error: BaseException, places: list[tuple[object, ...]]) -> None:
    assert [each.path for each in issues_of(error)] == places


LISTED = [{"code": "invalid_type", "path": ["severity", "rank"], "message": "Expected a number"}]


@pytest.mark.parametrize(
    "answer",
    [{"issues": LISTED}, {"errors": LISTED}, {"message": json.dumps(LISTED)}],
    ids=["issues", "errors", "the message"],
)
def test_an_answer_lists_issues_as_zod_does(answer: dict[str, object]) -> None:
    assert issues_of_json(answer) == (Issue(("severity", "rank"), "invalid_type", "Expected a number"),)


@pytest.mark.parametrize(
    "answer", [{}, {"issues": 1}, {"issues": [1, {}]}, {"message": "[no JSON"}, {"message": 3}]
)
def test_an_answer_that_lists_nothing_has_none(answer: dict[str, object]) -> None:
    assert issues_of_json(answer) == ()
