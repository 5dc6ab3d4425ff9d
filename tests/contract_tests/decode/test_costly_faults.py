"""Faults that take long, or don't show again: they are reported all the same, and cost only so much."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from incident_double.contract_tests.decode.exact_json import parse
from incident_double.contract_tests.decode.fuzz import Fuzz
from incident_double.contract_tests.decode.inputs import inputs
from incident_double.contract_tests.decode.outcomes import Died, Hung, Outcome, Raised, Returned
from incident_double.contract_tests.findings import Finding
from incident_double.openapi import Document, Json

NAME = "IncidentV2"
TRIED = 100


@dataclass
class Decoder:
    """Decodes by a function, and counts what came of it."""

    of: Callable[[Json, int], Outcome]
    met: list[Outcome] = field(default_factory=list)
    takes_text = False

    def decode(self, text: bytes) -> Outcome:
        self.met.append(self.of(parse(text), len(self.met)))
        return self.met[-1]

    def close(self) -> None:
        pass


def found(document: Document, decoder: Decoder, *, hastily: bool = False) -> list[Finding]:
    fuzz = Fuzz(decoder, document, NAME)
    fuzz.run(islice(inputs(document, NAME, seed=0, shapes=["conforming"]), TRIED))
    decoder.met.clear()
    return fuzz.findings(hastily=hastily)


def is_raised_once(_: Json, number: int) -> Outcome:
    return Raised("Flake", "", "", "", declared=False) if number == 3 else Returned()


def dies_without_severity(value: Json, _: int) -> Outcome:
    return Returned(value, encodes=True) if "severity" in value else Died(1, "KeyError: severity")


def hangs_without_teams(value: Json, _: int) -> Outcome:
    return Returned(value, encodes=True) if value["team_ids"] else Hung(2)


def dies_and_loses(value: Json, _: int) -> Outcome:
    if "severity" not in value:
        return Died(1, "KeyError: severity")
    return Returned({**value, "summary": "", "name": value["name"][:100]}, encodes=True)


def test_a_fault_that_does_not_show_again_is_reported_as_unstable(document: Document) -> None:
    decoder = Decoder(lambda value, number: is_raised_once(value, number + 1_000 * (number >= TRIED)))
    fuzz = Fuzz(decoder, document, NAME)
    fuzz.run(islice(inputs(document, NAME, seed=0, shapes=["conforming"]), TRIED))
    (finding,) = fuzz.findings()

    assert (finding.exception, finding.count, finding.stable) == ("Flake", 1, False)


def test_a_death_is_blamed_on_what_is_missing_at_the_cost_of_few_deaths(document: Document) -> None:
    decoder = Decoder(dies_without_severity)
    (finding,) = found(document, decoder)

    assert (finding.rule, finding.outcome, finding.pointer) == ("optional-required", "death", "/severity")
    assert sum(isinstance(each, Died) for each in decoder.met) <= 60


def test_a_hang_is_blamed_on_an_empty_list_at_the_cost_of_few_hangs(document: Document) -> None:
    decoder = Decoder(hangs_without_teams)
    (finding,) = found(document, decoder)

    assert (finding.rule, finding.outcome, finding.pointer) == ("decoder-hangs", "hang", "/team_ids")
    assert sum(isinstance(each, Hung) for each in decoder.met) <= 15


def test_what_is_lost_is_found_though_most_small_objects_end_the_process(document: Document) -> None:
    decoder = Decoder(dies_and_loses)
    rules = {(each.rule, each.pointer): each for each in found(document, decoder)}

    assert rules.keys() == {
        ("optional-required", "/severity"),
        ("value-changed", "/summary"),
        ("value-changed", "/name"),
        ("absent-invented", "/summary"),
    }
    assert sum(isinstance(each, Died) for each in decoder.met) <= 400


def test_in_haste_no_death_and_no_hang_is_tried_again(document: Document) -> None:
    for fault in (dies_without_severity, hangs_without_teams):
        decoder = Decoder(fault)

        assert len(found(document, decoder, hastily=True)) == 1
        assert len(decoder.met) <= 1  # the plainest value of all
