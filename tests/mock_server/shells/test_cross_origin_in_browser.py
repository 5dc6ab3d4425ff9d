"""A page on another origin, in a real Chromium."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.faults.arming import parse_fault
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving

from ..console.browsing import launch

ASK = """
async ([url, options]) => {
  try {
    const answer = await fetch(url, options);
    const text = await answer.text();
    const wait = answer.headers.get("retry-after");
    return { status: answer.status, body: text ? JSON.parse(text) : null, wait };
  } catch (error) {
    return { error: error.name };
  }
}
"""
KEY = {"authorization": f"Bearer {DEFAULT_TOKEN}"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page_url() -> Iterator[str]:
    """Where a page is, on an origin of its own."""
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Asking:
    """Asks as a page does."""

    def __init__(self, browser: Browser, page_url: str, double_url: str) -> None:
        self._page = browser.new_page()
        self._page.goto(page_url)
        self._double_url = double_url

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
        headers = dict(options.pop("headers", KEY))
        if body is not None:
            headers["content-type"] = "application/json"
            options["body"] = json.dumps(body)
        asked = {"method": method, "headers": headers, **options}
        answer: dict[str, Any] = self._page.evaluate(ASK, [self._double_url + path, asked])
        return answer


def origin_of(url: str) -> str:
    return "/".join(url.split("/")[:3])


def test_a_page_is_refused_by_default(double: Double, browser: Browser, page_url: str) -> None:
    with serving(create_app(double)) as url:
        ask = Asking(browser, page_url, url)

        assert ask("GET", "/v2/incidents") == {"error": "TypeError"}
        assert ask("POST", "/_double/reset", headers={}) == {"error": "TypeError"}
    assert [exchange.method for exchange in double.journal.since(0)] == [
        "OPTIONS"
    ]  # all that a browser sends


@pytest.mark.parametrize("every", [False, True])
def test_a_page_of_an_allowed_origin_reads_and_writes(
    double: Double, browser: Browser, page_url: str, every: bool
) -> None:
    origins = ["*" if every else origin_of(page_url)]
    with serving(create_app(double, origins=origins)) as url:
        ask = Asking(browser, page_url, url)

        assert ask("GET", "/v2/incidents?page_size=1")["status"] == 200
        body = {"idempotency_key": "k", "visibility": "public", "name": "From a page"}
        assert ask("POST", "/v2/incidents", body)["body"]["incident"]["name"] == "From a page"
        assert ask("GET", "/v2/incidents", headers={})["body"]["type"] == "authentication_error"
        assert ask("GET", "/not/served") == {"status": 404, "body": None, "wait": None}
        double.faults.arm(parse_fault("Incidents V2#List:429", double.document))
        refused = ask("GET", "/v2/incidents")
        assert (refused["status"], refused["wait"] is None) == (429, False)
        assert ask("GET", "/_double/clock", headers={})["status"] == 200
        assert ask("POST", "/_double/reset", headers={})["status"] == 204
        assert double.journal.count == 0


def test_credentials_are_never_allowed(double: Double, browser: Browser, page_url: str) -> None:
    with serving(create_app(double, origins=[origin_of(page_url)])) as url:
        ask = Asking(browser, page_url, url)

        assert ask("GET", "/v2/incidents", credentials="include") == {"error": "TypeError"}
