"""The pictures of docs/console.md are there, and what the page says is so."""

import re
import struct
from pathlib import Path

import pytest

from incident_double.mock_server import Double
from incident_double.mock_server.control import ControlPlane

from ..mock_server.console.conftest import Visitor

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "console.md").read_text(encoding="utf-8")
PICTURES = sorted((DOCS / "images").glob("console-*.png"))


def test_every_picture_is_shown_with_words_for_those_who_can_t_see_it() -> None:
    shown = dict(re.findall(r"!\[(.+)\]\((images/.+?)\)", PAGE))

    assert sorted(shown.values()) == [f"images/{path.name}" for path in PICTURES]
    assert len(PICTURES) == 4


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_of_the_size_of_a_window_and_light(picture: Path) -> None:
    content = picture.read_bytes()

    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1280, 800)
    assert len(content) <= 150 * 1024


def test_the_address_that_it_shows_works(double: Double) -> None:
    visitor = Visitor(ControlPlane(double))
    (address,) = re.findall(r"`(/_double/console/\S+)`", PAGE)

    assert visitor.see(address).rows()


def test_every_page_of_the_console_is_reported(double: Double) -> None:
    bar = Visitor(ControlPlane(double)).see("/_double/").all("nav")[0].text.split()

    for name in bar:
        assert re.search(rf"(^## .*{name}|\*\*{name}\*\*)", PAGE, re.MULTILINE | re.IGNORECASE)
