"""What a run of `fuzz` is about: written into its report, and read from there to put an input to it again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...contract_tests.decode.outcomes import Target
from ...contract_tests.decode.targets.callables import CallableTarget
from ...contract_tests.decode.targets.fetching import FetchedTarget
from ...contract_tests.decode.targets.processes import ProcessTarget
from ...contract_tests.decode.targets.pulse import Pulse
from ...openapi import Document, bundled, read_document
from ...openapi.overlay import seed_revision

SEED = "seed"
"""The name of the bundled older revision, where a file is asked for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A decoder, as the options of `fuzz` name it."""

    target: str | None
    """`module:callable`."""
    exec: str | None
    """Else a command."""
    fetch: bool
    encode: str | None
    expect: tuple[str, ...]
    schema: str
    document: str | None
    timeout: float

    @classmethod
    def of_report(cls, report: Mapping[str, Any]) -> "Subject":
        """Give the one that a report is about. Raises ValueError for a report that doesn't say."""
        try:
            values = {name: report[name] for name in cls.__slots__}
            subject = cls(
                **{**values, "expect": tuple(values["expect"]), "timeout": float(values["timeout"])}
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"it doesn't say what was fuzzed: {error}") from None
        if not isinstance(subject.target or subject.exec, str):
            raise ValueError("it doesn't say what was fuzzed")
        return subject

    def as_json(self) -> dict[str, Any]:
        """Give it for the report."""
        return asdict(self)

    def opened(self, document: Document, pulse: Pulse | None = None) -> Target:
        """Open the decoder itself, of objects of the document. Raises TargetError when it can't be used.

        Of a callable, `pulse` shows whoever supervises this process what it does.
        """
        if self.target is not None:
            return CallableTarget(
                self.target, encode=self.encode, expect=self.expect, timeout=self.timeout, pulse=pulse
            )
        if self.fetch:
            return FetchedTarget(self.exec or "", document, self.schema, timeout=self.timeout)
        return ProcessTarget(self.exec or "", timeout=self.timeout)


def named_document(name: str | None) -> Document:
    """Give the bundled document, its older revision for `seed`, or that of a file. Raises OSError and DocumentError."""
    if name is None:
        return bundled()
    return seed_revision(bundled()) if name == SEED else read_document(Path(name))
