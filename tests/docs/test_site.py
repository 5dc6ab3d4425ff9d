"""The documentation builds strictly, holds together, and needs nothing from elsewhere."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .pages import DOCS, PAGES, ROOT

LOADING = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
"""What a browser fetches without being asked, unless it is one of these links."""
NOT_FETCHED = {"index", "search", "next", "prev", "canonical", "alternate"}


class Page(HTMLParser):
    """The anchors of a page, where it leads to, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = {""}
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        place = LOADING.get(tag)
        if place in given and not (tag == "link" and given.get("rel") in NOT_FETCHED):
            self.loaded.append(given[place])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--fail-on-warning", "--keep-going", "--quiet", "-c", "docs", "-d", str(folder / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, ".", str(folder / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@pytest.fixture(scope="module")
def read(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


def internal(page: Page) -> Iterator[tuple[str, str]]:
    for link in page.links:
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc:
            yield unquote(parts.path), parts.fragment


def test_every_page_of_the_documentation_is_in_the_navigation(site: Path) -> None:
    navigation = Page(site / "docs" / "index.html").links
    expected = {f"{page.relative_to(DOCS).with_suffix('.html')}" for page in PAGES} - {"index.html"}
    expected |= {f"../examples/{each.parent.name}/README.html" for each in ROOT.glob("examples/*/README.md")}

    assert expected - set(navigation) == set()


def test_every_internal_link_and_anchor_leads_somewhere(read: dict[Path, Page]) -> None:
    lost = []
    for path, page in read.items():
        for target, anchor in internal(page):
            leads_to = (path.parent / target).resolve() if target else path
            known = read.get(leads_to)
            if not leads_to.exists() or (known is not None and anchor not in known.anchors):
                lost.append(f"{path.name}: {target}#{anchor}")
    assert lost == []


def test_nothing_is_loaded_from_elsewhere(site: Path, read: dict[Path, Page]) -> None:
    foreign = [
        f"{path.name}: {each}"
        for path, page in read.items()
        for each in page.loaded
        if urlsplit(each).netloc or urlsplit(each).scheme not in ("", "data")
    ]
    sheets = [each.read_text(encoding="utf-8") for each in site.rglob("*.css")]
    imported = re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)]+", "\n".join(sheets))

    assert (foreign, imported) == ([], [])


def test_what_the_top_pages_link_to_is_a_page_of_the_site(site: Path) -> None:
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        linked = re.findall(r"\]\(((?!https?:)[^)#]+\.md)", (ROOT / name).read_text(encoding="utf-8"))
        assert [each for each in linked if not (site / each).with_suffix(".html").exists()] == []


def test_the_front_page_leads_to_the_documentation(site: Path) -> None:
    assert "url=docs/index.html" in (site / "index.html").read_text(encoding="utf-8")
