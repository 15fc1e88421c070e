"""Scorecards at the desk: the cards in use, a preview, a trial, a new version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qc import scorecard
from qc.access import LOCAL, User, UserRole
from qc.config import Settings
from qc.desk import Desk
from qc.errors import Conflict, ScorecardError, UsageError
from qc.pipeline import judge
from qc.result import Review, ReviewKind
from qc.store import Selection, Store
from tests.ui.night import make_night

ZH = scorecard.for_language("zh")
TEXT = Path(ZH.source).read_text("utf-8")
HEAVY = TEXT.replace("{id: interruption, weight: 10", "{id: interruption, weight: 80")
NEW = HEAVY.replace("version: 2", "version: 3")
REVIEWER = User("r", "R", frozenset({UserRole.REVIEWER}), frozenset({"East"}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    make_night(folder)
    return folder


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{folder / 'night.db'}") as store:
        yield store


def desk_of(store: Store, user: User = LOCAL, **settings: object) -> Desk:
    return Desk(store, Settings(**settings), user)  # type: ignore[arg-type]


def table_in(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(TEXT, "utf-8")
    table = tmp_path / "cards.yaml"
    table.write_text("cards:\n  - {card: own.yaml, language: zh, queue: outage}\n", "utf-8")
    return table


def test_the_cards_of_the_package_are_in_use_by_language(store: Store) -> None:
    used = desk_of(store).cards()
    assert [(one.place, one.card.id, one.file) for one in used] == [
        (code, f"utility_{code}", None) for code in ("zh", "en", "es")
    ]
    assert used[0].text == TEXT


def test_the_cards_of_a_table_come_first(store: Store, tmp_path: Path) -> None:
    used = desk_of(store, scorecards=table_in(tmp_path)).cards()
    assert [one.place for one in used] == ["row-1", "zh", "en", "es"]
    assert (used[0].file, used[0].row and used[0].row.queue) == (tmp_path / "own.yaml", ("outage",))


def test_one_card_for_all(store: Store) -> None:
    (only,) = desk_of(store, scorecard="utility_es").cards()
    assert (only.place, only.card.id, only.file) == ("all", "utility_es", None)


def test_a_preview_stores_nothing(store: Store) -> None:
    desk = desk_of(store)
    card = scorecard.parse(HEAVY, "x")
    found = desk.preview("call-A03-04", card)
    stored = store.inspection("call-A03-04")
    assert found.after.score.percent == judge(stored.call, card).percent != stored.score.percent
    assert found.before.score.percent == stored.score.percent
    assert [one.item for one in found.changes if one.changed] == ["interruption"]
    assert len(store.judgements.of(stored.call.recording.id)) == 1
    assert "三七二零" not in repr(found.after.call.transcript) + repr(found.after.score)


def test_a_preview_by_a_card_of_another_language_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="is for en, the call is zh"):
        desk_of(store).preview("call-A03-04", scorecard.for_language("en"))


def test_a_trial_is_of_calls_in_reach_and_in_the_trail(store: Store) -> None:
    card = scorecard.parse(HEAVY, "x")
    trial = desk_of(store, REVIEWER).try_card(card, most=100)
    assert trial.total == len(trial.calls) == 21
    assert {one.agent for one in trial.calls} == {"A01", "A02"}
    event = store.trail.newest(1)[0].event
    assert (event.action, event.actor) == ("try_card", "r")
    assert dict(event.detail) == {
        "card": "utility_zh", "version": 2, "print": f"sha-{card.fingerprint[:10]}", "calls": 21, "seed": 1,
    }  # fmt: skip
    some = desk_of(store).try_card(card, most=5, seed=3)
    assert (len(some.calls), some.total) == (5, 51)
    assert desk_of(store).try_card(card, Selection(languages=("en",))).total == 0


def test_a_trial_shows_what_a_run_would_score(store: Store) -> None:
    card = scorecard.parse(HEAVY, "x")
    for call in desk_of(store).try_card(card, most=60).calls:
        stored = store.inspection(call.inspection_id)
        assert call.after.percent == judge(stored.call, card).percent
        assert call.before == stored.score


def test_what_people_said_is_beside_it(store: Store) -> None:
    one = store.inspection("call-A02-07")
    store.save_review(Review(one.id, "thanks", ReviewKind.REVIEW, 0.0, "Li", "call 13812345678", one.run.started_at))
    (said,) = desk_of(store, REVIEWER).said("call-A02-07")
    assert (said.item, said.value, "13812345678" in said.reason) == ("thanks", 0.0, False)


def test_a_new_version_is_written_over_the_old_one(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, scorecards=table_in(tmp_path))
    now = desk.cards()[0]
    kept = desk.replace_card("row-1", NEW, instead_of=now.card.fingerprint)
    assert (tmp_path / "own.yaml").read_text("utf-8") == NEW
    assert (kept.name, kept.read_text("utf-8")) == ("own.v2.yaml", TEXT)
    assert desk.cards()[0].card.version == 3
    event = store.trail.newest(1)[0].event
    assert (event.action, event.detail["place"], event.detail["version"]) == ("change_card", "row-1", 3)
    assert {one.name for one in tmp_path.glob("own*")} == {"own.yaml", "own.v2.yaml"}


def test_another_card_in_the_old_ones_place_is_not_lost(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, scorecards=table_in(tmp_path))
    (tmp_path / "own.v2.yaml").write_text("another", "utf-8")
    with pytest.raises(UsageError, match="holds another card"):
        desk.replace_card("row-1", NEW, instead_of=desk.cards()[0].card.fingerprint)
    assert (tmp_path / "own.yaml").read_text("utf-8") == TEXT
    assert (tmp_path / "own.v2.yaml").read_text("utf-8") == "another"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (HEAVY, UsageError, "a version above 2"),
        (NEW.replace("id: utility_zh", "id: mine"), UsageError, "the id utility_zh and the language zh"),
        (NEW.replace("pass_mark: 80", "pass_mark: eighty"), ScorecardError, "own.yaml, line 14: pass_mark"),
    ],
)
def test_what_does_not_belong_there_is_not_written(
    store: Store, tmp_path: Path, text: str, error: type[Exception], message: str
) -> None:
    desk = desk_of(store, scorecards=table_in(tmp_path))
    with pytest.raises(error, match=message):
        desk.replace_card("row-1", text, instead_of=desk.cards()[0].card.fingerprint)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["cards.yaml", "own.yaml"]
    assert (tmp_path / "own.yaml").read_text("utf-8") == TEXT


def test_who_comes_second_sees_what_happened(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, scorecards=table_in(tmp_path))
    first = desk.cards()[0].card.fingerprint
    desk.replace_card("row-1", NEW, instead_of=first)
    with pytest.raises(Conflict, match="utility_zh 3 is in use now"):
        desk.replace_card("row-1", NEW.replace("version: 3", "version: 4"), instead_of=first)
    assert (tmp_path / "own.yaml").read_text("utf-8") == NEW


def test_no_card_without_its_entry(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(store, scorecards=table_in(tmp_path))
    now = desk.cards()[0].card.fingerprint

    def fails(event: object) -> None:
        raise OSError

    monkeypatch.setattr(store, "record", fails)
    with pytest.raises(OSError):
        desk.replace_card("row-1", NEW, instead_of=now)
    assert (tmp_path / "own.yaml").read_text("utf-8") == TEXT


def test_a_site_that_cannot_be_written_says_so(store: Store, tmp_path: Path) -> None:
    desk = desk_of(store, scorecards=table_in(tmp_path))
    now = desk.cards()[0].card.fingerprint
    (tmp_path / "own.v2.yaml").mkdir()
    with pytest.raises(UsageError, match=r"own\.yaml: cannot be written"):
        desk.replace_card("row-1", NEW, instead_of=now)
    assert desk.cards()[0].card.version == 2
