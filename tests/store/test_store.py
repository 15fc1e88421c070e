"""What goes into the store comes out of it, whole and once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from qc.call import Metadata, QualityNote
from qc.errors import NotFound, StoreError
from qc.result import Failure, Message, RoleDecision
from qc.store import Selection, Store
from qc.store.database import Database
from qc.store.erasing import KEPT
from qc.store.schema import tables
from tests.store.samples import START, make_call, make_inspection


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        yield store


def test_an_inspection_comes_back_equal(store: Store, store_url: str) -> None:
    inspection = make_inspection()
    store.save(inspection)
    with Store(store_url) as reopened:
        assert reopened.inspections() == (inspection,)
        assert reopened.call(inspection.call.recording.id, "L1") == inspection.call


def test_a_call_that_is_not_scorable_comes_back_equal(store: Store) -> None:
    inspection = make_inspection(percent=None, opening=None)
    store.save(inspection)
    assert store.inspection(inspection.id) == inspection
    assert not store.call_rows()[0].scorable


text = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    quote=text,
    agent=st.none() | text,
    values=st.dictionaries(text, text | st.floats(allow_nan=False, allow_infinity=False)),
)
def test_any_words_survive(store: Store, quote: str, agent: str | None, values: dict[str, str | float]) -> None:
    inspection = make_inspection(make_call(agent=agent))
    first = inspection.score.results[0]
    finding = replace(first.result.findings[0], quote=quote, note=Message("note", values))
    item = replace(first, result=replace(first.result, findings=(finding,)))
    inspection = replace(inspection, score=replace(inspection.score, results=(item,)))
    store.delete(inspection.call.recording.id)
    store.save(inspection)
    assert store.inspection(inspection.id) == inspection


def test_a_whole_number_in_a_message_stays_whole(store: Store) -> None:
    inspection = make_inspection(percent=None)
    message = Message("too_many", {"count": 3, "seconds": 3.5})
    store.save(replace(inspection, score=replace(inspection.score, not_scorable=message)))
    stored = store.inspections()[0].score.not_scorable
    assert stored is not None
    assert [repr(value) for value in stored.values.values()] == ["3", "3.5"]


def test_a_name_that_is_not_utf8_survives(store: Store) -> None:
    name = b"/calls/\xff\xd6\xd0.wav".decode("utf-8", "surrogateescape")
    call = make_call()
    call = replace(call, recording=replace(call.recording, path=name))
    store.save(make_inspection(call))
    assert store.inspections()[0].call.recording.path == name
    assert store.names(call.recording.id) == (name,)
    assert store.call_rows()[0].path == name


def test_heard_is_known_by_content_and_version(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    recording_id = inspection.call.recording.id
    assert store.has(recording_id, "L1")
    assert not store.has(recording_id, "L2")
    assert not store.has("0" * 64, "L1")
    with pytest.raises(NotFound):
        store.call(recording_id, "L2")


def test_the_last_saved_is_current_and_nothing_is_lost(store: Store) -> None:
    first, second = make_inspection(percent=50.0), make_inspection(judging="J2", percent=70.0)
    store.save(first)
    store.save(second)
    assert store.inspections() == (second,)
    assert store.inspection(first.id) == first
    store.save(make_inspection(percent=99.0))  # same versions as the first: kept as it is, current again
    assert store.inspections() == (first,)
    store.save(make_inspection(listening="L2", percent=80.0))
    assert [one.run.listening for one in store.inspections()] == ["L2"]
    assert store.judged(first.call.recording.id, "L1") is not None


@pytest.mark.parametrize("key", ["id", "call id", "recording", "name", "other name", "path"])
def test_a_call_is_found_by(store: Store, key: str) -> None:
    inspection = make_inspection(make_call("7-ä"))
    store.save(inspection)
    store.save(make_inspection(make_call("other")))
    store.save_name(inspection.call.recording.id, "/copies/copy.wav")
    keys = {
        "id": inspection.id,
        "call id": "7-ä",
        "recording": inspection.call.recording.id,
        "name": "7-ä.wav",
        "other name": "copy.wav",
        "path": "/calls/7-ä.wav",
    }
    assert store.inspection(keys[key]) == inspection


def test_no_such_call(store: Store) -> None:
    with pytest.raises(NotFound, match="nothing-here"):
        store.inspection("nothing-here")


def test_a_call_without_id_goes_by_its_stem(store: Store) -> None:
    call = make_call("0815")
    store.save(make_inspection(replace(call, metadata=Metadata())))
    assert store.inspection("0815").call.recording == call.recording
    assert store.call_rows()[0].call_id == "0815"


def test_both_names_are_kept(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    for _ in range(2):
        store.save_name(inspection.call.recording.id, "/calls/copy.wav")
    assert store.names(inspection.call.recording.id) == ("/calls/call-1.wav", "/calls/copy.wav")


def test_failures_stand_until_the_file_is_inspected(store: Store) -> None:
    failure = Failure("/calls/call-1.wav", "decode", "corrupt", "/calls/call-1.wav: broken", make_inspection().run)
    other = Failure("/calls/a.wav", "decode", "empty", "no frames")
    store.save_failure(replace(failure, reason="older"))
    store.save_failure(failure, "ab" * 32)
    store.save_failure(other)
    assert store.failures() == (other, failure)
    store.save(make_inspection())
    assert store.failures() == (other,)
    store.save_failure(failure)
    assert store.failures() == (other, failure)


def test_selections(store: Store) -> None:
    for number, (agent, language) in enumerate([("A1", "zh"), ("A2", "en"), ("A1", "en"), (None, "es")]):
        start = None if agent is None else START + timedelta(days=number)
        store.save(make_inspection(make_call(f"c{number}", agent=agent, language=language, start=start)))

    def chosen(selection: Selection) -> list[str]:
        rows = [row.call_id for row in store.call_rows(selection)]
        assert rows == [one.call.metadata.call_id for one in store.inspections(selection)]
        assert rows == [row.call_id for row in store.item_rows(selection)][::2]
        return rows

    assert chosen(Selection()) == ["c0", "c1", "c2", "c3"]
    assert chosen(Selection(agents=("A1",))) == ["c0", "c2"]
    assert chosen(Selection(agents=("A1",), languages=("en", "es"))) == ["c2"]
    assert chosen(Selection(since=START + timedelta(days=1))) == ["c1", "c2"]
    assert chosen(Selection(since=START, until=START + timedelta(days=1))) == ["c0"]
    assert chosen(Selection(teams=("no such",))) == []


def test_new_metadata_replaces_the_old(store: Store) -> None:
    inspection = make_inspection()
    store.save(inspection)
    recording_id = inspection.call.recording.id
    metadata = Metadata(call_id="new", agent="B7", start=datetime(2026, 5, 1, 8, 0))
    assert store.save_metadata(recording_id, metadata)
    assert not store.save_metadata(recording_id, metadata)
    assert store.inspection("new").call.metadata == metadata
    assert [row.call_id for row in store.call_rows(Selection(agents=("B7",)))] == ["new"]


def test_delete_leaves_nothing(store: Store, store_url: str) -> None:
    inspection = make_inspection()
    store.save(inspection)
    store.save_failure(Failure("/calls/copy.wav", "judge", "internal", "x"), inspection.call.recording.id)
    store.decide_roles(decision(0, inspection.call.recording.id), inspection, inspection.id)
    store.delete(inspection.call.recording.id)
    store.close()
    with Database(store_url).reading() as connection:
        counts = {
            name: connection.scalar(select(func.count()).select_from(table))
            for name, table in tables.tables.items()
            if name not in KEPT
        }
    assert len(counts) >= 9
    assert not any(counts.values()), counts


def test_a_save_that_breaks_leaves_nothing(store: Store) -> None:
    inspection = make_inspection()
    twice = replace(inspection.score.results[0], section=None)  # type: ignore[arg-type]
    broken = replace(inspection, score=replace(inspection.score, results=(inspection.score.results[0], twice)))
    with pytest.raises(StoreError, match="section"):
        store.save(broken)
    assert not store.has(inspection.call.recording.id, "L1")
    assert store.names(inspection.call.recording.id) == ()


def decision(channel: int, recording_id: str, author: str = "Li") -> RoleDecision:
    return RoleDecision(recording_id, channel, author, "heard it", datetime(2026, 5, 1, 8, 0, tzinfo=UTC))


def test_decisions_about_roles_are_appended_and_leave_the_machines_answer(store: Store) -> None:
    first, second = make_inspection(), make_inspection(listening="L1+agent1", percent=80.0)
    store.save(first)
    key = first.call.recording.id
    assert store.role_decisions(key) == ()
    store.decide_roles(decision(1, key), second, first.id)
    assert store.inspections() == (second,)
    assert store.inspection(first.id) == first
    assert store.judged(key, "L1") == first
    store.decide_roles(decision(0, key, "Wu"), first, second.id)
    assert store.inspections() == (first,)
    assert [(one.agent_channel, one.author) for one in store.role_decisions(key)] == [(1, "Li"), (0, "Wu")]
    assert store.role_decisions(key)[0] == decision(1, key)


def test_a_decision_about_what_is_no_longer_current_leaves_nothing(store: Store) -> None:
    first = make_inspection()
    store.save(first, make_inspection(judging="J2"))
    key = first.call.recording.id
    with pytest.raises(StoreError, match="judged again by somebody else meanwhile"):
        store.decide_roles(decision(1, key), make_inspection(listening="L1+agent1"), first.id)
    assert store.role_decisions(key) == ()
    assert not store.has(key, "L1+agent1")


@pytest.mark.parametrize(
    ("probability", "source", "notes", "state"),
    [
        (0.9, "content", (), None),
        (0.9, "content", ("swapped_channels",), "swapped"),
        (0.69, "setting", ("swapped_channels",), "doubtful"),
        (1.0, "review", ("roles_swapped",), "review"),
    ],
)
def test_the_state_of_the_roles_is_a_column(
    store: Store, probability: float, source: str, notes: tuple[str, ...], state: str | None
) -> None:
    call = make_call()
    quality = replace(
        call.quality,
        role_probability=probability,
        role_source=source,
        notes=tuple(QualityNote(code) for code in notes),
    )
    store.save(make_inspection(replace(call, quality=quality)))
    assert store.call_rows()[0].roles == state
