"""Erasure in every table, holds, words that go, counts that stay, and files that are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, text

from qc.call import QualityNote
from qc.errors import NotFound, StoreError, UsageError
from qc.interval import Interval
from qc.result import Excerpt, Failure, Message, Review, ReviewKind, RoleDecision
from qc.sampling import Design, Plan
from qc.store import ArtifactKind, Found, HoldKind, Selection, Sighting, Store
from qc.store.database import Database
from qc.store.erasing import KEPT, rows_of
from qc.store.outlasting import LEAST
from qc.store.schema import recordings, tables
from tests.nights import promised
from tests.postgresql import Server
from tests.store.owing import owing
from tests.store.owing import promised as promise
from tests.store.samples import START, make_call, make_inspection

AT = datetime(2026, 3, 4, tzinfo=UTC)
SECRET = "没电了 'DROP' <b>"


def filled(store: Store, name: str = "call-1", **metadata: object) -> str:
    """A call with something in every table that can have something of it."""
    call = make_call(name, **metadata)
    torn = replace(call.quality, notes=(*call.quality.notes, QualityNote("damaged")))
    inspection = replace(make_inspection(replace(call, quality=torn)), score=owing("x", promise(0.2)).score)
    recording = inspection.call.recording
    ledger = store.ledger("L1", holder="h")
    ledger.enlist([Sighting(recording.path, 1, 1, recording.id)])
    assert ledger.claim([recording.id]) is not None
    assert ledger.finish(recording.id, [inspection, make_inspection(inspection.call, judging="J2")])
    store.decide_roles(
        RoleDecision(recording.id, 1, "Li", "she says so", AT),
        replace(make_inspection(inspection.call, listening="L1+agent1"), hits=()),
        make_inspection(inspection.call, judging="J2").id,
    )
    store.save_review(Review(inspection.id, "opening", ReviewKind.REVIEW, 1.0, "Li", "she says 您好", AT))
    appeal = {"author": "w", "reason": "I did", "at": datetime.now(UTC), "days": 7}
    store.appeals.appeal(recording.id, "opening", 0.0, **appeal)
    store.appeals.withdraw(recording.id, "opening", author="w", at=AT)
    store.appeals.acknowledge(inspection.id, "w", AT)
    raters = {"organiser": "Li", "raters": ("Li", "Chen"), "seed": None, "at": AT}
    session = store.calibrations.begin("x", recording_ids=[recording.id], **raters)
    store.calibrations.answer(session, recording.id, "Li", {"opening": 1.0}, {}, AT)
    store.save_failure(Failure(f"/calls/{name}-torn.wav", "decode", "corrupt", f"/calls/{name}: torn"), recording.id)
    store.life.announce(f"/out/{name}.csv", ArtifactKind.TABLE, False, [recording.id])
    store.clips.add("Li", Excerpt(recording.id, Interval(1, 5), "opening"), 9)
    store.queue.draw(Plan(Design.PER_AGENT, 1, 1), Selection(recordings=(recording.id,)), title="May", by="Li")
    return recording.id


def test_every_table_has_a_rule() -> None:
    """A new table that leads to a recording joins by itself; any other must say why its rows stay."""
    for table in tables.sorted_tables:
        assert (rows_of(table, ["a"]) is None) == (table.name in KEPT), table.name
    assert all(len(reason) > 20 for reason in KEPT.values())


def test_a_table_that_leads_to_a_recording_joins_by_itself() -> None:
    other = Table("other", MetaData(), Column("call", ForeignKey(tables.tables["inspections"].c.id), primary_key=True))
    assert "inspections.call IN (SELECT calls.id" in str(rows_of(other, ["a"]))
    alone = Table("alone", MetaData(), Column("id", Integer, primary_key=True))
    assert rows_of(alone, ["a"]) is None


def test_erasing_leaves_no_row_of_it_and_all_of_others(store_url: str) -> None:
    with Store(store_url) as store:
        gone, stays = filled(store), filled(store, "call-2")
        before = {one: store.life.rows(Found(frozenset([one]))) for one in (gone, stays)}
        assert set(before[gone]) == {table.name for table in tables.sorted_tables} - set(KEPT)
        assert store.life.erase(Found(frozenset([gone])), "dsr-1") == before[gone]
        assert not store.life.rows(Found(frozenset([gone])))
        assert store.life.rows(Found(frozenset([stays]))) == before[stays]
        assert store.life.tombstones().keys() == {gone}
        assert store.life.tombstones()[gone][0] == "dsr-1"


def test_what_was_erased_is_not_stored_again(store_url: str) -> None:
    """Not by whoever had it in hand, nor by a run that was hearing it."""
    inspection = make_inspection()
    recording = inspection.call.recording
    with Store(store_url) as store:
        store.save(inspection)
        ledger = store.ledger("L2", holder="h")
        ledger.enlist([Sighting(recording.path, 1, 1, recording.id)])
        ledger.claim([recording.id])
        store.life.erase(Found(frozenset([recording.id])), "dsr-1")
        assert not ledger.finish(recording.id, [inspection])
        assert not ledger.fail(recording.id, Failure(recording.path, "decode", "io", "torn"))
        store.save(inspection)
        store.save_name(recording.id, "/elsewhere.wav")
        store.save_failure(Failure(recording.path, "decode", "io", "torn"), recording.id)
        ledger.enlist([Sighting(recording.path, 1, 1, recording.id)])
        rows = store.life.rows(Found(frozenset([recording.id])))
        assert set(rows) <= {"files"}  # a batch never gets so far: it asks for tombstones first
        assert store.failures() == ()


def test_calls_are_found_by_all_that_names_them(store_url: str) -> None:
    with Store(store_url) as store:
        one, other = filled(store), filled(store, "call-2")
        store.save_failure(Failure("/calls/empty.wav", "read", "empty", "empty"))
        store.save_name(other, "/more/call-1.wav")
        inspection = make_inspection()
        for key in (inspection.id, "call-1", "/calls/call-1.wav", "call-1-torn.wav", one, one[:12]):
            assert store.life.find(key) == Found(frozenset([one])), key
        assert store.life.find("empty.wav") == Found(paths=frozenset(["/calls/empty.wav"]))
        with pytest.raises(UsageError, match="fits 2 recordings"):
            store.life.find("call-1.wav")
        with pytest.raises(NotFound):
            store.life.find("nothing")
        assert store.life.erase(store.life.find("empty.wav"), "dsr-1") == {"failures": 1}


def test_all_calls_of_an_agent_a_team_or_a_caller(store_url: str) -> None:
    with Store(store_url) as store:
        one, two = filled(store, caller="ab" * 32), filled(store, "call-2", agent="A02", team="T2")
        assert store.life.about(HoldKind.AGENT, "A02") == Found(frozenset([two]))
        assert store.life.about(HoldKind.TEAM, "T1") == Found(frozenset([one]))
        assert store.life.about(HoldKind.CALLER, "ab" * 32) == Found(frozenset([one]))
        assert store.life.named(lambda text: "call-2" in text) == Found(frozenset([two]))


@pytest.mark.parametrize("kind", HoldKind)
def test_what_is_held_stays(store_url: str, kind: HoldKind) -> None:
    with Store(store_url) as store:
        one, other = filled(store, caller="ab" * 32), filled(store, "call-2", agent="A02", team="T2")
        value = {"call": one, "agent": "A01", "team": "T1", "caller": "ab" * 32}[kind]
        number = store.life.hold(kind, value, "court-1", "Li")
        assert store.life.held([one, other]) == {one}
        with pytest.raises(StoreError, match="1 of these calls are held"):
            store.life.erase(Found(frozenset([one, other])), "dsr-1")
        assert not store.life.tombstones()
        assert store.life.release(number, "Wang").released_by == "Wang"
        assert store.life.holds() == () and len(store.life.holds(released=True)) == 1
        with pytest.raises(NotFound, match="none that holds"):
            store.life.release(number, "Wang")
        store.life.erase(Found(frozenset([one, other])), "dsr-1")
        store.life.forget_holds(kind, value)
        assert store.life.holds(released=True) == ()


def test_words_go_and_scores_and_times_stay(store_url: str) -> None:
    call = make_call()
    inspection = make_inspection(call)
    inspection = replace(
        inspection, score=replace(inspection.score, results=(*inspection.score.results, promised("二十四小时内", None)))
    )
    with Store(store_url) as store:
        store.save(inspection)
        store.save_review(Review(inspection.id, "opening", ReviewKind.REVIEW, 1.0, "Li", "she says 您好", AT))
        before, rows, items = store.inspections()[0], store.call_rows(), store.item_rows()
        said = ["您好", SECRET, "没电了", "二十四小时内", "words that nobody may read"]
        assert store.life.rows_with(said)
        assert store.life.take_words([call.recording.id]) == 1
        assert store.life.take_words([call.recording.id]) == 0
        assert not store.life.rows_with(said)
        assert store.call_rows() == rows and store.item_rows() == items
        after = store.inspections()[0]
        assert [(one.role, one.interval, one.sentiment) for one in after.call.transcript.utterances] == [
            (one.role, one.interval, one.sentiment) for one in before.call.transcript.utterances
        ]
        assert after.call.speech == before.call.speech
        assert after.score.results[2].result.findings[0].note == Message("promise.dated", {"when": "…"})
        assert store.standing([call.recording.id])[call.recording.id].wordless
        assert not store.life.ages()[0].worded
        assert store.reviews(call.recording.id)[0].reason == "…"


def test_days_are_counted_before_their_calls_go(store_url: str) -> None:
    """Five calls make a cell; what is counted once does not change with what goes."""
    with Store(store_url) as store:
        ids = []
        for number in range(LEAST + 1):
            made = make_inspection(make_call(f"c{number}"), percent=60.0 + number, opening=float(number % 2))
            store.save(made)
            ids.append(made.call.recording.id)
        store.save(make_inspection(make_call("en", language="en")))
        store.life.erase(Found(frozenset(ids[:2])), "dsr-1")
        counted = store.life.aggregates()
        assert [(one.language, one.item, one.calls, one.short, one.percent) for one in counted] == [
            ("zh", "", 6, 0, 62),
            ("zh", "opening", 6, 3, None),
        ]
        assert {one.day for one in counted} == {START.date()}
        store.life.erase(Found(frozenset(ids[2:])), "dsr-1")
        assert store.life.aggregates() == counted
        assert min(one.calls for one in counted) >= LEAST


def test_days_of_few_calls_leave_nothing(store_url: str) -> None:
    with Store(store_url) as store:
        ids = []
        for number in range(LEAST - 1):
            store.save(made := make_inspection(make_call(f"c{number}")))
            ids.append(made.call.recording.id)
        store.life.erase(Found(frozenset(ids)), "dsr-1")
        assert store.life.aggregates() == ()


def test_files_are_known_by_their_recordings(store_url: str) -> None:
    with Store(store_url) as store:
        store.life.announce("/out/a.csv", ArtifactKind.TABLE, False, ["r1"])
        (begun,) = store.life.artifacts(["r1"])
        assert begun.sha256 is None
        store.life.finished("/out/a.csv", ArtifactKind.REPORT, True, ["r2", "r3"], "ab" * 32)
        assert store.life.artifacts(["r1"]) == ()
        (done,) = store.life.artifacts(["r3", "r9"])
        assert (done.path, done.kind, done.sha256, done.encrypted) == (
            "/out/a.csv",
            ArtifactKind.REPORT,
            "ab" * 32,
            True,
        )
        assert done.recordings == {"r2", "r3"}
        store.life.forget([done])
        assert store.life.artifacts() == ()


def test_what_is_deleted_is_not_in_the_file(store_url: str) -> None:
    with Store(store_url) as store:
        gone, _ = filled(store), filled(store, "call-2")
        store.life.erase(Found(frozenset([gone])), "dsr-1")
        store.life.compact()
        if not store_url.startswith("sqlite"):
            return

        for ending in ("", "-wal"):
            assert b"call-1.wav" not in Path(store.name + ending).read_bytes()
        assert b"call-2.wav" in Path(store.name).read_bytes()
        with Database(store_url).reading() as reader:  # somebody reads: the log cannot be emptied, and that is said
            reader.execute(text("SELECT count(*) FROM calls")).scalar()
            filled(store, "call-3")
            with pytest.raises(StoreError, match="another program"):
                Store(store_url, busy_timeout=0.1).life.compact()


def test_postgresql_writes_its_tables_anew(postgresql_server: Server) -> None:
    """Deleted rows lie in its files until then; its write-ahead log keeps them until it is used again."""

    def files_with(name: bytes) -> int:
        postgresql_server.execute(sql.SQL("CHECKPOINT"))
        data = postgresql_server.folder / "data" / "base"
        return sum(name in path.read_bytes() for path in data.rglob("*") if path.is_file())

    with postgresql_server.database() as url, Store(url) as store:
        gone, _ = filled(store, "call-gone"), filled(store, "call-stays")
        store.life.erase(Found(frozenset([gone])), "dsr-1")
        assert files_with(b"call-gone.wav")
        store.life.compact()
        assert not files_with(b"call-gone.wav")
        assert files_with(b"call-stays.wav")


def test_recordings_table_is_the_root() -> None:
    assert str(rows_of(recordings, ["a"])).startswith("recordings.id IN")


def test_a_call_whose_words_went_while_it_was_judged_again_keeps_its_score(store_url: str) -> None:
    call = make_call()
    before, late = make_inspection(call), make_inspection(call, judging="J2", percent=100.0, opening=None)
    with Store(store_url) as store:
        store.save(before)
        store.life.take_words([call.recording.id])
        store.save(late)
        (now,) = store.inspections()
        assert (now.run.judging, now.score.percent) == ("J1", 62.5)
        assert not store.life.rows_with(["您好"])
        assert not store.life.ages()[0].worded
