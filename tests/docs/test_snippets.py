"""What the pages of docs/ show is done here, as it stands there but for the port: see `reader`."""

import shutil
from itertools import zip_longest
from pathlib import Path

import pytest

from .pages import DOCS, PAGES, blocks
from .reader import Reader


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_what_a_page_shows_is_so(page: Path, tmp_path: Path) -> None:
    shown = blocks(page)
    if any(block.language == "js" for block in shown) and shutil.which("node") is None:
        pytest.skip("this page needs Node")
    reader = Reader(tmp_path)
    try:
        for block, following in zip_longest(shown, shown[1:]):
            try:
                reader.read(block, following)
            except Exception as error:
                error.add_note(f"at {block.place}")
                raise
        reader.finish()
    finally:
        reader.close()
