"""Webhooks: signed as documented, in the vendor's envelope, and what is said of receivers."""

import base64
import hashlib
import hmac
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from incident_double.contract_tests.findings import Finding
from incident_double.contract_tests.judging import judge
from incident_double.contract_tests.rules import rules
from incident_double.contract_tests.webhooks import deliver_events
from incident_double.contract_tests.wire.conversation import Conversation, WebhookDelivery
from incident_double.fixtures import realistic
from incident_double.mock_server import Double
from incident_double.mock_server.webhooks.signing import check_secret, new_secret, signed_headers
from incident_double.openapi import Document, bundled

from .receivers import RECEIVERS, SECRET, Receiver, careful, forgetful, narrow, receiving

SEEN_BY_WEBHOOKS = [each.id for each in rules().values() if "webhook" in each.rule.modes]


def delivered(document: Document, receiver: Receiver) -> Sequence[WebhookDelivery]:
    # A clock of the present: receivers compare the timestamp with their own.
    with receiving(receiver) as url:
        return [*deliver_events(url, SECRET, Double(document, realistic()))]


def judged(document: Document, receiver: Receiver) -> list[Finding]:
    return judge(Conversation(document, [], deliveries=delivered(document, receiver)))


@pytest.fixture(scope="module")
def deliveries() -> Sequence[WebhookDelivery]:
    return delivered(bundled(), careful)


def test_every_rule_that_webhooks_show_has_a_pair_of_receivers() -> None:
    assert sorted(RECEIVERS) == SEEN_BY_WEBHOOKS


@pytest.mark.shows("bug-webhook-envelope", "bug-private-webhook")
@pytest.mark.parametrize("rule", SEEN_BY_WEBHOOKS)
def test_a_receiver_that_breaks_a_rule_is_found_out_and_nothing_else_is_said_of_it(
    document: Document, rule: str
) -> None:
    breaks, keeps = RECEIVERS[rule]

    assert {each.rule for each in judged(document, breaks)} == {rule}
    assert judged(document, keeps) == []


def test_a_receiver_that_takes_old_events_is_shown_the_timestamp(document: Document) -> None:
    (finding,) = judged(document, forgetful)

    assert (finding.rule, finding.pointer) == ("webhook-signature-unchecked", "webhook-timestamp")


def test_a_receiver_that_refuses_new_types_is_shown_the_type(document: Document) -> None:
    (finding,) = judged(document, narrow)

    assert (finding.rule, finding.pointer, finding.count) == ("webhook-envelope-misread", "event_type", 1)


def test_a_receiver_that_is_gone_has_one_finding_for_each_cause(document: Document) -> None:
    with receiving(careful) as url:
        gone = url
    deliveries = [*deliver_events(gone, SECRET, Double(document, realistic()))]

    assert {each.status for each in deliveries} == {None}
    findings = judge(Conversation(document, [], deliveries=deliveries))
    assert sorted((each.rule, each.count) for each in findings) == [
        ("private-webhook-assumed-full", 2),
        ("webhook-envelope-misread", 1),
        ("webhook-envelope-misread", 3),
    ]


def test_the_signature_is_that_of_id_time_and_body(deliveries: Sequence[WebhookDelivery]) -> None:
    """Worked out here once more, so that it doesn't hang on the library that makes it."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    for each in deliveries:
        if each.kind in ("forged", "unsigned"):
            continue
        signed = f"{each.headers['webhook-id']}.{each.headers['webhook-timestamp']}.".encode() + each.body
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        *others, own = each.headers["webhook-signature"].split()
        assert own == f"v1,{expected}"
        assert len(others) == (each.kind == "rotated")


def test_the_payload_lies_under_the_events_own_name(
    document: Document, deliveries: Sequence[WebhookDelivery]
) -> None:
    incident = document.validator({"$ref": "#/components/schemas/IncidentV2"})
    for each in deliveries:
        event = orjson.loads(each.body)
        assert set(event) == {"event_type", each.event_type}
        payload = event[each.event_type]
        if each.kind == "private":
            assert set(payload) == {"id"}
        else:
            incident.validate(payload.get("incident", payload))
    moved = orjson.loads(deliveries[2].body)["public_incident.incident_status_updated_v2"]
    assert moved["new_status"] == moved["incident"]["incident_status"] != moved["previous_status"]


def test_every_event_has_an_id_of_its_own(deliveries: Sequence[WebhookDelivery]) -> None:
    ids = [each.headers["webhook-id"] for each in deliveries]

    assert len(set(ids)) == len(ids) == 10


def test_a_signature_is_good_for_its_own_secret_and_body_only() -> None:
    first, second = (new_secret(random.Random(seed)) for seed in (1, 2))
    headers = dict(signed_headers(first, "msg_1", datetime.now(UTC), b"{}"))

    assert Webhook(first).verify(b"{}", headers) == {}
    for secret, body in [(second, b"{}"), (first, b"[]")]:
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


@pytest.mark.parametrize("text", ["", "whsec_", "secret", "aW5j", "whsec_not base64", "whsec_aW5"])
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a webhook secret is whsec_ and base64"):
        check_secret(text)


def test_a_secret_is_made_from_chance_alone() -> None:
    assert new_secret(random.Random(1)) == new_secret(random.Random(1)) != new_secret(random.Random(2))
    assert check_secret(new_secret(random.Random(1))) == new_secret(random.Random(1))
