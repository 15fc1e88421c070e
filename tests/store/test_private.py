"""What the store keeps of private data, and what it gives away: the raw inspection to judge it again, masked rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from qc.call import Role
from qc.interval import Interval
from qc.private import Hit
from qc.redact import find_in, masked
from qc.result import CheckResult, Finding, Inspection, ItemKind, ItemResult, Message
from qc.store import Store
from tests.store.samples import make_call, make_inspection
from tests.talks import talk

NUMBER = "13907654321"


def inspection(hits: bool = True) -> Inspection:
    """A call with a number in an utterance, in the quote of a critical item that falls short, and in its note."""
    spoken = talk([("agent", 0, 2, "您的手机号是多少"), ("customer", 3, 8, f"手机号{NUMBER}")])
    made = make_inspection(replace(make_call("call-1"), transcript=spoken.transcript))
    quote = f"手机号{NUMBER}"
    note = Message("promise.dated", {"when": NUMBER})
    finding = Finding(Interval(3, 8), Role.CUSTOMER, quote, note, (1, 0))
    result = CheckResult("promise", 0.0, 1.0, "times", Message("promise.open"), (finding,))
    item = ItemResult("promise", "conduct", ItemKind.CRITICAL, 1.0, 0.0, 0.0, result)
    score = replace(made.score, results=(*made.score.results, item), not_scorable=None)
    return replace(made, score=score, hits=find_in(made.call) if hits else None)


@pytest.mark.parametrize("found", [True, False])
def test_an_inspection_comes_back_raw_with_its_hits(store_url: str, found: bool) -> None:
    with Store(store_url) as store:
        store.save(inspection(found))
        stored = store.inspection("call-1")
    assert stored == inspection(found)
    assert masked(stored) == masked(inspection())
    if found:
        assert stored.hits and isinstance(stored.hits[0], Hit)


@pytest.mark.parametrize("looked", [True, False])
def test_rows_hold_masked_evidence_even_where_nobody_looked_yet(store_url: str, looked: bool) -> None:
    with Store(store_url) as store:
        store.save(inspection(), make_inspection(make_call("call-2")))
        if not looked:  # as an earlier version stored it
            engine = sa.create_engine(store_url.replace("postgresql://", "postgresql+psycopg://"))
            with engine.begin() as connection:
                connection.execute(sa.text("UPDATE inspections SET hits = NULL"))
                connection.execute(sa.text("UPDATE findings SET masked = NULL, masked_note = NULL"))
            engine.dispose()
        rows = tuple(store.each_finding_row())
        (flagged,) = store.flagged([inspection().call.recording.id], ())
    (row,) = [row for row in rows if row.item == "promise"]
    for finding in (row.finding, *flagged.findings):
        assert (finding.quote, finding.note.values) == ("手机号[电话]", {"when": "[电话]"})
    assert row.recording_id == flagged.recording_id == inspection().call.recording.id
    assert NUMBER not in repr((rows, flagged))


def test_a_call_is_found_by_the_name_that_is_shown(tmp_path: Path) -> None:
    call = make_call(f"C{NUMBER}")
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.save(make_inspection(call), make_inspection(make_call("other")))
        shown = masked(store.inspection(call.recording.id)).call.metadata.call_id
        assert shown == f"C…#{call.recording.id[:8]}"
        assert store.inspection(shown).call.recording.id == call.recording.id
