"""Six properties in attrs, structured by cattrs. Faults: creators need a user, a lower-case `z`, closed categories."""

from datetime import datetime
from enum import Enum

import cattrs
from attrs import define


class Category(Enum):
    TRIAGE = "triage"
    DECLINED = "declined"
    MERGED = "merged"
    CANCELED = "canceled"
    LIVE = "live"
    LEARNING = "learning"
    CLOSED = "closed"
    PAUSED = "paused"


@define
class User:
    id: str
    name: str


@define
class Creator:
    user: User


@define
class Status:
    id: str
    name: str
    category: Category


@define
class Incident:
    id: str
    name: str
    creator: Creator
    incident_status: Status
    updated_at: datetime
    permalink: str | None = None


CONVERTER = cattrs.Converter()
CONVERTER.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))


def decode(value: object) -> Incident:
    return CONVERTER.structure(value, Incident)
