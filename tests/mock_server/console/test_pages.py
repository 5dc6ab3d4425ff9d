"""What holds for every page of the console."""

import logging
import re
import subprocess
import sys
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from incident_double.fixtures import Dataset
from incident_double.mock_server import Double, Request
from incident_double.mock_server.console import Console
from incident_double.mock_server.console.pages import incidents
from incident_double.mock_server.control import ControlPlane
from incident_double.openapi import Document

from ...calling import Caller
from .conftest import Visitor

PATHS = [
    "/_double/",
    "incidents",
    "incidents?status_category[one_of]=declined&page_size=1",
    "incidents/1",
    "incidents/1/edit",
    "incidents/new",
    "journal",
    "journal/1",
    "faults",
    "clock",
    "webhooks",
    "/_double/reference",
    "/_double/reference/control-plane",
    "journal/999",
    "nowhere",
]


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def busy(visitor: Visitor, call: Caller) -> Visitor:
    """Sees a console that has something to show on every page."""
    call("GET", "/v2/incidents", query="status=x")
    visitor.send("faults", operation="Users V2#*", kind="429", seconds="2")
    visitor.send("webhooks/endpoints", url="http://127.0.0.1:9/")
    visitor.send("state/snapshots")
    return visitor


def status(path: str) -> int:
    return 404 if path in ("nowhere", "journal/999") else 200


def test_a_page_is_built_so_that_everybody_can_use_it(busy: Visitor, path: str) -> None:
    page = busy.see(path, status=status(path))

    assert page.one("html")["lang"] == "en"
    assert page.heading
    assert page.one("title").text.endswith("· incident-double")
    assert page.one("main")["id"] == page.one("a", class_="skip")["href"].removeprefix("#")
    ids = [each["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    levels = [int(each.tag[1]) for each in page.elements if re.fullmatch("h[1-6]", each.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_every_field_has_a_label_and_every_table_a_caption(busy: Visitor, path: str) -> None:
    page = busy.see(path, status=status(path))
    labelled = {each["for"] for each in page.all("label") if "for" in each.attributes}

    for each in page.elements:
        if each.tag in ("input", "select", "textarea") and each.attributes.get("type") != "hidden":
            assert each.attributes.get("id") in labelled or any(up.tag == "label" for up in each.parents)
        if each.tag == "table":
            assert [caption.text for caption in page.all("caption") if each in caption.parents] != [""]
        if each.tag in ("button", "a"):
            assert each.text or each.attributes.get("aria-label")
        for name in ("aria-labelledby", "aria-describedby", "list"):
            for reference in each.attributes.get(name, "").split():
                assert [other for other in page.elements if other.attributes.get("id") == reference]


def test_a_page_takes_nothing_from_elsewhere_and_holds_no_script_or_style(busy: Visitor, path: str) -> None:
    page = busy.see(path, status=status(path))

    for each in page.elements:
        for name in ("src", "href", "action"):
            target = each.attributes.get(name, "/")
            assert not urlsplit(target).netloc or each.tag == "a"
            assert urlsplit(target).scheme == ""
        assert not [name for name in each.attributes if name.startswith("on") or name == "style"]
    assert page.all("style") == []
    assert [each.text for each in page.all("script")] in ([], [""])


def test_a_page_keeps_to_itself(visitor: Visitor, path: str) -> None:
    headers = dict(visitor.ask("GET", path if path.startswith("/") else f"/_double/console/{path}").headers)

    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert policy["form-action"] == "'self'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_the_bar_says_where_one_is(visitor: Visitor) -> None:
    marked = {
        path: [each.text for each in visitor.see(path).all("a") if "aria-current" in each.attributes]
        for path in ("/_double/", "incidents/1", "journal", "/_double/reference/control-plane")
    }

    assert list(marked.values()) == [["Overview"], ["Incidents"], ["Journal"], ["Reference"]]


def test_the_short_address_leads_to_the_start_page(visitor: Visitor) -> None:
    reply = visitor.ask("GET", "/_double")

    assert (reply.status, dict(reply.headers)["location"]) == (303, "/_double/")


def test_a_wrong_verb_is_distinguished_from_a_wrong_address(visitor: Visitor) -> None:
    assert visitor.ask("POST", "/_double/console/journal").status == 405
    assert visitor.ask("POST", "/_double/console/nowhere").status == 404
    assert visitor.ask("HEAD", "/_double/console/journal").status == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec_fetch_site": "cross-site"}],
)
def test_a_form_of_another_origin_is_refused_with_a_page(visitor: Visitor, headers: dict[str, str]) -> None:
    reply = visitor.ask("POST", "/_double/console/faults", "operation=*&kind=500", **headers)

    assert reply.status == 403
    assert b"<h1>Closed</h1>" in reply.body
    assert visitor.see("faults").rows() == []


def test_whoever_reads_no_html_gets_the_envelope(visitor: Visitor) -> None:
    reply = visitor.ask("POST", "/_double/console/faults", origin="http://evil.example", accept="*/*")

    assert reply.json()["errors"][0]["code"] == "control_plane_closed"


def test_a_form_that_is_too_large_is_refused(double: Double) -> None:
    reply = Console(ControlPlane(double)).answer(Request("POST", "/_double/console/faults", body=None))

    assert reply.status == 413


def test_a_form_with_too_many_fields_is_refused(visitor: Visitor) -> None:
    reply = visitor.ask("POST", "/_double/console/faults", "&".join(["a=1"] * 300))

    assert reply.status == 400


def test_what_fails_within_is_a_page_and_is_logged(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(incidents.PAGES, "GET /_double/console/incidents", lambda visit: 1 / 0)

    with caplog.at_level(logging.ERROR):
        page = visitor.see("incidents", status=500)

    assert page.heading == "Something went wrong"
    assert "ZeroDivisionError" in caplog.text


def test_serving_does_not_wait_for_templates() -> None:
    code = (
        "import sys; from incident_double.mock_server.shells.app import create_app;"
        "from incident_double.mock_server import Double; from incident_double.openapi import bundled;"
        "from incident_double.fixtures import realistic; create_app(Double(bundled(), realistic()));"
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert not {"jinja2", "markupsafe"} & set(loaded.split())


def test_a_document_without_incidents_has_a_console_too(document: Document, dataset: Dataset) -> None:
    paths = {path: item for path, item in document.raw["paths"].items() if "user" in path}
    double = Double(Document({**document.raw, "paths": paths}), dataset)

    page = Visitor(ControlPlane(double)).see("incidents", status=404)

    assert "The document that is served has no Incidents V2#List" in page.text
