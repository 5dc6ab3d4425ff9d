"""The pages of the documentation, and what stands in their fences."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
_OF_CONTINUOUS_INTEGRATION = re.compile(
    r"CI|BUILDKITE|CIRCLECI|CIRRUS_CI|GITHUB_ACTIONS|GITLAB_CI|TF_BUILD|TEAMCITY.*"
)
"""Variables by which Hypothesis, say, knows that it needn't mind a slow machine. Readers have none of them."""
_FENCE = re.compile(r"^(?P<fence>```+)(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fence: its language, the file that it is to be, where it says so, and where it stands."""

    language: str
    file: str | None
    text: str
    place: str
    continues: bool
    """Whether it shows what the block before has printed: there is nothing between them, or a sentence that goes on."""

    @property
    def lines(self) -> Sequence[str]:
        """The command lines of a shell block, without comments and with continued ones joined."""
        joined = self.text.replace("\\\n", " ")
        bare = [re.split(r"(?:^|\s\s+)# ", line)[0].strip() for line in joined.splitlines()]
        return [line for line in bare if line]


def of_a_reader(**more: str) -> dict[str, str]:
    """The environment of somebody who tries what a page shows, and what else is to be in it."""
    mine = {name: text for name, text in os.environ.items() if not _OF_CONTINUOUS_INTEGRATION.fullmatch(name)}
    return mine | more


def blocks(page: Path) -> list[Block]:
    """Every fence of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    end = 0
    for match in _FENCE.finditer(text):
        language, _, rest = match["info"].strip().partition(" ")
        file = re.fullmatch(r"file=(\S+)", rest)
        assert not rest or file, f"{page.name}: what does {rest!r} say?"
        line = text.count("\n", 0, match.start()) + 1
        between = text[end : match.start()].strip()
        continues = bool(found) and (not between or between[0].islower()) and "\n\n" not in between
        place = f"{page.relative_to(DOCS)}:{line}"
        found.append(Block(language, file[1] if file else None, match["text"], place, continues))
        end = match.end()
    return found
