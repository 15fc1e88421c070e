"""What the morning asks of the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from qc.coaching import tally, tally_figures
from qc.result import ItemKind
from qc.store import Store
from qc.store.sightings import CHUNK
from tests.nights import inspected, promised, risk, rude

NIGHT = (
    inspected("rude", rude(), risk(0), agent="A01", notes=("mono", "low_recognition")),
    inspected("kind", rude(allowed=True), risk(3), promised("今天"), agent="A02", notes=("mono",)),
    inspected("short", rude(), percent=None, agent="A01"),
)
IDS = [one.call.recording.id for one in NIGHT]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        store.save(*NIGHT)
        yield store


def test_flagged_are_critical_failures_and_the_checks_asked_for(store: Store) -> None:
    found = store.flagged(IDS, ("promise",))
    assert [(one.call_id, one.item, one.critical) for one in found] == [
        ("kind", "promise", False),
        ("rude", "forbidden_phrases", True),
        ("short", "forbidden_phrases", False),  # it falls short, but the call has no score that it could fail
    ]
    first = found[1]
    assert (first.agent, first.kind, first.value) == ("A01", ItemKind.CRITICAL, 0.0)
    assert [one.interval.start for one in first.findings if one.interval] == [12.0]


def test_only_the_recordings_asked_for(store: Store) -> None:
    assert [one.call_id for one in store.flagged(IDS[1:2], ("complaint_risk",))] == ["kind"]
    assert store.flagged([], ("complaint_risk",)) == ()


def test_only_the_current_score_counts(store: Store) -> None:
    store.save(inspected("rude", rude(allowed=True)))
    assert len(store.flagged(IDS[:1], ())) == 1  # the same versions are kept as they are
    again = inspected("rude", rude(allowed=True))
    store.save(replace(again, id="again", run=replace(again.run, judging="J2")))
    assert store.flagged(IDS[:1], ()) == ()


def test_quality_notes_are_counted_by_call(store: Store) -> None:
    assert store.quality_counts(IDS) == {"mono": 2, "low_recognition": 1}


def test_more_recordings_than_one_query_takes(store: Store) -> None:
    many = [sha256(str(number).encode()).hexdigest() for number in range(2 * CHUNK + 1)]
    many = [*many[:CHUNK], IDS[0], *many[CHUNK:], IDS[0], IDS[1]]
    assert store.quality_counts(many) == {"mono": 2, "low_recognition": 1}
    assert [one.call_id for one in store.flagged(many, ("complaint_risk",)) if one.critical] == ["rude"]
    parts = list(store.scores_of(many))
    assert len(parts) == 3
    assert sorted(row.call_id for rows, _ in parts for row in rows) == ["kind", "rude"]


def test_figures_count_as_the_inspections_do(store: Store) -> None:
    scorable = [one for one in store.inspections() if one.score.not_scorable is None]
    rows = [row for row in store.item_rows() if row.call_id != "short"]
    whole, figures = tally(scorable), tally_figures(rows)
    assert figures.weights == whole.weights

    def counted(one: object) -> dict[str, dict[str | None, tuple[int, int]]]:
        return {
            item: {agent: (counts.applicable, counts.short) for agent, counts in by.items()}
            for item, by in one.items.items()  # type: ignore[attr-defined]
        }

    assert counted(figures) == counted(whole) != {}
