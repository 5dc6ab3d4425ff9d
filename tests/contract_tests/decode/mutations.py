"""Small faults, each made in the source of the careful decoder: what authors of clients get wrong."""

MUTATIONS: dict[str, tuple[str, str]] = {
    # keys and properties
    "another key for a text": (
        "known = {name: text_of(value, name)",
        'known = {name: text_of(value, name.replace("reference", "name"))',
    ),
    "camel case key": ('value.get("duration_metrics")', 'value.get("durationMetrics")'),
    "an optional property forgotten": (
        '"slack_channel_name", "slack_channel_url", "summary",',
        '"slack_channel_name", "slack_channel_url",',
    ),
    "a boolean forgotten": ('"call_url", "has_debrief", ', '"call_url", '),
    "a number forgotten": ('"workload_minutes_late", ', ""),
    "a nested object forgotten": ('"creator", "debriefs", ', '"creator", '),
    "a list forgotten": ('"team_ids", "postmortem_document_ids"', '"team_ids"'),
    "two properties exchanged": (
        'created_at=read_time(value["created_at"]),\n        updated_at=read_time(value["updated_at"]),\n    )',
        'created_at=read_time(value["updated_at"]),\n        updated_at=read_time(value["created_at"]),\n    )',
    ),
    "an optional property required": (
        'severity=decode_severity(value["severity"]) if "severity" in value else None',
        'severity=decode_severity(value["severity"])',
    ),
    "the type required": (
        "rest={name: value[name] for name in REST if name in value}",
        'rest={name: value[name] for name in REST if name in value or name == "incident_type"}',
    ),
    "an assignee required": ('if "assignee" in value:', "if True:"),
    "an optional text required": (
        "if name in value:\n            known",
        'if name in value or name == "permalink":\n            known',
    ),
    "a value of a timestamp required": (
        'if "value" in value:\n            moment',
        "if True:\n            moment",
    ),
    "value_seconds required": ('if "value_seconds" in value else {}', "if True else {}"),
    # types
    "integers as doubles": ('rank=int(value["rank"])', 'rank=float(value["rank"])'),
    "seconds as doubles": ('int(value["value_seconds"])', 'int(float(value["value_seconds"]))'),
    "a rank of 32 bits": ('rank=int(value["rank"])', 'rank=(int(value["rank"]) + 2**31) % 2**32 - 2**31'),
    "a rank never negative": ('rank=int(value["rank"])', 'rank=abs(int(value["rank"]))'),
    "a rank as text": ('rank=int(value["rank"])', 'rank=str(value["rank"])'),
    "minutes as integers": (
        "known[name] = value[name]",
        'known[name] = int(value[name]) if name == "workload_minutes_total" else value[name]',
    ),
    "a boolean by its truth": (
        "known[name] = value[name]",
        'known[name] = bool(value[name]) if name == "call_url" else value[name]',
    ),
    "a flag dropped when false": ("known[name] = value[name]", "known[name] = value[name] or None"),
    "an empty text dropped": (
        "if name in value:\n            known",
        "if value.get(name):\n            known",
    ),
    # lists
    "the first item lost": (
        'for each in value["incident_role_assignments"]]',
        'for each in value["incident_role_assignments"][1:]]',
    ),
    "the last item lost": (
        'for each in value["custom_field_entries"]]',
        'for each in value["custom_field_entries"][:-1]]',
    ),
    "one item only": (
        'field["options"] = [dict(option) for option in field["options"]]',
        'field["options"] = [dict(option) for option in field["options"][:1]]',
    ),
    "a list needs an item": ("values = []", 'values = [] if value["values"][0] else []'),
    "a list reversed": (
        '[decode_assignment(each) for each in value["incident_role_assignments"]]',
        '[decode_assignment(each) for each in value["incident_role_assignments"][::-1]]',
    ),
    "a list sorted": ("lists = {name: list(value[name])", "lists = {name: sorted(value[name])"),
    "a list without repetition": (
        "lists = {name: list(value[name])",
        "lists = {name: list(dict.fromkeys(value[name]))",
    ),
    "an absent list invented": (
        "    if values is None:\n        return None\n    decoded = []",
        "    values = values or []\n    decoded = []",
    ),
    "an empty list dropped": ("if incident.metrics is not None:", "if incident.metrics:"),
    "entries without values dropped": (
        '[decode_entry(each) for each in value["custom_field_entries"]]',
        '[decode_entry(each) for each in value["custom_field_entries"] if each["values"]]',
    ),
    # times
    "the offset dropped": ("micros, timezone(offset))", "micros, UTC)"),
    "offsets the wrong way round": (
        '-offset if zone[0] == "-" else offset',
        '-offset if zone[0] == "+" else offset',
    ),
    "minutes of offsets forgotten": ("minutes=int(zone[4:])", "minutes=0"),
    "fractions dropped": ('micros = int(fraction[1:7].ljust(6, "0"))', "micros = 0"),
    "fractions padded on the left": ('fraction[1:7].ljust(6, "0")', 'fraction[1:7].rjust(6, "0")'),
    "capital T only": ("[Tt](", "[T]("),
    "capital Z only": ("([Zz]|", "([Z]|"),
    "milliseconds required": (r"(\.\d+)?", r"(\.\d+)"),
    "three decimals at most": (r"(\.\d+)?", r"(\.\d{1,3})?"),
    "no times before 1970": (
        "return datetime(year,",
        "if year < 1970:\n        raise RefusedError(text)\n    return datetime(year,",
    ),
    "the zone not written": ("return moment.isoformat()", "return moment.replace(tzinfo=None).isoformat()"),
    # enumerations and ids
    "a closed enumeration": (
        'category=value["category"]',
        'category={each: each for each in ("triage", "declined", "merged", "canceled", "live", "learning", "closed", "paused")}[value["category"]]',
    ),
    "an enumeration of yesterday": (
        '"status": value["status"]',
        '"status": {"success": "success"}[value["status"]]',
    ),
    "an unknown value made known": (
        'category=value["category"]',
        'category=value["category"] if value["category"] in ("triage", "live", "closed") else "closed"',
    ),
    "ids of 26 characters": (
        "    known = {name",
        '    if len(value["slack_channel_id"]) not in (0, 11):\n        raise RefusedError("slack_channel_id")\n    known = {name',
    ),
    "unknown properties refused": (
        "    known = {name",
        '    if value.keys() - {*TEXTS, *OPTIONAL, *TIMES, *LISTS, *REST, "incident_status", "severity", "incident_role_assignments", "custom_field_entries", "incident_timestamp_values", "duration_metrics"}:\n        raise RefusedError("unknown property")\n    known = {name',
    ),
    # texts
    "texts stripped": ("    return found\n\n\ndef decode(", "    return found.strip()\n\n\ndef decode("),
    "texts in lower case": ("    return found\n\n\ndef decode(", "    return found.lower()\n\n\ndef decode("),
    "texts of ASCII only": (
        "    return found\n\n\ndef decode(",
        '    return found.encode("ascii", "replace").decode()\n\n\ndef decode(',
    ),
    "texts cut": ("    return found\n\n\ndef decode(", "    return found[:100]\n\n\ndef decode("),
    "an empty text refused": (
        "    if not isinstance(found, str):",
        "    if not isinstance(found, str) or not found:",
    ),
    "a default invented": ("    return incident", "    return incident")
    if False
    else ("value |= incident.rest", 'value |= {"incident_type": {}} | incident.rest'),
}
"""By what is wrong: what stands in the source once, and what takes its place."""
