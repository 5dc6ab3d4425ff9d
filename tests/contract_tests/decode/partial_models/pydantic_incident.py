"""Seven properties in pydantic. Faults: no incident without a summary, and none whose visibility is new."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class Visibility(StrEnum):
    public = "public"
    private = "private"


class Role(BaseModel):
    id: str
    name: str
    role_type: str
    shortform: str


class User(BaseModel):
    id: str
    name: str
    email: str | None = None


class Assignment(BaseModel):
    role: Role
    assignee: User | None = None


class Incident(BaseModel):
    id: str
    name: str
    summary: str
    visibility: Visibility
    created_at: datetime
    incident_role_assignments: list[Assignment]
    workload_minutes_total: float | None = Field(default=None)
