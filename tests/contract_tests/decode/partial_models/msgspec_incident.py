"""Eight properties in msgspec. Faults: unknown properties of a severity, a rank beyond 32 bits, a closed mode."""

from typing import Annotated, Literal

import msgspec


class Severity(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    name: str
    description: str
    rank: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
    created_at: str
    updated_at: str


class Team(msgspec.Struct):
    id: str


class Incident(msgspec.Struct, omit_defaults=True):
    id: str
    reference: str
    name: str
    mode: Literal["standard", "retrospective", "test", "tutorial", "stream"]
    created_at: str
    team_ids: list[str]
    severity: Severity | None = None
    has_debrief: bool | None = None


def decode(value: object) -> Incident:
    return msgspec.convert(value, Incident)
