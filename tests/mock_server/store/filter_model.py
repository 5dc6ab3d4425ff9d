"""Which incidents a list should show: every filter as a question to one incident, asked of all of them."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from .incident_model import IncidentModel
from .parts_model import moment
from .settings_model import Refused, Row, refuse_if

ALIASES = {"active": "live", "post-incident": "learning"}
CATEGORIES = ("triage", "live", "learning", "paused", "closed", "declined", "canceled", "merged")
MODES = ("standard", "retrospective", "test", "tutorial")
TAKEN = {
    "status": ("one_of", "not_in"),
    "status_category": ("one_of", "not_in"),
    "severity": ("one_of", "not_in", "gte", "lte"),
    "incident_type": ("one_of", "not_in"),
    "mode": ("one_of",),
    "created_at": ("gte", "lte", "date_range"),
    "updated_at": ("gte", "lte", "date_range"),
    "incident_role": ("one_of", "is_blank", "is_set"),
    "custom_field": ("one_of", "not_in", "is_blank", "is_set"),
}
"""The operators of each filter."""


class Filter(NamedTuple):
    """`name[id][operator]=value`, for each of the values."""

    name: str
    operator: str
    values: tuple[str, ...]
    id: str = ""

    @property
    def parameter(self) -> str:
        return f"{self.name}[{self.id}][{self.operator}]" if self.id else f"{self.name}[{self.operator}]"


def listed(
    model: IncidentModel, filters: Iterable[Filter], *, any_of_them: bool = False, private: bool = True
) -> list[Row]:
    """The incidents to list, as they have to be shown, oldest first."""
    filters = list(filters)
    for each in filters:
        _check(model, filters, each)
    views = [model.view(row) for row in model.incidents]
    return [
        view
        for view in views
        if (any if any_of_them and filters else all)(_fits(model, view, each) for each in filters)
        and _is_shown(view, filters)
        and (private or view["visibility"] == "public")
    ]


def _check(model: IncidentModel, filters: list[Filter], each: Filter) -> None:
    taken = TAKEN[each.name]
    if each.name == "custom_field" and _field_type(model, each.id) == "numeric":
        taken = (*taken, "gte", "lte")
    refuse_if(each.operator not in taken)
    if each.name in ("created_at", "updated_at"):
        refuse_if({"gte", "lte"} <= {other.operator for other in filters if other.name == each.name})
    for value in each.values:
        _check_value(each, value)


def _check_value(each: Filter, value: str) -> None:
    if each.name == "status_category":
        refuse_if(ALIASES.get(value, value) not in CATEGORIES)
    elif each.name == "mode":
        refuse_if(value not in MODES)
    elif each.operator in ("is_blank", "is_set"):
        refuse_if(value not in ("true", "false"))
    elif each.name in ("created_at", "updated_at"):
        _days(each.operator, value)
    elif each.name == "custom_field" and each.operator in ("gte", "lte"):
        refuse_if(_number(value) is None)


def _field_type(model: IncidentModel, id_: str) -> str | None:
    field = model.settings["custom_fields"].get(id_)
    return None if field is None else str(field["field_type"])


def _is_shown(view: Row, filters: list[Filter]) -> bool:
    """Whether it is shown although nobody asked for its mode and category."""
    named = {each.name for each in filters}
    asked = "status_category" in named or ("status", "one_of") in {
        (each.name, each.operator) for each in filters
    }
    hidden = view["incident_status"]["category"] in ("declined", "canceled", "merged")
    return ("mode" in named or view["mode"] in ("standard", "retrospective")) and (asked or not hidden)


def _fits(model: IncidentModel, view: Row, each: Filter) -> bool:
    has = held(view, each)
    if each.operator in ("is_blank", "is_set"):
        return any(
            (value == "true") == ((has == []) == (each.operator == "is_blank")) for value in each.values
        )
    if each.name in ("created_at", "updated_at"):
        return any(_in_days(view[each.name], each.operator, value) for value in each.values)
    if each.operator in ("gte", "lte"):
        if each.name == "severity":
            return any(_compares(_rank(view), each.operator, _rank_of(model, value)) for value in each.values)
        numbers = [_number(text) for text in has]
        return any(
            _compares(number, each.operator, _number(value)) for number in numbers for value in each.values
        )
    wanted = (
        [ALIASES.get(value, value) for value in each.values]
        if each.name == "status_category"
        else each.values
    )
    return any(value in wanted for value in has) == (each.operator == "one_of")


def held(view: Row, each: Filter) -> list[str]:
    """What the incident has of what the filter asks for."""
    match each.name:
        case "status":
            return [view["incident_status"]["id"]]
        case "status_category":
            return [view["incident_status"]["category"]]
        case "severity" | "incident_type":
            return [view[each.name]["id"]] if each.name in view else []
        case "mode":
            return [view["mode"]]
        case "incident_role":
            rows = [row for row in view["incident_role_assignments"] if row["role"]["id"] == each.id]
            return [row["assignee"]["id"] for row in rows if "assignee" in row]
        case "custom_field":
            entries = [
                entry for entry in view["custom_field_entries"] if entry["custom_field"]["id"] == each.id
            ]
            return [name for entry in entries for value in entry["values"] for name in _names(value)]
    return []


def _names(value: Row) -> list[str]:
    names = [value[kind] for kind in ("value_text", "value_link", "value_numeric") if kind in value]
    if "value_option" in value:
        names.append(value["value_option"]["id"])
    entry = value.get("value_catalog_entry", {})
    return [
        *names,
        *(entry[name] for name in ("id", "external_id") if name in entry),
        *entry.get("aliases", []),
    ]


def _rank(view: Row) -> int | None:
    return view["severity"]["rank"] if "severity" in view else None


def _rank_of(model: IncidentModel, severity_id: str) -> int | None:
    known = [*model.all("severities"), *(row["severity"] for row in model.incidents if "severity" in row)]
    return next((row["rank"] for row in known if row["id"] == severity_id), None)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _compares(found: int | Decimal | None, operator: str, limit: int | Decimal | None) -> bool:
    if found is None or limit is None:
        return False
    return found >= limit if operator == "gte" else found <= limit


def _days(operator: str, text: str) -> tuple[float, float]:
    """The first and last day that a date filter lets through, as `date` counts them."""
    first, tilde, last = text.partition("~")
    refuse_if((operator == "date_range") != bool(tilde))
    days = [_day(first), _day(last)] if tilde else [_day(first)]
    if operator == "gte":
        return days[0], float("inf")
    return (float("-inf"), days[0]) if operator == "lte" else (days[0], days[1])


def _day(text: str) -> int:
    refuse_if(re.fullmatch(r"\d{4}-\d\d-\d\d", text) is None)
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise Refused(422) from None


def _in_days(text: str, operator: str, value: str) -> bool:
    first, last = _days(operator, value)
    return first <= moment(text)[0] // 86400 - 146097 <= last  # see `moment` for the days that it counts more
