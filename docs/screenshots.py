"""Takes the pictures of docs/console.md, in Chromium: `python -m docs.screenshots`."""

from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

from incident_double.fixtures import realistic
from incident_double.mock_server import DEFAULT_TOKEN, Double
from incident_double.mock_server.shells.app import create_app
from incident_double.mock_server.shells.serving import serving
from incident_double.openapi import bundled
from tests.mock_server.console.browsing import launch

FOLDER = Path(__file__).parent / "images"
NOW = "2026-06-01T09:00:00Z"
PICTURES = {
    "console-incidents": ("light", "incidents?status_category[one_of]=live&status_category[one_of]=learning"),
    "console-incident": ("dark", "incidents/118"),
    "console-journal": ("light", "journal"),
    "console-exchange": ("dark", "journal/{refused}"),
}
"""Each picture with its colours and the page it shows."""


def converse(base_url: str) -> int:
    """Be a client for a while, with its mistakes and misfortunes; the number of the exchange that was refused."""
    headers = {"authorization": f"Bearer {DEFAULT_TOKEN}", "user-agent": "status-page/1.4"}
    with httpx.Client(base_url=base_url, headers=headers) as client:
        severities = client.get("/v1/severities").json()["severities"]
        statuses = client.get("/v1/incident_statuses").json()["incident_statuses"]
        live = next(each["id"] for each in statuses if each["category"] == "live")
        new = {"name": "Checkout is down", "visibility": "public", "incident_status_id": live}
        client.post("/v2/incidents", json={**new, "idempotency_key": "checkout-1"})
        refused = client.get("/_double/journal").json()["last"]
        severity = {"severity_id": severities[-1]["id"]}
        client.post("/v2/incidents", json={**new, **severity, "idempotency_key": "checkout-2"})
        client.get("/v2/incidents", params={"status": "live"})
        client.post("/_double/faults", json={"operation": "Incidents V2#List", "kind": "429", "seconds": 2})
        client.get("/v2/incidents", params={"status_category[one_of]": "live"})
        client.get("/v2/incidents", params={"status_category[one_of]": "live"})
    return int(refused)


def take(browser: Browser, base_url: str, refused: int) -> None:
    """Take every picture, as a window of 1280 by 800 shows it."""
    for name, (scheme, path) in PICTURES.items():
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a str, to it
        page.goto(f"{base_url}/_double/console/{path.format(refused=refused)}")
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()


def main() -> None:
    """Take them all, of a double whose clock stands still."""
    double = Double(bundled(), realistic())
    double.clock.set(NOW)
    double.clock.freeze()
    FOLDER.mkdir(exist_ok=True)
    with serving(create_app(double)) as base_url, sync_playwright() as playwright:
        refused = converse(base_url)
        browser = launch(playwright)
        take(browser, base_url, refused)
        browser.close()


if __name__ == "__main__":
    main()
