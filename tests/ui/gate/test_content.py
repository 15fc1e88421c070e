"""What a pass opens: its own span, and nothing of another hit that touches it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from qc.call import Role
from qc.config import Settings
from qc.interval import Interval, intersection, total
from qc.private import Hit, Kind
from qc.redact import find_in
from qc.ui.server.content import hidden
from qc.ui.server.passes import Pass, Variant
from tests.ui.night import inspection

RAW = Pass("u", "", "r", Variant.RAW, "all", (), 0, 1)


def opening(hit: Hit) -> Pass:
    assert hit.interval is not None
    return replace(RAW, spans=((hit.interval.start, hit.interval.end),))


@pytest.mark.parametrize(
    "text", ["我叫王小明13812345678", "户主是王小明电话13812345678", "我叫王小明，电话是13812345678"]
)
def test_another_hit_stays_covered(tmp_path: Path, text: str) -> None:
    lines = [(Role.AGENT, 0.5, "您好，请问您贵姓？您的电话呢？"), (Role.CUSTOMER, 0.5, text)]
    one = inspection(tmp_path, "one", "A01", lines, datetime(2026, 11, 16))
    hits = find_in(one.call)
    assert {hit.kind for hit in hits} == {Kind.NAME, Kind.PHONE}
    for hit in hits:
        still = hidden(replace(one, hits=hits), opening(hit), Settings())
        for other in hits:
            if other is not hit and other.interval is not None:
                assert total(intersection((other.interval,), still)) == pytest.approx(other.interval.duration)


def test_hits_at_the_same_time_open_none(tmp_path: Path) -> None:
    one = inspection(
        tmp_path, "one", "A01", [(Role.AGENT, 0.5, "您好。"), (Role.CUSTOMER, 0.5, "喂喂喂喂")], datetime(2026, 11, 16)
    )
    at = Interval(1.0, 2.0)
    hits = (Hit(Kind.NAME, 1, 0, 2, at, 0.9), Hit(Kind.PHONE, 1, 2, 4, at, 0.9))
    assert total(intersection((at,), hidden(replace(one, hits=hits), opening(hits[0]), Settings()))) == 1.0
