"""What may be shown of an exchange, however a secret is spelled in it, and wherever it is shown."""

import base64
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote_plus

import httpx
import pytest

from incident_double.mock_server import RunningDouble, running

OWN = "a-key/of+ours=for-tests"
VENDORS = "inc_" + "5e" * 32
WEBHOOK = "whsec_" + base64.b64encode(b"a secret of 24 bytes ....").decode()
SECRETS = {"own": OWN, "vendors": VENDORS, "webhook": WEBHOOK}


def percent(text: str) -> str:
    return "".join(f"%{ord(each):02x}" for each in text)


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(each):04x}" for each in text)


def basic(text: str) -> str:
    return base64.b64encode(f"user:{text}".encode()).decode()


Send = Callable[[httpx.Client, str], object]
PLACES: dict[str, Send] = {
    "query": lambda api, key: api.get(f"/v2/incidents?a={quote(key, safe='')}"),
    "query after a quote": lambda api, key: api.get(f"/v2/incidents?a=%22{quote(key, safe='')}%22"),
    "query after a scheme": lambda api, key: api.get(f"/v2/incidents?a=Bearer%20{quote(key, safe='')}"),
    "query in full code": lambda api, key: api.get(f"/v2/incidents?a={percent(key)}"),
    "name in a query": lambda api, key: api.get(f"/v2/incidents?{quote(key, safe='')}=1"),
    "path": lambda api, key: api.get(f"/v2/incidents/{quote(key, safe='')}"),
    "path in full code": lambda api, key: api.get(f"/v2/incidents/{percent(key)}"),
    "body": lambda api, key: api.post(
        "/v2/incidents", json={"idempotency_key": key, "visibility": "public", "name": f"x {key}"}
    ),
    "body in escapes": lambda api, key: api.post("/v2/incidents", content=f'{{"name": "{escaped(key)}"}}'),
    "body after a line": lambda api, key: api.post("/v2/incidents", content=f'{{"name": "\\n{key}"}}'),
    "body with a wrong value": lambda api, key: api.post("/v2/incidents", json={"visibility": key}),
    "form": lambda api, key: api.post("/v2/incidents", content=f"a=Bearer+{quote(key, safe='')}"),
    "form in full code": lambda api, key: api.post("/v2/incidents", content=f"a={percent(key)}"),
    "what is no JSON": lambda api, key: api.post("/v2/incidents", content=f'{{"a": "{escaped(key)}'),
    "header": lambda api, key: api.get("/v2/incidents", headers={"x-auth": key}),
    "name of a header": lambda api, key: api.get("/v2/incidents", headers={key.partition("/")[0]: "1"}),
    "host": lambda api, key: api.get("/v2/incidents", headers={"host": key}),
    "basic": lambda api, key: api.get("/v2/incidents", headers={"authorization": f"Basic {basic(key)}"}),
    "basic elsewhere": lambda api, key: api.get("/v2/incidents", headers={"x-auth": f"Basic {basic(key)}"}),
}


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningDouble]:
    with running(incidents=0, rate_limit=0, api_keys={OWN: None, VENDORS: None}) as double:
        yield double


@pytest.fixture
def double(shared: RunningDouble) -> Iterator[RunningDouble]:
    shared.send_webhooks_to("http://127.0.0.1:9/", secret=WEBHOOK)
    yield shared
    shared.reset()


def shown(double: RunningDouble) -> dict[str, str]:
    """All that is shown of the exchanges there were, by where."""
    with httpx.Client(base_url="http://double", transport=double.transport) as control:
        wanted: dict[str, Any] = {
            "path": "/",
            "query": {"a": ""},
            "headers": {"x-auth": "", "authorization": ""},
            "body": 1,
        }
        answers = {
            name: control.get(f"/_double/{name}").text
            for name in ("journal", "journal.har", "findings", "webhooks/deliveries", "webhooks/endpoints")
        }
        answers["expectation"] = control.post("/_double/journal/expectations", json=wanted).text
        wanted["body"] = {"name": "", "visibility": ""}
        with pytest.raises(AssertionError) as failure:
            double.journal.expect("Actions V3#List", **wanted)
    answers["failure"] = str(failure.value)
    answers["reported"] = double.render(double.exchanges)
    answers["repr"] = repr([*double.journal, *double.findings, *double.webhooks.endpoints()])
    return answers


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_shown_nowhere(
    double: RunningDouble, secret: str, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="incident_double")
    headers = {"authorization": f"Bearer {OWN}"}
    with httpx.Client(base_url="http://double", transport=double.transport, headers=headers) as api:
        PLACES[place](api, secret)
    for where, text in {**shown(double), "log": caplog.text}.items():
        for read in (text, unquote_plus(text), text.encode().decode("unicode_escape", "replace")):
            assert secret not in read, where
            assert basic(secret)[8:-4] not in read, where


def test_a_short_key_is_cut_short_as_a_word_only() -> None:
    with running(incidents=0, api_keys={"key": None}) as double:
        headers = {"authorization": "Bearer key"}
        with httpx.Client(base_url="http://double", transport=double.transport, headers=headers) as api:
            api.get("/v2/incidents?a=key&keyword=monkey")
        (reported,) = json.loads(f"[{json.dumps(double.render(double.exchanges))}]")
    assert "?a=k…&keyword=monkey" in reported


@pytest.mark.parametrize("text", ["a", "%", "\\", "%41", "\\u0041", "inc_", "whsec_", "aW5j"])
def test_a_long_text_takes_no_longer_than_its_length(double: RunningDouble, text: str) -> None:
    redaction = double.double.redaction()
    began = time.monotonic()
    redaction.text(text * (1_000_000 // len(text)))
    assert time.monotonic() - began < 5  # seconds; by backtracking it would take hours
