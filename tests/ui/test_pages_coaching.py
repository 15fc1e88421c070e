"""The coaching page as Streamlit runs it: order, effects, weights, what is recorded, and hostile names."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qc.cli import main
from qc.coaching import ActionState, Coached, CoachingAction, Criterion, Step, lessons
from qc.store import Selection, Store
from qc.ui.server.application import SCRIPT
from qc.ui.words import LANGUAGES, Words, number, percent
from tests.ui.night import START

AT = datetime(2026, 11, 20, tzinfo=UTC)
Open = Callable[..., AppTest]


@pytest.fixture
def open_coaching(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Open the page of the real app."""

    def run(database: str, **query: str) -> AppTest:
        monkeypatch.setenv("QC_DATABASE", database)
        monkeypatch.setenv("QC_CONFIG", str(tmp_path / "none.toml"))
        app = AppTest.from_file(str(SCRIPT), default_timeout=120)
        app.query_params.update({"lang": "en", "period": "all"} | query)
        app.switch_page("../pages/coaching.py")
        return sound(app.run())

    return run


@pytest.fixture
def copied(night: str, tmp_path: Path) -> str:
    """A night of the test's own, to write in."""
    copyfile(night.removeprefix("sqlite:///"), tmp_path / "copy.db")
    return f"sqlite:///{tmp_path / 'copy.db'}"


def sound(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    assert not app.error, [one.value for one in app.error]
    return app


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in [*app.markdown, *app.caption, *app.success, *app.warning, *app.info])


DAY = START.date()


def action(day: date = DAY, **changed: Any) -> CoachingAction:
    values: dict[str, Any] = {
        "item": "satisfaction_question",
        "agents": tuple(Coached(name) for name in ("A01", "A02", "A03")),
        "what": "role play of the last question",
        "day": day,
        "by": "Wang",
        "steps": (Step(ActionState.DONE, "Li", AT, "went well"),),
    }
    return CoachingAction(**(values | changed))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["points", "chance", "causes", "given"])
def test_each_view_opens_in_each_language(night: str, open_coaching: Open, view: str, language: str) -> None:
    app = open_coaching(night, lang=language, view=view)
    assert app.title[0].value == Words(language)("coaching.title")
    assert app.query_params.get("view", "points") == view


def test_the_page_has_the_figures_of_the_store(night: str, open_coaching: Open) -> None:
    with Store(night) as store:
        found = lessons(store.coaching.counted())
    app = open_coaching(night)
    shown = [metric.value for metric in app.metric]
    assert shown == [percent(one.point.prevalence.share) for one in (*found.common, *found.individual)]
    buttons = [one.proto.popover.label for one in app.get("popover")] if app.get("popover") else []
    for one in (*found.common, *found.individual):
        assert not buttons or Words("en")("coaching.priority", value=number(one.total)) in buttons
    assert "Too few calls to say" in said(app) or "No clear effect" in said(app)


def test_examples_are_fetched_when_they_are_asked_for(night: str, open_coaching: Open) -> None:
    app = open_coaching(night)
    assert "/qc/audio/" not in str([one.proto for one in app.get("bidi_component")])
    sound(app.toggle(key="listen_common_0").set_value(True).run())
    assert "/qc/audio/" in str([one.proto for one in app.get("bidi_component")])
    assert "Where it falls short" in said(app) and "How colleagues do it" in said(app)


def test_the_order_follows_the_weights_at_once(copied: str, open_coaching: Open) -> None:
    app = open_coaching(copied)
    before = said(app)
    for criterion in Criterion:
        app.number_input(key=f"weight_{criterion.value}").set_value(20.0 if criterion is Criterion.WEIGHT else 0.0)
    sound(app.run())
    assert said(app) != before
    sound(app.button(key="matrix_keep").click().run())
    with Store(copied) as store:
        kept = store.coaching.weights("local")
        assert kept is not None and kept[0][Criterion.WEIGHT] == 20.0 and kept[0][Criterion.PREVALENCE] == 0.0
        assert "set_weights" in {one.event.action for one in store.trail.newest(9)}
    assert "Your own weights" in said(app)
    again = open_coaching(copied)
    assert again.number_input(key="weight_weight").value == 20.0
    sound(again.button(key="matrix_reset").click().run())
    assert again.number_input(key="weight_weight").value == 10.0


def test_coaching_is_planned_from_a_point_and_recorded(copied: str, open_coaching: Open) -> None:
    app = open_coaching(copied)
    sound(app.button(key="plan_individual_0").click().run())
    assert app.multiselect(key="given_agents").value == ["A03"]
    assert app.selectbox(key="given_item").value == "interruption"
    sound(app.button(key="given_record").click().run())
    assert "Still missing: What is taught, Your name." in said(app)
    app.text_area(key="given_what").set_value("let them finish")
    app.text_input(key="given_author").set_value("Li Na")
    sound(app.button(key="given_record").click().run())
    with Store(copied) as store:
        (one,) = store.coaching.actions()
        assert (one.item, one.names, one.what, one.by) == ("interruption", ("A03",), "let them finish", "Li Na")
        assert one.state is ActionState.PLANNED
        event = next(one.event for one in store.trail.newest(9) if one.event.action == "record_coaching")
    assert dict(event.detail) == {"agents": 1, "state": "planned"}
    assert "Recorded." in said(app) and "let them finish" in said(app)


def test_a_whole_team_is_coached(copied: str, open_coaching: Open) -> None:
    app = open_coaching(copied, view="given")
    sound(app.radio(key="given_whom").set_value("team").run())
    app.selectbox(key="given_team").set_value("West")
    app.text_area(key="given_what").set_value("all together")
    app.text_input(key="given_author").set_value("Li Na")
    sound(app.run())
    sound(app.button(key="given_record").click().run())
    with Store(copied) as store:
        (one,) = store.coaching.actions()
    assert (one.team, one.names) == ("West", ("A03", "A04", "A05"))


def test_before_and_after_beside_the_others(copied: str, open_coaching: Open) -> None:
    with Store(copied) as store:
        store.coaching.record(action(START.date() + timedelta(days=2)))
        store.coaching.record(action(START.date() - timedelta(days=90), what="long ago"))
    app = open_coaching(copied, view="given")
    assert "No clear change yet: 50 % of the calls fell short before, 50 % after" in said(app)
    assert "Too early to tell: 0 calls before and 0 after" in said(app)


def test_the_second_of_two_sees_what_happened(copied: str, open_coaching: Open) -> None:
    with Store(copied) as store:
        number_ = store.coaching.record(action(steps=(Step(ActionState.PLANNED, "Li", AT),)))
        version = store.coaching.action(number_).version
    app = open_coaching(copied, view="given")
    with Store(copied) as store:
        store.coaching.change(number_, Step(ActionState.CANCELLED, "Wang", AT, "she is ill"), version)
    app.radio(key=f"given_to_{number_}").set_value(ActionState.DONE)
    app.text_input(key=f"given_author_{number_}").set_value("Li")
    sound(app.button(key=f"given_save_{number_}").click().run())
    assert "Wang changed this at" in said(app) and "Nothing was overwritten" in said(app)
    assert "she is ill" in said(app)
    with Store(copied) as store:
        assert store.coaching.action(number_).state is ActionState.CANCELLED
    app.radio(key=f"given_to_{number_}").set_value(ActionState.DONE)
    sound(app.button(key=f"given_save_{number_}").click().run())
    with Store(copied) as store:
        assert [step.author for step in store.coaching.action(number_).steps] == ["Li", "Wang", "Li"]
        assert store.coaching.action(number_).state is ActionState.DONE


def test_a_change_is_signed(copied: str, open_coaching: Open) -> None:
    with Store(copied) as store:
        number_ = store.coaching.record(action(steps=(Step(ActionState.PLANNED, "Li", AT),)))
    app = open_coaching(copied, view="given")
    sound(app.button(key=f"given_save_{number_}").click().run())
    assert "Still missing: Your name." in said(app)
    with Store(copied) as store:
        assert store.coaching.action(number_).state is ActionState.PLANNED


def test_names_from_outside_do_not_break_it(copied: str, open_coaching: Open) -> None:
    hostile = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) =1+1 \u202eabc " + "x" * 9000
    with Store(copied) as store:
        store.coaching.record(action(agents=(Coached(hostile, hostile),), what=hostile[:1900], by=hostile[:200]))
    app = open_coaching(copied, view="given")
    assert "[x](javascript" not in said(app)
    assert "<img src=x" not in said(app).replace("\\<img", "")


def test_a_choice_without_calls_says_what_to_do(night: str, open_coaching: Open) -> None:
    app = open_coaching(night, agent="nobody")
    assert "No call of this choice could be scored" in said(app)


def test_the_link_to_the_calls_keeps_the_choice(night: str, open_coaching: Open) -> None:
    app = open_coaching(night, team="West")
    links = [one.proto for one in app.get("page_link")]
    query = [link.query_string for link in links if "short=" in link.query_string]
    assert query and all("team=West" in one and "period=all" in one for one in query)
    with Store(night) as store:
        assert store.lists.page(Selection(teams=("West",), short=("interruption",))).total > 0


def test_the_command_says_the_same(night: str, open_coaching: Open, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["coaching", "--db", night, "--json"])
    assert not ended.value.code
    said_there = json.loads(capsys.readouterr().out)
    app = open_coaching(night)
    assert [metric.value for metric in app.metric] == [percent(one["prevalence"]) for one in said_there]
    headings = [one.value.split(". ", 1)[1] for one in app.markdown if one.value.startswith("### ")]
    assert headings == [Words("en").item(one["item"]) for one in said_there]
    with Store(night) as store:
        found = lessons(store.coaching.counted())
    wanted = [(one.point.item, one.total, one.rank) for one in (*found.common, *found.individual)]
    assert [(one["item"], one["priority"], one["rank"]) for one in said_there] == wanted
