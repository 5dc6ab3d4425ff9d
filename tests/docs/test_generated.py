"""What the documentation takes from the code is what the code says now."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITERS = sorted((ROOT / "docs").glob("generate*.py"))
PAGES = {
    path: (text, writer.name)
    for writer in WRITERS
    for path, text in runpy.run_path(str(writer))["pages"]().items()
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_generated_page_is_up_to_date(page: Path) -> None:
    text, writer = PAGES[page]
    assert page.read_text(encoding="utf-8") == text, f"run `python docs/{writer}`"


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
