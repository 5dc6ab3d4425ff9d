"""For each rule of decoding, a decoder that breaks it. What keeps them all is `careful_decoder`."""

import re
import sys
import time
from datetime import datetime
from typing import Any

Json = Any

CATEGORIES = {"triage", "declined", "merged", "canceled", "live", "learning", "closed", "paused"}
TIME = re.compile(r"\.(\d{6})\d+")
MODULE = __name__


def enum_closed(value: Json) -> Json:
    if value["incident_status"]["category"] not in CATEGORIES:
        raise ValueError("no such category")
    return value


def property_closed(value: Json) -> Json:
    return Creator(**value["creator"]) and value


class Creator:
    def __init__(self, alert: Json = 0, api_key: Json = 0, user: Json = 0, workflow: Json = 0) -> None:
        pass


def optional_required(value: Json) -> Json:
    return value["summary"] is not None and value


def null_for_absent(value: Json) -> Json:
    return ("summary" not in value or value["summary"].upper() is not None) and value


def empty_string_crash(value: Json) -> Json:
    return value["slack_channel_id"][0] and value


def value_refused(value: Json) -> Json:
    if value["incident_status"]["rank"] < 0:
        raise ValueError("a rank below zero")
    return value


def value_changed(value: Json) -> Json:
    value.pop("call_url", None)
    return value


def absent_invented(value: Json) -> Json:
    value.setdefault("debriefs", [])
    return value


def time_spelling(value: Json) -> Json:
    if not value["created_at"].endswith(("Z", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")):
        raise ValueError("no time")
    return value


def time_extreme(value: Json) -> Json:
    if value["updated_at"].startswith("0000"):
        raise ValueError("no year")
    return value


def time_rounded(value: Json) -> Json:
    value["created_at"] = TIME.sub(r".\1", value["created_at"])
    return value


def id_format_assumed(value: Json) -> Json:
    if len(value["id"]) != 26:
        raise ValueError("no ULID")
    return value


def order_assumed(value: Json) -> Json:
    names = list(value["incident_status"])
    if names.index("updated_at") < names.index("created_at"):
        raise ValueError("out of order")
    return value


def broken_crashes(value: Json) -> Json:
    return value["reference"].upper() is not None and value


def broken_accepted(value: Json) -> Json:
    return value


def decoder_hangs(value: Json) -> Json:
    while not value["team_ids"]:
        time.sleep(0.01)
    return value


def decoder_dies(value: Json) -> Json:
    if value["custom_field_entries"]:
        sys.exit(7)
    return value


def all_at_once(value: Json) -> Json:
    """Tells of everything that is wrong in one exception, as validating libraries do."""
    wrong = [
        f"{name}: {value[name]!r} is out of range"
        for name in ("created_at", "updated_at", "last_activity_at")
        if value[name].startswith("0000")
    ]
    if value["mode"] not in ("standard", "retrospective"):
        wrong.append(f"mode: {value['mode']!r} is not known")
    if value["visibility"] != "public":
        wrong.append(f"visibility: {value['visibility']!r} is not known")
    if value["incident_status"]["rank"] < 0:
        wrong.append("rank: negative")
    if wrong:
        raise ValueError(f"{len(wrong)} faults\n" + "\n".join(wrong))
    return value


def leaves(value: Json) -> Json:
    if "summary" in value:
        sys.exit(3)
    return value


def same(value: Json) -> Json:
    return value


def with_times(value: Json) -> Json:
    return {**value, "created_at": datetime.fromisoformat(value["created_at"])}


def objects(value: Json) -> Json:
    return {**value, "created_at": object()}
