"""How long a run of a sweep may take."""

from incident_double.contract_tests.sweep.patience import Patience
from incident_double.contract_tests.wire.recording import Recorder
from incident_double.fixtures import Dataset
from incident_double.mock_server import DEFAULT_TOKEN, Double, Request
from incident_double.openapi import Document


def test_what_is_sent_again_after_a_reset_counts_with_what_was_sent_before(
    document: Document, dataset: Dataset
) -> None:
    double = Double(document, dataset)
    patience = Patience(Recorder(double), 600, 3)
    seen = []
    for _ in range(3):
        double.answer(Request("GET", "/v1/severities", authorization=f"Bearer {DEFAULT_TOKEN}"))
        seen.append(patience.is_over())
        double.reset()

    assert seen == [False, False, True]
