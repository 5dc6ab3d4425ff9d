"""Reading a scenario: from a YAML file to what a double begins with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...openapi import yaml_text
from ...openapi.intake.reading import read_file
from ..building.building import definitions
from ..clock import moment
from ..input_schema import InputSchema
from . import SHIPPED

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named starting state with its faults, as its file has it; see `docs/scenarios.md`."""

    name: str
    source: str
    """Where it was read from, for complaints."""
    content: Mapping[str, Any]
    """The file's object, valid but for names that only a double can know."""

    @property
    def description(self) -> str:
        """What it is good for; empty when it doesn't say."""
        return str(self.content.get("description", "")).strip()


def read_scenario(name_or_path: str | Path) -> Scenario:
    """Give the shipped scenario of that name, or the one in a YAML file.

    Raises ValueError with one line that names the file and the place in it.
    """
    path = Path(name_or_path)
    if str(name_or_path) in SHIPPED:
        path = _FOLDER / f"{name_or_path}.yaml"
    elif not path.exists() and len(path.parts) == 1 and not path.suffix:
        raise ValueError(
            f"no such scenario: {name_or_path} (there are {', '.join(SHIPPED)}, or name a YAML file)"
        )
    return parse_scenario(read_file(path), name=path.stem, source=str(name_or_path))


def parse_scenario(text: bytes | str, *, name: str, source: str) -> Scenario:
    """Read a scenario from YAML. `name` is its name unless it says otherwise. Raises ValueError, naming `source`."""
    try:
        content = yaml_text.load(text)
        content = {} if content is None else content  # an empty file: everything may be left out
        _schema().check(content)
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from None
    if "at" in content.get("clock", {}):
        try:
            moment(content["clock"]["at"])
        except ValueError as error:
            raise ValueError(f"{source}: /clock/at: {error}") from None
    return Scenario(content.get("name", name), source, content)


@cache
def _schema() -> InputSchema:
    schema = json.loads((_FOLDER / "scenario.json").read_text(encoding="utf-8"))
    given, built = schema["$defs"], definitions()
    # What is declared or edited may be so at a time.
    return InputSchema(
        {
            "$ref": schema["$ref"],
            "$defs": {
                **built,
                **given,
                "entry": _with(built["incident"], given["entry_properties"]),
                "dated_edit": _with(built["edit"], given["edit_properties"]),
            },
        }
    )


def _with(schema: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {**schema, "properties": {**schema["properties"], **properties}}
