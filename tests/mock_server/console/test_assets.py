"""The console's own files."""

import re
from pathlib import Path

import pytest

from incident_double.mock_server import console

from .conftest import Visitor

FOLDER = Path(console.__file__).parent / "assets"
STYLE = (FOLDER / "console.css").read_text(encoding="utf-8")
NAMES = sorted(path.name for path in FOLDER.iterdir())
ON_SURFACES = ["text", "muted", "accent", "bad"]
PAIRS = [
    *[(colour, back) for colour in ON_SURFACES for back in ("page", "surface")],
    *[("text", "code"), ("muted", "code"), ("on-accent", "accent")],
    *[(name, f"{name}-back") for name in ("good", "warn", "bad", "calm", "fault")],
]


def palette(scheme: str) -> dict[str, str]:
    """The colours by name, in light or in the dark."""
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light if scheme == "light" else dark))


def luminance(colour: str) -> float:
    """As WCAG 2 has it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "back"), PAIRS)
def test_what_is_written_can_be_read(scheme: str, text: str, back: str) -> None:
    colours = palette(scheme)

    assert contrast(colours[text], colours[back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fields_and_focus_stand_out(scheme: str) -> None:
    colours = palette(scheme)

    for back in ("page", "surface"):
        assert contrast(colours["field"], colours[back]) >= 3
        assert contrast(colours["accent"], colours[back]) >= 3


def test_both_palettes_have_the_same_colours_and_the_style_has_no_others() -> None:
    assert palette("light").keys() == palette("dark").keys()
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)) == []
    assert set(re.findall(r"var\(--([a-z-]+)\)", STYLE)) == palette("light").keys()


def test_the_files_are_few_and_small() -> None:
    assert NAMES == ["console.css", "console.js", "icon.svg"]
    assert sum((FOLDER / name).stat().st_size for name in NAMES) < 20_000


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_may_keep_a_file_but_has_to_ask(visitor: Visitor, name: str) -> None:
    reply = visitor.ask("GET", f"/_double/assets/{name}")
    headers = dict(reply.headers)

    assert reply.body == (FOLDER / name).read_bytes()
    assert headers["cache-control"] == "no-cache"
    assert headers["x-content-type-options"] == "nosniff"
    again = visitor.ask("GET", f"/_double/assets/{name}", if_none_match=headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("name", ["", "other.css", "../console.py", "..%2Fconsole.py", "console.css/"])
def test_nothing_else_is_given_away(visitor: Visitor, name: str) -> None:
    assert visitor.ask("GET", f"/_double/assets/{name}").status == 404


def test_nothing_is_fetched_from_elsewhere() -> None:
    script = (FOLDER / "console.js").read_text(encoding="utf-8")

    assert re.findall(r"url\(|@import|https?:", STYLE + script) == []
    assert re.findall(r"innerHTML\s*=[^=]|eval\(|insertAdjacentHTML|document\.write", script) == []
