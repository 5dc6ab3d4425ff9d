"""How the documentation is built: by Sphinx from the same files that are read on a forge, links and all.

The root of the checkout is the source, so that a page may link to the README, to an example or to a page beside it in
one way for both. The navigation is what `docs/index.md` lists under its headings, and whatever is in `examples/`.
"""

import re
from importlib.metadata import version as version_of
from itertools import pairwise

from sphinx.application import Sphinx

project = "incident-double"
version = release = version_of(project)
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "benchmarks/*.md", "examples/*/README.md"]
exclude_patterns = ["build", "dist", ".*", "tests", "**/node_modules"]
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline"]
nitpicky = True

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_copyright = False
html_additional_pages = {"index": "to-docs.html"}
templates_path = ["templates"]
pygments_style, pygments_dark_style = "friendly", "native"
highlight_options = {"stripnl": False}


def toctree(caption: str, *lines: str) -> str:
    """A table of contents, as MyST has it."""
    return "\n".join(["```{toctree}", ":hidden:", ":glob:", f":caption: {caption}", "", *lines, "```"])


def toctrees(index: str) -> str:
    """A table of contents for each part of the index: its links, in their words."""
    headings = [*re.finditer(r"^## (.+)$", index, re.MULTILINE)]
    ends = [(this, following.start()) for this, following in pairwise(headings)]
    ends.append((headings[-1], len(index)))
    parts = []
    for heading, end in ends:
        links = re.findall(r"^- \[(.+?)\]\((.+?)\.md\)", index[heading.end() : end], re.MULTILINE)
        pages = [f"{title.replace('`', '')} <{path}>" for title, path in links]
        parts.append(toctree(heading[1], *pages))
    return "\n\n".join(parts)


def add_navigation(_: Sphinx, name: str, source: list[str]) -> None:
    """Let the index be the navigation."""
    if name == root_doc:
        source[0] += f"\n{toctrees(source[0])}\n\n{toctree('Examples', '/examples/*/README')}\n"


def add_anchors(_: Sphinx, __: str, source: list[str]) -> None:
    """Let the anchors inside a page, which a forge reads as HTML, be targets of links here too."""
    source[0] = re.sub(r'<a id="([a-z0-9-]+)"></a>`([^`]+)`', r"[`\2`]{#\1}", source[0])


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_navigation)
    app.connect("source-read", add_anchors)
