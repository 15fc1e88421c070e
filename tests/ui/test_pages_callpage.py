"""The pages Call and Scorecards: they show what is stored, store nothing that is tried, and nothing breaks them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import datetime
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from qc import scorecard
from qc.access import LOCAL
from qc.call import Role
from qc.checks import CHECKS, options
from qc.cli.application import app as qc_app
from qc.config import Settings
from qc.desk import Desk
from qc.interval import Interval
from qc.result import Inspection, ItemKind, Review, ReviewKind
from qc.store import Store
from qc.ui import cardtable, player, scorepanel
from qc.ui.server.links import Sound
from qc.ui.words import LANGUAGES, Words, moment, number
from tests.ui.night import HOSTILE, inspection, script

ZH = Path(scorecard.for_language("zh").source).read_text("utf-8")
HEAVY = ZH.replace("{id: interruption, weight: 10", "{id: interruption, weight: 80").replace("version: 2", "version: 3")
LONG = "长" * 5000 + "<script>alert(1)</script>" + "\u202eabc" + "=1+1" + "x" * 5000
"""A name that is long, runs right to left, is a formula, and is a script."""


def html(app: AppTest) -> str:
    return "".join(one.proto.body for one in app.get("html"))


def sent(app: AppTest) -> dict[str, Any]:
    """What the player gets."""
    (found,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(found.proto.mixed.json or found.proto.json)
    return data


def test_the_panel_has_the_figures_of_qc_explain(night: str, open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every item of every call of the night."""
    monkeypatch.setenv("QC_DATABASE", night)
    monkeypatch.setenv("QC_INTERFACE_LANGUAGE", "en")
    words, runner, compared = Words("en"), CliRunner(), 0
    with Store(night) as store:
        rows = store.call_rows()
    desk = Desk.open(Settings(database=night), LOCAL)
    for row in rows:
        shown = unescape(scorepanel.panel(desk.call(row.inspection_id), words))
        told = json.loads(runner.invoke(qc_app, ["explain", row.inspection_id, "--json"]).stdout)
        assert told["percent"] == row.percent
        for item in told["items"]:
            part = _part(shown, words.item(item["item"]))
            assert item["explanation"] in part
            if item["kind"] in ("scored", "bonus"):
                assert words("call.weight", weight=number(item["weight"], 2)) in part
                if item["applicable"]:
                    assert words("call.points", earned=number(item["earned"]), share=number(item["share"])) in part
                    product = {"share": item["share"], "value": item["value"], "earned": item["earned"]}
                    assert words("call.product", **{k: number(v, 2) for k, v in product.items()}) in part
            if not item["applicable"]:
                assert words("state.not_applicable") in part
            for finding in item["findings"]:
                assert finding["note"] in part and finding["quote"] in part
                if finding["start"] is not None:
                    assert f'data-jump="{finding["start"]:.2f}"' in part
            compared += 1
    assert compared == len(rows) * 28


def _part(panel: str, title: str) -> str:
    """The item with this title."""
    (part,) = [one for one in panel.split('<details class="qc-item') if f"<b>{title}</b>" in one]
    return part


def test_what_falls_short_comes_first_and_what_does_not_apply_last(night: str, open_page: Any) -> None:
    shown = html(open_page(night, "call", lang="en", call="call-A03-04"))
    words = Words("en")
    places = [shown.index(words(f"call.{name}", count=count)) for name, count in (("short", 1), ("hear", 1))]
    places += [shown.index(words("section.opening")), shown.index(words("call.not_applicable", count=9))]
    assert places == sorted(places)
    assert shown.index(f"<b>{words.item('interruption')}</b>") < places[1]


def test_a_bonus_that_was_not_earned_is_no_fault(night: str, open_page: Any) -> None:
    with Store(night) as store:
        one = store.inspection("call-A03-04")
    bonus = next(row for row in one.score.results if row.kind is ItemKind.BONUS)
    assert bonus.result.falls_short and scorepanel.state(bonus) == "advice"
    data = player.data(one, Words("en"), [[1], [1]], {}, 0.0)
    assert "bad" not in {f["kind"] for lane in data["lanes"] for f in lane["flags"] if f["start"] > 45}
    assert [finding["start"] for finding in data["findings"]] == [pytest.approx(9.9, abs=1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_stand_beside_the_machine(own_night: str, open_page: Any, language: str) -> None:
    words = Words(language)
    with Store(own_night) as store:
        one = store.inspection("call-A02-03")
        for kind, value in ((ReviewKind.REVIEW, 0.0), (ReviewKind.APPEAL, 1.0), (ReviewKind.RULING, None)):
            store.save_review(Review(one.id, "thanks", kind, value, "李 <b>", "因为 <img>", one.run.started_at))
    shown = html(open_page(own_night, "call", lang=language, call="call-A02-03"))
    assert words("call.people", count=3) in shown
    for kind, answer in (("review", "fail"), ("appeal", "pass"), ("ruling", "na")):
        values = {"kind": words(f"call.said_{kind}"), "answer": words.term("answer", answer)}
        head = words("call.said", **values, author="李 <b>", at=moment(one.run.started_at, None))
        assert escape(head) in shown
    assert "<img>" not in shown and escape("因为 <img>") in shown


def test_each_party_can_be_heard_alone(night: str, open_page: Any) -> None:
    data = sent(open_page(night, "call", lang="en", call="call-A03-04"))
    assert list(data["sounds"]) == ["all", "agent", "customer"]
    assert [label for _, label in data["channels"]] == ["Both", "Agent only", "Customer only"]
    assert len({one["name"] for one in data["sounds"].values()}) == 3


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ((Role.AGENT, Role.CUSTOMER), {"all": "all", "agent": "0", "customer": "1"}),
        ((Role.CUSTOMER, Role.AGENT), {"all": "all", "agent": "1", "customer": "0"}),
        ((Role.UNKNOWN,), {"all": "all"}),
        ((Role.UNKNOWN, Role.UNKNOWN), {"all": "all"}),
        ((Role.AGENT, Role.CUSTOMER, Role.UNKNOWN), {"all": "all"}),
    ],
)
def test_a_party_alone_only_where_it_has_a_channel(night: str, roles: tuple[Role, ...], expected: object) -> None:
    with Store(night) as store:
        call = store.inspection("call-A03-04").call
    assert player.channels(replace(call, recording=replace(call.recording, roles=roles))) == expected


def test_a_call_of_two_hours_is_drawn(tmp_path: Path) -> None:
    one = _made(tmp_path)
    call = one.call
    copies = 2 * 3600 // 60
    said = [
        replace(u, index=i * 100 + u.index, interval=_moved(u.interval, 60.0 * i), words=())
        for i in range(copies)
        for u in call.transcript.utterances
    ]
    speech = {
        role: tuple(_moved(s, 60.0 * i) for i in range(copies) for s in line) for role, line in call.speech.items()
    }
    long = replace(
        call,
        recording=replace(call.recording, num_samples=7200 * call.recording.sample_rate),
        speech=speech,
        transcript=replace(call.transcript, utterances=tuple(said)),
    )
    sounds = {"all": Sound("/a", "/r", 300.0, "n")}
    data = player.data(replace(one, call=long), Words("en"), [[1] * 4000] * 2, sounds, 7000.0)
    assert data["duration"] == 7200.0 and data["start"] == 7000.0
    assert len([line for line in data["transcript"] if "pause" not in line]) == len(said) > 1000
    assert len(json.dumps(data)) < 2_000_000


def _moved(span: Interval, by: float) -> Interval:
    return Interval(span.start + by, span.end + by)


def _made(folder: Path) -> Inspection:
    lines = script(satisfied=False, interrupts=True, hold=True, angry=True)
    return inspection(folder, "made", "A01", lines, datetime(2026, 1, 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_ten_thousand_signs_break_nothing(tmp_path: Path, open_page: Any, language: str) -> None:
    one = _made(tmp_path)
    metadata = replace(one.call.metadata, call_id=LONG, agent_name=LONG, team=LONG, queue=LONG, customer_class=LONG)
    one = replace(one, call=replace(one.call, metadata=metadata))
    url = f"sqlite:///{tmp_path / 'x.db'}"
    with Store(url) as store:
        store.save(one)
    app = open_page(url, "call", lang=language, call="made")
    assert not app.error
    assert "<script" not in html(app)


def test_earlier_judgements_are_there_and_say_that_they_are_old(own_night: str, open_page: Any) -> None:
    words = Words("en")
    with Store(own_night) as store:
        first = store.inspection("call-A03-04")
        run = replace(first.run, judging="2", scorecard="other 7")
        now = replace(first.score, percent=12.0)
        store.save(replace(first, id="newer", run=run, score=now))
    app = open_page(own_night, "call", lang="en", call=first.id)
    assert [one.value for one in app.warning] == [words("judgements.older", score="12")]
    assert words("judgements.title", count=2) in [one.label for one in app.expander]
    assert r"other 7" in "".join(one.proto.label for one in app.get("page_link"))
    app = open_page(own_night, "call", lang="en", call="call-A03-04")
    assert not app.warning and app.metric[0].value == "12"


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_card_is_previewed_and_nothing_is_stored(own_night: str, open_page: Any, language: str) -> None:
    words = Words(language)
    app = open_page(own_night, "call", lang=language, call="call-A03-04")
    app.selectbox(key="preview_A03-04_which").set_value(words("scorecards.own")).run()
    app.text_area(key="preview_A03-04_text").set_value(HEAVY).run()
    app.button(key="preview_A03-04").click().run()
    assert not app.exception and not app.error
    figures = {one.label: one.value for one in app.metric}
    assert figures[words("preview.now")] == "89.1" and float(figures[words("preview.then")]) < 60
    table = next(one.value for one in app.dataframe if words("preview.then") in one.value)
    assert list(table[words("column.item")]) == [words.item("interruption")]
    with Store(own_night) as store:
        assert len(store.judgements.of(store.inspection("call-A03-04").call.recording.id)) == 1
        assert "see_call" in {one.event.action for one in store.trail.newest(3)}


def test_a_wrong_card_names_each_line(night: str, open_page: Any) -> None:
    app = open_page(night, "call", lang="en", call="call-A03-04")
    app.selectbox(key="preview_A03-04_which").set_value(Words("en")("scorecards.own")).run()
    bad = ZH.replace("weight: 12", "weight: heavy").replace("limit: 15", "limits: 15")
    app.text_area(key="preview_A03-04_text").set_value(bad).run()
    assert app.error[0].value == Words("en")("scorecards.wrong", count=1)
    assert "line 28, item opening" in "".join(one.value for one in app.markdown).replace("\\", "")
    assert app.button(key="preview_A03-04").disabled
    app.text_area(key="preview_A03-04_text").set_value(HOSTILE).run()
    assert not app.exception and app.button(key="preview_A03-04").disabled


def test_a_card_for_another_language_is_one_sentence(night: str, open_page: Any) -> None:
    app = open_page(night, "call", lang="en", call="call-A03-04")
    app.selectbox(key="preview_A03-04_which").set_value(Words("en")("scorecards.own")).run()
    english = Path(scorecard.for_language("en").source).read_text("utf-8")
    app.text_area(key="preview_A03-04_text").set_value(english).run()
    app.button(key="preview_A03-04").click().run()
    assert [one.value.replace("\\", "") for one in app.error] == [
        Words("en")("shell.error", reason="the card utility_en 2 is for en, the call is zh")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_read_as_a_table(night: str, open_page: Any, language: str) -> None:
    words = Words(language)
    app = open_page(night, "scorecards", lang=language, card="zh")
    shown = unescape(html(app))
    card = scorecard.for_language("zh")
    for _, item in card.items:
        assert f">{words.item(item.id)}</b>" in shown
    assert words("scorecards.counts_scored", weight="14", share="14%") in shown
    assert words("scorecards.option", name=words("option.limit"), value="15") in shown


def test_a_hostile_card_is_text(tmp_path: Path, night: str, open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ZH.replace("供电服务热线", json.dumps(LONG))
    text = text.replace("- id: opening\n    title: 开场与礼貌", "- id: first\n    title: '<script>x</script>'")
    text = text.replace(
        "{id: opening, weight: 12, title: '开头语：问候并报单位、工号'}",
        "{id: own_item, check: opening, weight: 12, title: '<img src=x>'}",
    )
    (tmp_path / "evil.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("QC_SCORECARD", str(tmp_path / "evil.yaml"))
    app = open_page(night, "scorecards", lang="en")
    shown = html(app)
    assert "<script>" not in shown and "<img" not in shown and escape("<img src=x>") in shown
    assert not app.error


def test_a_new_version_is_compared_and_tried(night: str, open_page: Any) -> None:
    words = Words("en")
    app = open_page(night, "scorecards", lang="en", view="new", card="zh", period="all")
    assert app.info[0].value == words("scorecards.same")
    app.text_area[0].set_value(HEAVY).run()
    table = app.dataframe[0].value
    assert table.to_numpy().tolist() == [
        [words("scorecards.the_card"), "version", "2", "3"],
        [words.item("interruption"), "weight", "10", "80"],
    ]
    app.button(key="trial_try").click().run()
    assert not app.exception and not app.error
    with Store(night) as store:
        stored = store.call_rows()
    assert words("trial.of", count=len(stored), total=len(stored)) in [one.value for one in app.markdown]
    figures = {one.label: one.value for one in app.metric}
    passed = [row for row in stored if row.passed]
    fall = [row for row in passed if row.agent == "A03"]
    assert figures[words("trial.passed")] == f"{len(passed)} → {len(passed) - len(fall)}"
    links = [one.proto.label.replace("\\", "") for one in app.get("page_link")]
    assert len(fall) == 7 and len([one for one in links if one.startswith("call-A03-")]) == 7
    with Store(night) as store:
        assert store.call_rows() == stored


def test_a_card_is_put_in_use(own_night: str, open_page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(ZH, "utf-8")
    monkeypatch.setenv("QC_SCORECARD", str(file))
    app = open_page(own_night, "scorecards", lang="en", view="new")
    app.text_area[0].set_value(HEAVY).run()
    app.checkbox(key="card_sure").check().run()
    app.button(key="card_make").click().run()
    assert not app.exception and not app.error
    assert file.read_text("utf-8") == HEAVY
    assert (tmp_path / "own.v2.yaml").read_text("utf-8") == ZH
    assert "utility_zh 3 is in use now" in app.success[0].value.replace("\\", "")
    assert "qc rescore" in [one.value for one in app.code]


def test_every_option_has_its_meaning() -> None:
    names = {f"option.{name}" for check in CHECKS.values() for name in options(check)}
    for language in LANGUAGES:
        assert [name for name in names if name not in Words(language)] == []
    fields = {"min_duration", "min_speech", "min_recognition_probability", "min_role_probability"}
    assert set(scorecard.Eligibility.model_fields) == fields
    assert cardtable.item_name(scorecard.Item(id="own_item", title="Mine"), Words("en")) == "Mine"


@pytest.fixture
def own_night(night: str, tmp_path: Path) -> str:
    """A copy of the night that a test may change."""
    copy = tmp_path / "own.db"
    with sqlite3.connect(night.removeprefix("sqlite:///")) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return f"sqlite:///{copy}"
