"""Requests to draw: mostly such as can succeed, by what the model holds at the moment."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from .filter_model import CATEGORIES, MODES, TAKEN, Filter, held
from .incident_model import IncidentModel, number_of
from .settings_model import INT64_MAX, SELECTS, Row

UNKNOWN = "01ZZZZZZZZZZZZZZZZZZZZZZZZ"
TEXTS = st.sampled_from(["", " ", "Sign-in is down", "a  B ", "Größe: 2²", "📟", "x"])
NAMES = st.sampled_from(["Fixing", "fixing", "Documenting", "Odd", " Odd", "Größe", "x" * 50, " "])
DAYS = st.sampled_from(["2026-03-01", "2026-04-15", "2026-05-20", "2026-06-01", "2026-06-02", "1970-01-01"])
MOMENTS = st.sampled_from(
    [
        "2026-05-30T12:00:00Z",
        "2026-05-30T12:00:00.25Z",
        "2026-06-02T00:00:00+02:00",
        "1999-12-31t23:59:59.999999999z",
    ]
)
KINDS = {"status": "incident_statuses", "severity": "severities", "incident_type": "incident_types"}
RANKS = st.sampled_from([-1, 0, 1, 2, 3, 4, 5, 40, INT64_MAX])


def mostly(common: Iterable[Any], *rare: Any) -> st.SearchStrategy[Any]:
    """One of the common values, or in one of some 25 draws a rare one, which tends to be refused."""
    often = list(common)
    return st.sampled_from([*often * (25 * len(rare) // max(1, len(often)) + 1), *rare])


def ids(model: IncidentModel, kind: str) -> st.SearchStrategy[str]:
    return mostly(model.settings[kind], UNKNOWN)


def incidents(model: IncidentModel, *, by_number: bool = True) -> st.SearchStrategy[str]:
    """An incident by its id, or by its number; or none."""
    named = [row["id"] for row in model.incidents]
    numbers = [str(number_of(row)) for row in model.incidents] if by_number else []
    return mostly([*named, *numbers], UNKNOWN)


def declarations(model: IncidentModel) -> st.SearchStrategy[Row]:
    options = {
        "external_id": st.integers(-1, 60),
        "slack_channel_id": st.sampled_from(["", "C0CHANNEL01"]),
        "postmortem_document_url": st.just("https://example.com/postmortem"),
    }
    return st.fixed_dictionaries(
        {"visibility": st.sampled_from(["public", "public", "private"])},
        optional={
            **_common(model),
            "name": TEXTS,
            "mode": st.sampled_from(MODES),
            "incident_type_id": ids(model, "incident_types"),
            "slack_team_id": st.sampled_from(["", "T0OTHER"]),
            "retrospective_incident_options": st.fixed_dictionaries({}, optional=options),
        },
    )


def edits(model: IncidentModel) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries({}, optional={**_common(model), "name": TEXTS, "call_url": TEXTS})


def _common(model: IncidentModel) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "summary": TEXTS,
        "slack_channel_name_override": TEXTS,
        "severity_id": ids(model, "severities"),
        "incident_status_id": ids(model, "incident_statuses"),
        "incident_role_assignments": st.lists(_assignments(model), min_size=1, max_size=2),
        "custom_field_entries": st.lists(_entries(model), min_size=1, max_size=3),
        "incident_timestamp_values": st.lists(
            st.fixed_dictionaries(
                {"incident_timestamp_id": ids(model, "incident_timestamps")}, optional={"value": MOMENTS}
            ),
            min_size=1,
            max_size=2,
        ),
    }


def _assignments(model: IncidentModel) -> st.SearchStrategy[Row]:
    references = [
        reference
        for user in model.all("users")[:4]
        for reference in (
            {"id": user["id"]},
            {"email": user["email"].upper()},
            {"id": user["id"], "slack_user_id": user["slack_user_id"]},
        )
    ]
    roles = [row["id"] for row in model.all("incident_roles") if row["role_type"] != "reporter"]
    reporters = [row["id"] for row in model.all("incident_roles") if row["role_type"] == "reporter"]
    return st.fixed_dictionaries(
        {"incident_role_id": mostly(roles, *reporters, UNKNOWN)},
        optional={"assignee": mostly(references, {}, {"id": UNKNOWN}, {"email": ""})},
    )


def _entries(model: IncidentModel) -> st.SearchStrategy[Row]:
    fields = mostly(model.all("custom_fields"), {"id": UNKNOWN, "field_type": "text"})
    return fields.flatmap(lambda field: _entry(model, field))


def _entry(model: IncidentModel, field: Row) -> st.SearchStrategy[Row]:
    kind = field["field_type"]
    wrong = [
        {},
        {"value_link": "x", "value_text": "x"},
        {"value_option_id": UNKNOWN},
        {"value_numeric": "1e3"},
    ]
    if kind in SELECTS and "catalog_type_id" in field:
        entries = model.all("catalog_entries")
        own = [entry for entry in entries if entry["catalog_type_id"] == field["catalog_type_id"]]
        others = [entry for entry in entries if entry["catalog_type_id"] != field["catalog_type_id"]]
        names = [name for entry in own[:1] for name in _names(entry)] + [
            entry["id"] for entry in own[1:][-1:]
        ]
        values = [{"value_catalog_entry_id": name} for name in names]
        wrong += [{"value_catalog_entry_id": name} for entry in others[:1] for name in _names(entry)]
    elif kind in SELECTS:
        options = model.all("custom_field_options")
        values = [{"value_option_id": row["id"]} for row in options if row["custom_field_id"] == field["id"]]
        wrong += [{"value_option_id": row["id"]} for row in options if row["custom_field_id"] != field["id"]][
            :1
        ]
    elif kind == "numeric":
        values = [{"value_numeric": text} for text in ("", "12", "-0.5", "12.0")]
    else:
        values = [{f"value_{kind}": text} for text in ("", " ", "x", "y", "2026-06-01")]
    most = 3 if kind == "multi_select" else 1
    given = st.lists(mostly(values, *wrong), max_size=most) if values else st.just([])
    lists = mostly([given], st.lists(st.sampled_from(values or wrong), min_size=2, max_size=2))
    return lists.flatmap(lambda drawn: drawn).map(
        lambda drawn: {"custom_field_id": field["id"], "values": drawn}
    )


def _names(entry: Row) -> list[str]:
    """What a catalog entry can be referred to by."""
    return [entry["id"], *([entry["external_id"]] if "external_id" in entry else []), *entry["aliases"]]


def updates(model: IncidentModel) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(
        {"incident_id": incidents(model, by_number=False)},
        optional={
            "message": TEXTS,
            "to_incident_status_id": ids(model, "incident_statuses") | st.just(""),
            "to_severity_id": ids(model, "severities") | st.just(""),
        },
    )


def new_settings(model: IncidentModel, kind: str) -> st.SearchStrategy[Row]:
    if kind == "custom_field_options":
        options = {"custom_field_id": ids(model, "custom_fields"), "value": NAMES | TEXTS}
        return st.fixed_dictionaries(options, optional={"sort_key": RANKS})
    more: dict[str, st.SearchStrategy[str]] = {}
    if kind == "incident_statuses":
        more = {"category": st.sampled_from(["live", "learning", "closed"])}
    if kind == "custom_fields":
        more = {"field_type": st.sampled_from([*SELECTS, "text", "link", "numeric"])}
    return st.tuples(changed_settings(kind), st.fixed_dictionaries(more)).map(
        lambda parts: {**parts[0], **parts[1]}
    )


def changed_settings(kind: str) -> st.SearchStrategy[Row]:
    if kind == "custom_field_options":
        return st.fixed_dictionaries({"value": NAMES | TEXTS, "sort_key": RANKS})
    texts = {"name": NAMES, "description": st.sampled_from([" ", "What it means"])}
    if kind == "incident_roles":
        shortforms = st.sampled_from(["", "lead", "LEAD", "odd", "Odd"])
        return st.fixed_dictionaries({**texts, "shortform": shortforms, "instructions": TEXTS})
    return st.fixed_dictionaries(texts, optional={"rank": RANKS} if kind != "custom_fields" else {})


def filters(model: IncidentModel) -> st.SearchStrategy[list[Filter]]:
    """Up to three filters, each operator of each at most once."""
    some = st.lists(_filters(model), min_size=1, max_size=3, unique_by=lambda each: each.parameter)
    return mostly([some], st.just([])).flatmap(lambda drawn: drawn)


@st.composite
def _filters(draw: st.DrawFn, model: IncidentModel) -> Filter:
    name = draw(st.sampled_from(sorted(TAKEN)))
    nested = ""
    if name == "incident_role":
        nested = draw(ids(model, "incident_roles"))
    if name == "custom_field":
        nested = draw(mostly([*model.settings["custom_fields"], *_held_fields(model)], UNKNOWN))
    numeric = model.settings["custom_fields"].get(nested, {}).get("field_type") == "numeric"
    taken = [*TAKEN[name], *(["gte", "lte"] * 2 if numeric else [])]
    operator = draw(mostly(taken, "contains"))
    values = draw(st.lists(_values(model, name, operator, nested), min_size=1, max_size=3))
    return Filter(name, operator, tuple(values), nested)


def _held_fields(model: IncidentModel) -> list[str]:
    """Ids of custom fields that can stand between brackets."""
    held = {entry["custom_field"]["id"] for row in model.incidents for entry in row["custom_field_entries"]}
    return sorted(id_ for id_ in held if id_.isalnum())


def _values(model: IncidentModel, name: str, operator: str, nested: str) -> st.SearchStrategy[str]:
    if operator in ("is_blank", "is_set"):
        return mostly(["true", "false"], "yes")
    if name in ("created_at", "updated_at"):
        days = st.tuples(DAYS, DAYS).map("~".join) if operator == "date_range" else DAYS
        return mostly([days], st.sampled_from(["2026-06-01T09:00:00Z", "2026-02-30", "~", "today"])).flatmap(
            lambda drawn: drawn
        )
    if operator in ("gte", "lte"):
        return ids(model, "severities") if name == "severity" else mostly(["12", "-1", "1e2"], "x")
    if name == "status_category":
        return mostly([*CATEGORIES, "active", "post-incident"], "LIVE")
    if name == "mode":
        return mostly(MODES, "real")
    found = _held(model, name, nested)
    return mostly(found or [UNKNOWN], UNKNOWN, *(model.settings[KINDS[name]] if name in KINDS else ()))


def _held(model: IncidentModel, name: str, nested: str) -> list[str]:
    """What some incident has of what the filter asks for."""
    asked = Filter(name, "one_of", (), nested)
    return sorted({each for row in model.incidents for each in held(model.view(row), asked)})
