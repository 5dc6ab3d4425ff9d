"""What an operation answered, as the console shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...openapi import Json
from ..request.messages import Reply


class Reason(NamedTuple):
    """Why something was refused: one entry of `errors` in the vendor's envelope."""

    code: str
    message: str
    field: str
    """A dotted path; empty where no field is to blame."""

    @property
    def name(self) -> str:
        """The last part of the field."""
        return self.field.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answered, or that it didn't."""

    status: int
    """0 where there was no answer."""
    content: Json = None
    note: str = ""
    """What was ignored without a word."""
    fault: str = ""
    """The armed fault that struck."""

    @property
    def is_good(self) -> bool:
        """Whether it is the normal answer, untouched by faults."""
        return 200 <= self.status < 300 and not self.fault

    @property
    def page_status(self) -> int:
        """The status of a page that shows it: 502 for what a fault has struck without a status of its own."""
        if self.is_good:
            return 200
        return self.status if self.status >= 400 else 502

    @property
    def reasons(self) -> list[Reason]:
        """Why it isn't; empty when it is."""
        if self.is_good:
            return []
        struck = [Reason("", f"An armed fault struck this request: {self.fault}", "")] if self.fault else []
        found = struck + reasons(self.content)
        return found or [Reason("", f"The answer was {self.status}", "")]


def answer_of(reply: Reply) -> Answer:
    """Give a reply as it is shown."""
    return Answer(reply.status, reply.json(), reply.note, reply.fault or "")


def reasons(body: Json) -> list[Reason]:
    """Give what the vendor's envelope gives as reasons; empty for a body that is none."""
    errors = body.get("errors") if isinstance(body, Mapping) else None
    if not isinstance(errors, list):
        return []
    return [_reason(each) for each in errors if isinstance(each, Mapping)]


def _reason(error: Mapping[str, Any]) -> Reason:
    source = error.get("source")
    field = source.get("field", "") if isinstance(source, Mapping) else ""
    return Reason(str(error.get("code", "")), str(error.get("message", "")), str(field))


class Form:
    """What a person has typed, and what is wrong with it."""

    def __init__(
        self, values: Mapping[str, Any], answer: Answer | None = None, names: tuple[str, ...] = ()
    ) -> None:
        self._values = values
        self._names = names
        self.all_reasons = answer.reasons if answer else []

    def value(self, name: str) -> str:
        """Give what stands in a field; empty at first."""
        value = self._values.get(name)
        return "" if value is None else str(value)

    def reasons(self, name: str) -> list[Reason]:
        """Give what is wrong with a field."""
        return [each for each in self.all_reasons if each.name == name]

    @property
    def other_reasons(self) -> list[Reason]:
        """What is wrong, but with no field that is shown."""
        return [each for each in self.all_reasons if each.name not in self._names]
