"""A person's word about the channels: judged at once, never lost, and kept when the recording is heard again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qc.batch.channels import decide
from qc.batch.judging import rescore
from qc.batch.runner import Batch
from qc.call import Role
from qc.config import Settings
from qc.errors import NotFound
from qc.pipeline.channels import heard_version, other_channel
from qc.result import Inspection
from qc.store import Store
from tests.recordings import make_recording

pytestmark = pytest.mark.xdist_group("batch")
ORACLE = Settings(transcriber="oracle", voice_detector="oracle", settle=0)
LATER = ORACLE.model_copy(update={"languages": ("zh", "en")})
"""Another listening version: everything is heard again."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_recording(tmp_path / "calls" / "a.wav")
    return tmp_path / "calls"


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        Batch(store, ORACLE).run([folder])
        yield store


def swap(store: Store, **about: str) -> Inspection:
    shown = store.inspection("a.wav")
    return decide(store, ORACLE, shown, other_channel(shown.call), **about)


def test_a_swap_is_judged_and_the_machines_answer_stays(store: Store) -> None:
    first = store.inspection("a.wav")
    swapped = swap(store, author="Li", reason="the customer greets")
    assert store.inspections() == (swapped,)
    assert swapped.call.recording.roles == (Role.CUSTOMER, Role.AGENT)
    opening, before = swapped.score.item("opening"), first.score.item("opening")
    assert opening is not None and before is not None
    assert opening.result.falls_short and not before.result.falls_short
    assert store.inspection(first.id) == first
    (decision,) = store.role_decisions(first.call.recording.id)
    assert (decision.agent_channel, decision.author, decision.reason) == (1, "Li", "the customer greets")

    back = swap(store)
    assert back.score == first.score
    assert back.call.transcript == first.call.transcript
    assert (back.call.quality.role_source, back.call.quality.role_probability) == ("review", 1.0)
    assert len(store.role_decisions(first.call.recording.id)) == 2
    assert store.inspection(swapped.id) == swapped


def test_a_later_run_and_a_new_card_keep_the_decision(store: Store, folder: Path, tmp_path: Path) -> None:
    swapped = swap(store)
    report = Batch(store, ORACLE).run([folder])
    assert report.as_json()["judged_again"] == 0
    assert store.inspections() == (swapped,)
    card = tmp_path / "card.yaml"
    card.write_text(
        "id: own\nversion: 1\nlanguage: zh\npass_mark: 5\nsections: [{id: a, items: [{id: opening, weight: 1}]}]\n"
    )
    own = ORACLE.model_copy(update={"scorecard": str(card)})
    assert rescore(store, own) == (1, 1)
    assert store.inspection("a.wav").score.percent == 50, "the customer greets, and names nobody"
    assert store.inspection("a.wav").call == swapped.call
    assert Batch(store, ORACLE).run([folder]).as_json()["judged_again"] == 1
    assert store.inspections() == (swapped,)


def test_hearing_again_keeps_the_decision(store: Store, folder: Path) -> None:
    first = store.inspection("a.wav")
    swapped = swap(store)
    report = Batch(store, LATER).run([folder])
    assert report.as_json()["scored"] == 1
    again = store.inspection("a.wav")
    assert again.run.listening != swapped.run.listening
    assert again.call.recording.roles == (Role.CUSTOMER, Role.AGENT)
    assert again.score == swapped.score
    assert report.outcomes[0].percent == swapped.score.percent
    heard = store.judged(first.call.recording.id, heard_version(again.run.listening))
    assert heard is not None and heard.call.recording.roles == (Role.AGENT, Role.CUSTOMER)
    assert Batch(store, LATER).run([folder]).as_json()["judged_again"] == 0


def test_where_hearing_again_finds_the_right_roles_nothing_is_swapped_twice(store: Store, folder: Path) -> None:
    swap(store)
    right = LATER.model_copy(update={"agent_channel": 1})
    Batch(store, right).run([folder])
    again = store.inspection("a.wav").call
    assert again.recording.roles == (Role.CUSTOMER, Role.AGENT)
    assert (again.quality.role_source, again.quality.notes) == ("review", ())


def test_what_is_no_longer_stored_cannot_be_decided(store: Store) -> None:
    shown = store.inspection("a.wav")
    store.delete(shown.call.recording.id)
    with pytest.raises(NotFound):
        decide(store, ORACLE, shown, 1)
