"""Agitation in long calls, and how it is shown."""

from __future__ import annotations

import pytest

from qc.checks import CHECKS
from tests.talks import talk


@pytest.mark.parametrize(("utterances", "short"), [(30, True), (31, False)])
def test_three_agitated_utterances_of_many_are_chance(utterances: int, short: bool) -> None:
    said = [
        ("agent", 6 * n, 6 * n + 3, "两小时内来电", {"negative": 0.0, "pitch": 50 * (n < 3), "energy": 8 * (n < 3)})
        for n in range(utterances)
    ]
    result = CHECKS["agent_tone"](talk(said))
    assert result.falls_short == short
    assert [one.note.key for one in result.findings] == ["agent_tone.agitated"] * 3
    assert [dict(one.note.values) for one in result.findings] == [{"energy": 8, "pitch": 50}] * 3


def test_a_tone_that_could_not_be_measured_is_not_agitated() -> None:
    said = [
        ("agent", 6 * n, 6 * n + 3, "两小时内来电", {"negative": 0.0, "pitch": None, "energy": 8}) for n in range(5)
    ]
    result = CHECKS["agent_tone"](talk(said))
    assert (result.value, result.findings) == (1.0, ())
