"""Write the pools that the data are drawn from and that Faker fills: `make pools`.

Faker's lists change between its releases. Taken down here, they change only with a release of this project, and a
seed gives the same bytes whatever Faker is installed, or none.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from faker import VERSION, Faker
from faker.providers.person.en_US import Provider

FILE = Path(__file__).resolve().parents[1] / "fixtures" / "account" / "personal_names.json"


def personal_names() -> Mapping[str, Any]:
    """The names of people, each with how often it is met, and the Faker that they come from."""
    provider = Provider(Faker("en_US"))
    return {
        "made_with": f"Faker {VERSION}",
        "first_names": dict(provider.first_names),
        "last_names": dict(provider.last_names),
    }


def written(pool: Mapping[str, Any]) -> str:
    """The pool as the file has it: compact, one line."""
    return json.dumps(pool, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(personal_names()), encoding="utf-8")
