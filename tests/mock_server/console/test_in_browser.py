"""The whole path through the console in a real Chromium, against a double on a socket."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import Document

EVIL = "<script>document.title='hacked'</script>"


@pytest.fixture
def double(document: Document, dataset: Dataset) -> Double:
    """With the present time, and without limits."""
    return Double(document, dataset, rate_limit=0)


@pytest.fixture
def base_url(double: Double) -> Iterator[str]:
    with serving(create_app(double)) as url:
        yield url


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    """A client of the API, beside the browser."""
    with httpx.Client(base_url=base_url, headers={"authorization": f"Bearer {DEFAULT_TOKEN}"}) as client:
        yield client


class Watch:
    """What a page must not do: complain, break its own policy, or ask anybody else."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str | None] = set()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium logs every answer that is a refusal; the console's pages with refusals are such answers.
        if (
            message.type in ("error", "warning")
            and "the server responded with a status of 4" not in message.text
        ):
            self.complaints.append(message.text)


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=base_url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    watch = Watch(page)
    yield page
    context.close()
    assert watch.complaints == []
    assert watch.hosts <= {"127.0.0.1"}


@pytest.fixture
def events() -> Iterator[tuple[str, list[str]]]:
    """An endpoint, and the types of the events that it was sent."""
    received: list[str] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not on stderr."""

    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/events", received
        server.shutdown()
        thread.join()


def go(page: Page, place: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=place).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(place)


def look_and_filter(page: Page, wanted: list[dict[str, str]]) -> None:
    page.goto("/_double")
    expect(page).to_have_title("Overview · incident-double")
    go(page, "Incidents")
    expect(page.locator("tbody tr")).to_have_count(25)
    page.get_by_label("declined").check()
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_label("declined")).to_be_checked()
    expect(page.locator("tbody tr")).to_have_count(len(wanted))
    expect(page.locator("tbody")).to_contain_text(wanted[0]["name"])


def add_an_endpoint(page: Page, url: str) -> None:
    go(page, "Webhooks")
    page.get_by_label("URL").fill(url)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status").first).to_have_text("Events are sent there from now on.")


def declare_after_a_refusal(page: Page) -> None:
    go(page, "Incidents")
    page.get_by_role("link", name="Declare an incident").click()
    page.get_by_label("Name").fill(EVIL)
    page.get_by_label("Summary").fill("Nobody can pay.")
    page.get_by_label("Status").select_option(label="Investigating")
    page.get_by_role("button", name="Declare").click()
    severity = page.get_by_label("Severity")
    expect(severity).to_have_attribute("aria-invalid", "true")
    expect(severity).to_have_accessible_description(
        "is_required severity_id is required when the incident is live"
    )
    expect(page.get_by_label("Name")).to_have_value(EVIL)
    expect(page.get_by_label("Summary")).to_have_value("Nobody can pay.")
    severity.select_option(label="Critical")
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EVIL)
    expect(page).to_have_title(re.compile("^INC-"))


def edit(page: Page) -> None:
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name").fill("Checkout is down")
    page.get_by_label("Status").select_option(label="Fixing")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout is down")
    expect(page.locator(".timeline li").first).to_contain_text("Fixing")


def find_the_refusal(page: Page) -> None:
    go(page, "Journal")
    refused = page.locator("tbody tr", has_text="422")
    expect(refused).to_contain_text("severity_id is required when the incident is live")
    refused.get_by_role("link").click()
    expect(page.get_by_role("region", name="Request")).to_contain_text('"idempotency_key": "console-')
    expect(page.get_by_role("region", name="Response")).to_contain_text('"code": "is_required"')


def arm_a_fault_and_see_it_strike(page: Page, client: httpx.Client) -> None:
    go(page, "Faults")
    page.get_by_label("Operation").fill("Incidents V2#List")
    page.get_by_label("Kind").fill("429")
    page.get_by_label("Seconds").fill("7")
    page.get_by_role("button", name="Arm").click()
    expect(page.locator("tbody")).to_contain_text("Incidents V2#List")
    go(page, "Journal")
    expect(page.get_by_text("· live")).to_be_visible()
    page.evaluate("document.body.dataset.same = 'yes'")
    assert client.get("/v2/incidents").headers["retry-after"] == "7"
    expect(page.locator("tbody tr").first).to_contain_text("Incidents V2#List:429=7")
    expect(page.get_by_role("status")).to_have_text("1 new.")
    expect(page.locator("body")).to_have_attribute("data-same", "yes")  # it was not loaded again


def move_the_clock(page: Page) -> None:
    go(page, "Clock")
    page.get_by_role("button", name="Freeze").click()
    page.get_by_label("Moment").fill("2030-01-02T03:04:05Z")
    page.get_by_role("button", name="Set").click()
    page.get_by_role("button", name="On by 1 day").click()
    expect(page.locator(".clock")).to_contain_text("3 Jan 2030, 03:04:05 UTC")


def see_the_delivery(page: Page) -> None:
    go(page, "Webhooks")
    created = page.locator("tbody tr", has_text="public_incident.incident_created_v2")
    expect(created).to_contain_text("delivered")
    expect(created).to_contain_text("200")


def test_the_whole_path(page: Page, client: httpx.Client, events: tuple[str, list[str]]) -> None:
    wanted = client.get("/v2/incidents", params={"status_category[one_of]": "declined"}).json()["incidents"]
    look_and_filter(page, wanted)
    add_an_endpoint(page, events[0])
    declare_after_a_refusal(page)
    edit(page)
    find_the_refusal(page)
    arm_a_fault_and_see_it_strike(page, client)
    move_the_clock(page)
    see_the_delivery(page)

    assert any("incident_created" in each for each in events[1])


def test_a_delivery_is_seen_as_it_comes_and_is_sent_again(
    page: Page, client: httpx.Client, events: tuple[str, list[str]]
) -> None:
    client.post("/_double/webhooks/endpoints", json={"url": events[0]})
    page.goto("/_double/console/webhooks")
    expect(page.get_by_text("· live")).to_be_visible()
    client.post("/v2/incidents", json={"idempotency_key": "k", "visibility": "public"})

    delivery = page.locator("tbody tr", has_text="public_incident.incident_created_v2")
    expect(delivery).to_contain_text("delivered")
    expect(delivery.get_by_text("200")).to_have_count(1)
    delivery.get_by_role("button", name="Redeliver").click()
    expect(delivery.get_by_text("200")).to_have_count(2)


def test_an_incident_is_declared_by_keyboard_alone(page: Page) -> None:
    def focused() -> str:
        return str(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))

    def tab_to(text: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"no one sees that {focused()} has the focus"
            if focused() == text or page.evaluate("document.activeElement.id") == text:
                return
        raise AssertionError(f"no way to {text}")

    page.goto("/_double/console/incidents")
    page.keyboard.press("Tab")
    assert focused() == "Skip to content"
    expect(page.get_by_text("Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to("Declare an incident")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Declare an incident")
    tab_to("name")
    page.keyboard.type("By keyboard")
    tab_to("summary")
    page.keyboard.type("Without a mouse.")
    tab_to("severity_id")
    page.keyboard.type("Cri")
    tab_to("incident_status_id")
    page.keyboard.type("Inv")
    tab_to("Declare")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("By keyboard")
    expect(page.locator(".facts-line")).to_contain_text("Investigating")
    expect(page.locator(".facts-line")).to_contain_text("Critical")


PATHS = [
    "/_double/",
    "/_double/console/incidents",
    "/_double/console/incidents/1",
    "/_double/console/incidents/new",
    "/_double/console/journal",
    "/_double/console/journal/1",
    "/_double/console/faults",
    "/_double/console/clock",
    "/_double/console/webhooks",
    "/_double/console/findings",
    "/_double/console/settings",
    "/_double/console/users",
    "/_double/reference",
]


def test_every_page_fits_a_narrow_window(page: Page, client: httpx.Client) -> None:
    client.get("/v2/incidents", params={"status": "a" * 200})
    client.post(
        "/_double/faults", json={"operation": "Incident Timestamps V2#List", "kind": "wrong-content-type"}
    )
    page.set_viewport_size({"width": 360, "height": 740})

    assert _on_each(page, "document.documentElement.scrollWidth") == dict.fromkeys(PATHS, 360)


def test_the_tables_of_every_page_fit_a_phone(page: Page, client: httpx.Client) -> None:
    client.get("/v2/incidents", params={"status": "a" * 200})
    client.get("/v2/incidens")
    client.post("/_double/faults", json={"operation": "Incident Timestamps V2#List", "kind": "503"})
    page.set_viewport_size({"width": 390, "height": 844})

    wider = (
        "[...document.querySelectorAll('.scroll')].filter(each => each.scrollWidth > each.clientWidth).length"
    )
    assert _on_each(page, wider) == dict.fromkeys(PATHS, 0)


def _on_each(page: Page, expression: str) -> dict[str, Any]:
    """What an expression comes to on each page."""
    found = {}
    for path in PATHS:
        page.goto(path)
        found[path] = page.evaluate(expression)
    return found


def test_the_key_and_the_base_url_are_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/_double/")
    for name, copied in [
        ("Copy the API key", DEFAULT_TOKEN),
        ("Copy", page.locator("#base-url").inner_text()),
    ]:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == copied


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_light_or_dark_as_the_person_likes_it(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/_double/console/clock")
    back, text = page.evaluate(
        "(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))"
    )

    brightness = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (back, text)]
    assert (brightness[0] > brightness[1]) == (scheme == "light")


def test_the_journal_keeps_the_focus_where_it_is(page: Page, client: httpx.Client) -> None:
    client.get("/v2/users")
    page.goto("/_double/console/journal")
    expect(page.get_by_text("· live")).to_be_visible()
    page.get_by_role("link", name="Exchange 1", exact=True).focus()
    client.get("/v1/severities")

    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("link", name="Exchange 1", exact=True)).to_be_focused()


def test_the_journal_works_without_scripts(browser: Browser, base_url: str, client: httpx.Client) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/_double/console/journal")
    expect(page.get_by_text("· live")).to_be_hidden()
    client.get("/v1/severities")
    page.reload()

    expect(page.locator("tbody")).to_contain_text("Severities V1#List")
    context.close()


def test_the_journal_says_when_the_double_is_gone_and_goes_on_when_it_is_back(
    browser: Browser, double: Double, authorization: dict[str, str]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    with serving(create_app(double)) as url:
        page.goto(f"{url}/_double/console/journal")
        expect(page.get_by_text("· live")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("does not answer")
    with serving(create_app(double), port=urlsplit(url).port or 0):
        httpx.get(f"{url}/v1/severities", headers=authorization)
        expect(page.locator("tbody")).to_contain_text("Severities V1#List")
        expect(page.get_by_role("status")).to_have_text("1 new.")
        context.close()


def test_a_page_of_another_origin_can_do_nothing(
    browser: Browser, base_url: str, double: Double, document: Document, dataset: Dataset
) -> None:
    with serving(create_app(Double(document, dataset))) as other:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{other}/v1/identity")
        page.evaluate(
            """url => {
                document.body.innerHTML = `<form method="post" action="${url}/_double/console/faults">
                  <input name="operation" value="*"><input name="kind" value="500"></form>`;
                document.forms[0].submit();
            }""",
            base_url,
        )
        expect(page.get_by_role("heading", level=1)).to_have_text("Closed")
        context.close()

    assert len(double.faults) == 0


def test_a_person_signs_in_and_out(browser: Browser, double: Double) -> None:
    with serving(create_app(double, control_token="let me in")) as url:
        context = browser.new_context(base_url=url)
        page = context.new_page()
        page.goto("/_double/")
        page.get_by_label("Control token").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_have_text("That is not the control token of this double.")
        page.get_by_label("Control token").fill("let me in")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")

        (cookie,) = context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/_double/")
        page.get_by_role("navigation").get_by_role("link", name="Journal").click()
        expect(page.get_by_text("· live")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        context.close()
