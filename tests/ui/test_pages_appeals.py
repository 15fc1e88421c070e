"""The pages of appeals and of calibration, as Streamlit runs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qc.config import Settings
from qc.desk.base import UNSCORED
from qc.result import Inspection, Review, ReviewKind
from qc.store import Store
from qc.ui import player
from qc.ui.words import LANGUAGES, Words, number
from tests.ui.night import HOSTILE
from tests.ui.test_pages import texts

ITEM = "satisfaction_question"
"""Falls short in every second call of all agents but one."""


@pytest.fixture
def store(own_night: str) -> Iterator[Store]:
    with Store(own_night) as store:
        yield store


def short(store: Store, agent: str = "A01") -> Inspection:
    found = [one for one in store.inspections() if one.call.metadata.agent == agent]
    return next(one for one in found if (row := one.score.item(ITEM)) and row.result.falls_short)


def appeal(store: Store, one: Inspection, reason: str = "I asked at the end") -> None:
    given = {"author": "Wang", "reason": reason, "at": datetime.now(UTC), "days": Settings().appeal_days}
    store.appeals.appeal(one.call.recording.id, ITEM, 1.0, **given)  # type: ignore[arg-type]


def table(app: AppTest, column: str) -> Any:
    """The one with this column."""
    return next(frame.value for frame in app.dataframe if column in frame.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agent_appeals_withdraws_and_appeals_again(
    own_night: str, store: Store, open_page: Any, language: str
) -> None:
    words, one = Words(language), short(store)
    recording = one.call.recording.id
    store.life.recordings()
    app = open_page(own_night, "appeals", lang=language, view="mine")
    pages = [key for key in (f"send_{recording}",) if key in {button.key for button in app.button}]
    turns = 0
    while not pages:  # ten calls a page
        turns += 1
        app.session_state["page_mine"] = turns + 1
        app.run()
        pages = [key for key in (f"send_{recording}",) if key in {button.key for button in app.button}]
    app.selectbox(key=f"item_{recording}").set_value(ITEM).run()
    assert app.radio(key=f"value_{recording}_{ITEM}").options[0] == words.term("answer", "pass")
    app.button(key=f"send_{recording}").click().run()
    assert len(app.error) == 1, "nothing without a name"
    app.text_input(key=f"author_appeal_{recording}").set_value("Wang *x*")
    app.text_area(key=f"reason_{recording}_{ITEM}").set_value("<b>asked</b>")
    app.button(key=f"send_{recording}").click().run()
    assert not app.error and not app.exception
    assert [toast.value for toast in app.toast] == [words("appeals.sent")]
    (waiting,) = store.appeals.waiting()
    assert waiting.open and (waiting.open.said.author, waiting.open.said.reason) == ("Wang *x*", "<b>asked</b>")
    assert r"\<b\>asked" in texts(app)
    app.button(key=f"withdraw_{recording}_{ITEM}").click().run()
    assert not app.error and store.appeals.waiting() == ()
    app.button(key=f"seen_{recording}").click().run()
    assert not app.error
    assert set(store.appeals.seen([recording])) == {recording}


@pytest.mark.parametrize(("upheld", "state"), [(True, "upheld"), (False, "dismissed")])
def test_a_ruling_needs_a_reason_and_ends_the_appeal(
    own_night: str, store: Store, open_page: Any, upheld: bool, state: str
) -> None:
    one, words = short(store), Words("en")
    appeal(store, one)
    key = f"{one.call.recording.id}_{ITEM}"
    app = open_page(own_night, "appeals", lang="en")
    shown = texts(app)
    assert "I asked at the end" in shown and words.item(ITEM) in shown
    assert words("appeals.no_review").rstrip(".") in shown
    app.toggle(key=f"clips_{key}").set_value(True).run()
    assert not app.exception
    app.button(key=f"rule_{upheld}_{key}").click().run()
    assert len(app.error) == 1 and store.appeals.waiting(), "no name, no reason"
    app.text_input(key=f"author_rule_{key}").set_value("Wang")
    app.text_area(key=f"why_{key}").set_value("heard at 0:40")
    app.button(key=f"rule_{upheld}_{key}").click().run()
    assert [error.value for error in app.error] == [words("refused.own_appeal")]
    app.text_input(key=f"author_rule_{key}").set_value("Chen")
    app.button(key=f"rule_{upheld}_{key}").click().run()
    assert not app.error and [toast.value for toast in app.toast] == [words("appeals.ruled")]
    assert "No appeal waits for a ruling" in texts(app)
    (ended,) = store.appeals.ended()
    assert ended.last and ended.last.state == state


def test_the_second_ruler_sees_what_the_first_did(own_night: str, store: Store, open_page: Any) -> None:
    one = short(store)
    appeal(store, one)
    key = f"{one.call.recording.id}_{ITEM}"
    app = open_page(own_night, "appeals", lang="en")
    app.text_input(key=f"author_rule_{key}").set_value("Zhao")
    app.text_area(key=f"why_{key}").set_value("not heard")
    store.appeals.rule(
        one.call.recording.id, ITEM, upheld=True, author="Chen", reason="it is there", at=datetime.now(UTC)
    )
    app.button(key=f"rule_False_{key}").click().run()
    assert not app.exception
    (ended,) = store.appeals.ended()
    assert ended.ruling and ended.ruling.author == "Chen"
    app = open_page(own_night, "appeals", lang="en", view="ended")
    assert "it is there" in texts(app) and "Chen" in texts(app)


def test_an_upheld_appeal_shows_calls_alike_with_both_scores(own_night: str, store: Store, open_page: Any) -> None:
    one, words = short(store), Words("en")
    appeal(store, one)
    store.appeals.rule(one.call.recording.id, ITEM, upheld=True, author="Chen", reason="x", at=datetime.now(UTC))
    app = open_page(own_night, "appeals", lang="en", view="ended")
    key = f"{one.call.recording.id}_{ITEM}"
    app.toggle(key=f"alike_{key}").set_value(True).run()
    shown = table(app, words("appeals.sign"))
    assert len(shown) > 0 and one.call.metadata.call_id not in set(shown[words("column.call")])
    for _, row in shown.iterrows():
        assert row[words("appeals.score_then")] > row[words("appeals.score_now")]
        call = store.inspection(row[words("column.call")])
        item = call.score.item(ITEM)
        assert item and item.result.falls_short
        # an item that falls short earns nothing; fulfilled, it earns its share
        assert row[words("appeals.score_then")] == pytest.approx(
            min(100, (call.score.percent or 0) + item.share - item.earned)
        )


def test_names_and_reasons_from_outside_are_text(own_night: str, store: Store, open_page: Any) -> None:
    one = short(store, "A04")
    appeal(store, one, HOSTILE * 50 + "\u202eابجد")
    store.save_review(Review(one.id, ITEM, ReviewKind.REVIEW, 0.0, HOSTILE * 20, HOSTILE, datetime.now(UTC)))
    app = open_page(own_night, "appeals", lang="en")
    assert "<img src=x" not in "".join(piece.proto.body for piece in app.get("html"))
    assert "[x](javascript" not in "".join(piece.value for piece in [*app.markdown, *app.caption])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_is_begun_rated_blind_closed_and_compared(
    own_night: str, store: Store, open_page: Any, language: str
) -> None:
    words = Words(language)
    app = open_page(own_night, "calibration", lang=language)
    assert words("calibration.none") in texts(app).replace("\\", "")
    app.text_input(key="session_title").set_value("<b>November</b>")
    app.text_input(key="session_raters").set_value("Li，Zhao")
    app.number_input(key="session_calls").set_value(2)
    app.button(key="session_begin").click().run()
    assert not app.exception and not app.error, [one.value for one in app.error]
    (session,) = store.calibrations.sessions()
    assert (set(session.raters), len(session.calls), session.open) == ({"Li", "Zhao"}, 2, True)
    scores = {store.inspection(key).score.percent for _, key in session.calls}
    app = open_page(own_night, "calibration", lang=language, session=str(session.number))
    for rater in ("Li", "Zhao"):
        app.selectbox(key="session_rater").set_value(rater).run()
        shown = texts(app) + "".join(str(one.proto) for one in app.get("bidi_component"))
        assert not [score for score in scores if score and number(score, 1) in shown and number(score) != "100"]
        for place in range(2):
            prefix = f"rate_{session.number}_{place}_{rater}_"
            items = [one.key for one in app.button_group if one.key and one.key.startswith(prefix)]
            assert len(items) > 10
            for key in items:
                value = "fail" if rater == "Li" and key.endswith(ITEM) else "pass"
                app.button_group(key=key).set_value(value)
            app.text_input(key=f"note_{session.number}_{place}_{rater}").set_value("heard it <i>")
            submit = next(one for one in app.button if one.label == words("calibration.save"))
            submit.click().run()
            assert not app.exception and not app.error, [one.value for one in app.error]
        app.button(key="hand_in").click().run()
        assert not app.exception and not app.error
        app.query_params["at"] = "1"
    app.button(key="session_close").click().run()
    assert not app.exception and not app.error
    by_item = table(app, words("calibration.alpha")).set_index(words("column.item"))
    assert by_item.loc[words.item(ITEM), words("calibration.observed")].startswith(("0 %", "33 %"))
    differ = table(app, words("calibration.note"))
    assert words("appeals.machine") in differ.columns and "heard it <i>" in str(differ.to_numpy())


def test_the_player_of_a_rater_marks_nothing_that_was_measured(store: Store) -> None:
    """Pauses and interruptions would tell the machine's answers; a normal call shows them."""
    one = next(each for each in store.inspections() if each.call.metadata.agent == "A03")
    words = Words("en")
    assert player.data(one, words, (), {}, 0.0)["events"]
    assert player.data(replace(one, score=UNSCORED), words, (), {}, 0.0)["events"] == []


def test_a_session_that_is_not_there_is_the_list(own_night: str, open_page: Any) -> None:
    app = open_page(own_night, "calibration", lang="en", session="99", at="x")
    assert "There is no calibration session" in texts(app)


def test_a_draw_without_calls_is_one_sentence(own_night: str, open_page: Any) -> None:
    app = open_page(own_night, "calibration", lang="en", score="0-1")
    app.text_input(key="session_title").set_value("x")
    app.text_input(key="session_raters").set_value("Li, Zhao")
    app.button(key="session_begin").click().run()
    assert not app.exception and len(app.error) == 1
