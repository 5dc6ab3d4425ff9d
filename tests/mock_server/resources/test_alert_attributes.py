"""Alert Attributes V2."""

from typing import Any

from ...calling import Answer, Caller

PATH = "/v2/alert_attributes"


def create(call: Caller, **properties: Any) -> Answer:
    return call("POST", PATH, body={"name": "Region", "type": "String", "array": False, **properties})


def test_every_account_has_one_for_the_priority_and_no_other_may_be_called_so(call: Caller) -> None:
    [priority] = [each for each in call.get(PATH)["alert_attributes"] if each["name"] == "Priority"]
    answer = create(call, name="Priority")

    assert priority["type"] == 'CatalogEntry["AlertPriority"]'
    assert (answer.status, answer.error["message"]) == (422, "You cannot have an attribute named 'Priority'")
    body = {key: value for key, value in priority.items() if key != "id"}
    assert call("PUT", f"{PATH}/{priority['id']}", body=body).status == 200


def test_names_are_unique(call: Caller) -> None:
    create(call)

    assert create(call).error["source"]["field"] == "name"


def test_whether_one_is_required_stays_where_it_is_not_said(call: Caller) -> None:
    assert create(call).body["alert_attribute"]["required"] is False
    attribute = create(call, name="Zone", required=True).body["alert_attribute"]
    body = {"name": "Zones", "type": "String", "array": True}
    changed = call("PUT", f"{PATH}/{attribute['id']}", body=body).body["alert_attribute"]

    assert changed == {"id": attribute["id"], **body, "required": True}
    assert call.get(f"{PATH}/{attribute['id']}")["alert_attribute"] == changed


def test_one_that_is_deleted_is_gone(call: Caller) -> None:
    attribute = create(call).body["alert_attribute"]

    assert call("DELETE", f"{PATH}/{attribute['id']}").status == 204
    assert call("GET", f"{PATH}/{attribute['id']}").status == 404
