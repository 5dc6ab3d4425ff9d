"""Reading a page: its elements with their attributes and texts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr", "option"}
"""Elements that have no end; `option` has one where it has a text, which is all that is asked of it."""


@dataclass
class Element:
    """One element."""

    tag: str
    attributes: dict[str, str]
    parents: tuple["Element", ...]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is written in it, on one line."""
        return " ".join("".join(self.words).split())

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


class Html(HTMLParser):
    """A page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop().tag == tag, f"{tag} is closed where another is open"

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of that kind with these attributes; `class_` is one of its classes."""
        wanted = {name: value for name, value in attributes.items() if name != "class_"}
        return [
            each
            for each in self.elements
            if each.tag == tag
            and wanted.items() <= each.attributes.items()
            and attributes.get("class_", "") in ["", *each.attributes.get("class", "").split()]
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def heading(self) -> str:
        return self.one("h1").text

    @property
    def text(self) -> str:
        return self.one("body").text

    def rows(self) -> list[list[str]]:
        """The texts of the cells of the tables' rows, without the heads."""
        bodies = [each for each in self.all("tr") if any(parent.tag == "tbody" for parent in each.parents)]
        return [
            [each.text for each in self.elements if each.tag in ("td", "th") and row in each.parents]
            for row in bodies
        ]

    def input(self, name: str) -> Element:
        """The field of that name."""
        (element,) = [
            each
            for each in self.elements
            if each.tag in ("input", "select", "textarea") and each.attributes.get("name") == name
        ]
        return element

    def problem(self, name: str) -> str:
        """What is said beside a field, which must be said to belong to it; empty where nothing is wrong."""
        about = [each for each in self.all("p", class_="wrong") if each["id"].startswith(f"{name}-wrong")]
        for each in about:
            assert each["id"] in self.input(name)["aria-describedby"].split()
            assert self.input(name)["aria-invalid"] == "true"
        return " ".join(each.text for each in about)
