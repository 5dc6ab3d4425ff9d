"""Whatever is done to a double in whatever order, it holds and shows what a small model of it does."""

import copy
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from incident_double.fixtures import Dataset, realistic
from incident_double.fixtures.shapes.shaped_dataset import dataset as shaped_dataset
from incident_double.mock_server import DEFAULT_TOKEN, ApiKey, Double
from incident_double.openapi import bundled

from ...calling import Answer, Caller, StoppedClock
from ..log.crashes import Lasting, check_integrity
from . import model_strategies as draws
from .filter_model import CATEGORIES, MODES, Filter, held, listed
from .incident_model import IncidentModel
from .settings_model import Refused, Row

EXAMPLES, MANY = 14, 500
"""Runs of each machine: in the suite, where they are always the same ones, and of `make endure`."""
STEPS = 40
MEMORY = Path("/dev/shm")
"""A folder that needs no disk, on most systems: nobody cuts the power here."""

PATHS = {
    "severities": ("/v1/severities", "severity", 202),
    "incident_statuses": ("/v1/incident_statuses", "incident_status", 202),
    "incident_roles": ("/v2/incident_roles", "incident_role", 204),
    "custom_fields": ("/v2/custom_fields", "custom_field", 204),
    "custom_field_options": ("/v1/custom_field_options", "custom_field_option", 204),
}
"""Where each kind of setting lives, what one is wrapped in, and how a deletion is answered."""
ADOPTED = ("id", "name", "permalink", "slack_channel_id", "slack_channel_name", "slack_channel_url")
"""What only the double can know of a new incident, where the request doesn't say it."""
EVERYTHING = {"page_size": 250, "status_category[one_of]": CATEGORIES, "mode[one_of]": MODES}
"""The query that hides no incident."""
PUBLIC_ONLY = "a key that may not see private incidents"


class Machine(RuleBasedStateMachine):
    """A double, and the model of it."""

    dataset: ClassVar[Dataset]

    def __init__(self) -> None:
        super().__init__()
        key = ApiKey(DEFAULT_TOKEN)
        self.keys = [key, ApiKey(PUBLIC_ONLY, ["viewer"])]
        self.clock = StoppedClock()
        self.call = Caller(self.begin())
        self.model = IncidentModel(self.dataset.collections, self.dataset.slack_team_id)
        self.actor = {"api_key": {"id": key.id, "name": key.name}}
        self.declared: dict[str, str] = {}
        self.reported: dict[str, str] = {}
        self.numbers = count()

    def begin(self) -> Double:
        return self.make()

    def make(self) -> Double:
        return Double(bundled(), self.dataset, keys=self.keys, clock=self.clock, rate_limit=0)

    @property
    def now(self) -> str:
        return re.sub(r"\.?0+Z$", "Z", self.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"))

    def expected(self, answer: Answer, status: int, attempt: Callable[[], Any]) -> Any:
        """What the model makes of a request; None when it refuses, as the double has to do too."""
        made = None
        try:
            made = attempt()
        except Refused as refusal:
            status = refusal.status
        assert answer.status == status, answer
        return made

    @rule(data=st.data())
    def declare(self, data: st.DataObject) -> None:
        key = f"key {next(self.numbers)}"
        body = {**data.draw(draws.declarations(self.model)), "idempotency_key": key}
        answer = self.call("POST", "/v2/incidents", body=body)
        row = self.expected(answer, 200, lambda: self.model.declare(body, self.now))
        if row is not None:
            self.adopt(row, answer.body["incident"])
            self.declared[key] = row["id"]

    def adopt(self, row: Row, answered: Row) -> None:
        row["creator"] = self.actor
        shown = self.call.get(f"/v2/incidents/{answered['id']}")["incident"]
        row.update({name: shown[name] for name in ADOPTED if name in shown and name not in row})
        assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", row["id"])
        assert row["id"] not in [each["id"] for each in self.model.incidents]
        assert row["permalink"].endswith(f"/incidents/{row['id']}")
        if row["slack_channel_id"]:
            assert row["slack_channel_url"].endswith(f"/{row['slack_team_id']}/{row['slack_channel_id']}")
        # The first answer comes before the channel does.
        view = {**self.model.view(row), "slack_channel_id": ""}
        view.pop("slack_channel_url", None)
        assert answered == view
        self.model.add(row)
        self.record(row)

    def record(self, row: Row, message: str = "") -> Row:
        """The update that has just been made, adopted."""
        query = {"incident_id": row["id"], "page_size": 1}
        (update,) = self.call.get("/v2/incident_updates", query)["incident_updates"]
        assert update["id"] not in [each["id"] for each in self.model.updates]
        self.model.record(row, update["id"], self.now, message)
        self.model.updates[-1]["updater"] = self.actor
        return self.model.updates[-1]

    @rule(data=st.data())
    def declare_again(self, data: st.DataObject) -> None:
        if self.declared:
            key = data.draw(st.sampled_from(sorted(self.declared)))
            body = {**data.draw(draws.declarations(self.model)), "idempotency_key": key}
            answer = self.call("POST", "/v2/incidents", body=body)
            assert answer.body["incident"] == self.model.view(self.model.find(self.declared[key]))

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        name = data.draw(draws.incidents(self.model))
        body = data.draw(draws.edits(self.model))
        path, body_of = (
            f"/v2/incidents/{name}/actions/edit",
            {"incident": body, "notify_incident_channel": True},
        )
        answer = self.call("POST", path, body=body_of)
        before = [copy.deepcopy(row) for row in self.model.incidents]
        reported = self.expected(answer, 200, lambda: self.model.edit(self.model.find(name), body, self.now))
        if reported is not None:
            row = self.model.find(name)
            assert answer.body["incident"] == self.model.view(row)
            (former,) = [each for each in before if each["id"] == row["id"]]
            self.list_by_what_it_had(
                former, [entry["custom_field_id"] for entry in body.get("custom_field_entries", [])]
            )
            if reported:
                self.record(row)

    def list_by_what_it_had(self, former: Row, fields: list[str]) -> None:
        """Whoever asks for a value that an edit took away must not find the incident by it."""
        for field in fields:
            for value in held(former, Filter("custom_field", "one_of", (), field)):
                asked = [
                    Filter("custom_field", "one_of", (value,), field),
                    Filter("status_category", "one_of", CATEGORIES),
                    Filter("mode", "one_of", MODES),
                ]
                query = [(each.parameter, text) for each in asked for text in each.values]
                found = self.call.get("/v2/incidents", [*query, ("page_size", 250)])["incidents"]
                assert found == listed(self.model, asked)[::-1]

    @rule(data=st.data())
    def add_update(self, data: st.DataObject) -> None:
        key = f"key {next(self.numbers)}"
        body = {**data.draw(draws.updates(self.model)), "idempotency_key": key}
        answer = self.call("POST", "/v2/incident_updates", body=body)
        row = self.expected(answer, 201, lambda: self.model.add_update(body, self.now))
        if row is not None:
            update = self.record(row, body.get("message", ""))
            assert answer.body["incident_update"] == self.model.update_view(update)
            self.reported[key] = update["id"]

    @rule(data=st.data())
    def say_again(self, data: st.DataObject) -> None:
        if self.reported:
            key = data.draw(st.sampled_from(sorted(self.reported)))
            body = {**data.draw(draws.updates(self.model)), "idempotency_key": key}
            answer = self.call("POST", "/v2/incident_updates", body=body)
            (first,) = [each for each in self.model.updates if each["id"] == self.reported[key]]
            assert answer.body["incident_update"] == self.model.update_view(first)

    @rule(data=st.data(), kind=st.sampled_from(sorted(PATHS)))
    def create_setting(self, data: st.DataObject, kind: str) -> None:
        path, wrapper, _ = PATHS[kind]
        body = data.draw(draws.new_settings(self.model, kind))
        answer = self.call("POST", path, body=body)
        row = self.expected(answer, 201, lambda: self.model.check(kind, body))
        if row is None:
            return
        row["id"] = answer.body[wrapper]["id"]
        if kind != "custom_field_options":
            row["created_at"] = row["updated_at"] = self.now
        assert answer.body[wrapper] == row
        assert row["id"] not in self.model.settings[kind]
        if kind == "custom_fields":
            self.model.add_field(row)
        else:
            self.model.settings[kind][row["id"]] = row

    @rule(data=st.data(), kind=st.sampled_from(sorted(PATHS)))
    def change_setting(self, data: st.DataObject, kind: str) -> None:
        path, wrapper, _ = PATHS[kind]
        id_ = data.draw(draws.ids(self.model, kind))
        body = data.draw(draws.changed_settings(kind))
        answer = self.call("PUT", f"{path}/{id_}", body=body)
        row = self.expected(answer, 200, lambda: self.model.check(kind, body, self.model.existing(kind, id_)))
        if row is None:
            return
        if kind != "custom_field_options":
            row["updated_at"] = self.now
        assert answer.body[wrapper] == row
        self.model.settings[kind][id_] = row

    @rule(data=st.data(), kind=st.sampled_from(sorted(PATHS)))
    def delete_setting(self, data: st.DataObject, kind: str) -> None:
        path, _, status = PATHS[kind]
        id_ = data.draw(draws.ids(self.model, kind))
        answer = self.call("DELETE", f"{path}/{id_}")
        self.expected(answer, status, lambda: self.model.remove(kind, id_))

    @rule(data=st.data(), key=st.sampled_from([DEFAULT_TOKEN, DEFAULT_TOKEN, PUBLIC_ONLY]))
    def list_incidents(self, data: st.DataObject, key: str) -> None:
        filters = data.draw(draws.filters(self.model))
        mode = data.draw(st.sampled_from(["", "all", "any"]))
        oldest_first = data.draw(st.booleans())
        size = data.draw(st.sampled_from([1, 2, 3, 7, 25, 250, 500]))
        query: list[tuple[str, Any]] = [(each.parameter, value) for each in filters for value in each.values]
        query += [("filter_mode", mode), ("page_size", size)]
        query += [("sort_by", "created_at_oldest_first")] if oldest_first else []
        answer = self.call("GET", "/v2/incidents", query, key=key)
        rows = self.expected(
            answer,
            200,
            lambda: listed(self.model, filters, any_of_them=mode == "any", private=key == DEFAULT_TOKEN),
        )
        if rows is not None:
            wanted = rows if oldest_first else rows[::-1]
            assert self.pages(answer, query, key, min(size, 250), len(rows)) == wanted

    def pages(
        self, answer: Answer, query: list[tuple[str, Any]], key: str, size: int, total: int
    ) -> list[Row]:
        """The rows of all pages, from the answer with the first one on."""
        rows: list[Row] = []
        while True:
            page, meta = answer.body["incidents"], answer.body["pagination_meta"]
            rows += page
            assert (meta["page_size"], meta["total_record_count"]) == (size, total)
            assert len(page) == size or len(rows) == total
            if "after" not in meta:
                return rows
            assert (len(page), meta["after"]) == (size, rows[-1]["id"])
            answer = self.call("GET", "/v2/incidents", [*query, ("after", meta["after"])], key=key)

    @rule(data=st.data())
    def show(self, data: st.DataObject) -> None:
        name = data.draw(draws.incidents(self.model))
        answer = self.call("GET", f"/v2/incidents/{name}")
        row = self.expected(answer, 200, lambda: self.model.find(name))
        if row is not None:
            assert answer.body["incident"] == self.model.view(row)

    @rule(data=st.data(), size=st.sampled_from([1, 4, 250]))
    def list_updates(self, data: st.DataObject, size: int) -> None:
        name = data.draw(draws.incidents(self.model, by_number=False))
        answer = self.call("GET", "/v2/incident_updates", {"incident_id": name, "page_size": size})
        row = self.expected(answer, 200, lambda: self.model.find(name))
        if row is not None:
            updates = [each for each in self.model.updates if each["incident_id"] == name][::-1]
            assert answer.body["incident_updates"] == [
                self.model.update_view(each) for each in updates[:size]
            ]

    @rule(seconds=st.sampled_from([0.5, 1, 59.999, 86400]))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.advance(seconds=seconds)

    @invariant()
    def every_incident_is_listed_once_as_it_is_now(self) -> None:
        views = [self.model.view(row) for row in self.model.incidents]
        assert self.call.get("/v2/incidents", EVERYTHING)["incidents"] == views[::-1]

    @invariant()
    def settings_are_as_they_are(self) -> None:
        by_rank = {"severities", "incident_statuses"}
        for kind, (path, _, _) in PATHS.items():
            if kind != "custom_field_options":
                rows = self.model.all(kind)
                wanted = sorted(rows, key=lambda row: int(row["rank"])) if kind in by_rank else rows
                assert self.call.get(path)[kind] == wanted

    @invariant()
    def updates_are_as_they_are(self) -> None:
        shown = self.call.get("/v2/incident_updates", {"page_size": 250})["incident_updates"]
        assert shown == [self.model.update_view(each) for each in self.model.updates[::-1]][:250]


class RealisticMachine(Machine):
    dataset = realistic(incidents=10)


class LastingMachine(RealisticMachine):
    """A double that is killed after every step, and goes on from its store."""

    def begin(self) -> Double:
        self.folder = TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self.lasting = Lasting(Path(self.folder.name), self.make)
        return self.lasting.double

    @invariant()
    def it_is_killed(self) -> None:
        now = self.clock.now()
        self.call = Caller(self.lasting.die())
        self.clock.freeze(now)  # no request has moved it

    def teardown(self) -> None:
        self.lasting.close()
        check_integrity(self.lasting.path)
        self.folder.cleanup()


class ConformingMachine(Machine):
    """Incidents made from the contract alone: of all times, with settings of their own, some of them twice."""

    dataset = shaped_dataset("conforming", incidents=30)


CAREFUL = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
FEW = settings(CAREFUL, max_examples=EXAMPLES // 4)
OFTEN = settings(CAREFUL, max_examples=MANY // 5, derandomize=False)
THOROUGH = settings(CAREFUL, max_examples=MANY, derandomize=False)


class TestRealistic(RealisticMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = CAREFUL


class TestConforming(ConformingMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = CAREFUL


class TestLasting(LastingMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = FEW


@pytest.mark.endure
class TestLastingThoroughly(LastingMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = OFTEN


@pytest.mark.endure
class TestRealisticThoroughly(RealisticMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = THOROUGH


@pytest.mark.endure
class TestConformingThoroughly(ConformingMachine.TestCase):  # type: ignore[misc, valid-type]
    settings = THOROUGH
