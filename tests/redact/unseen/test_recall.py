"""What redaction finds of the utterances that once were unseen: a floor under figures that are tuned by now."""

from __future__ import annotations

import pytest

from qc.redact import find_in
from tests.redact.unseen.generate import POOLS, utterances
from tests.redact.unseen.measure import measure
from tests.redact.unseen.values import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pool", POOLS)
def test_recall_and_false_masking(language: str, pool: str) -> None:
    found = measure(utterances(language, pool, 300, seed=2), find_in)
    assert found.recall.share >= 0.97
    assert found.false_masking.share <= 0.015
