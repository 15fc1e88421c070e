"""Each page as Streamlit runs it, on a stored night, in every language, empty, and with hostile names."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qc.batch.judging import rescore
from qc.call import Role
from qc.config import Settings
from qc.demotion import Demotion, save
from qc.engines.factory import build
from qc.evaluation import compare
from qc.evaluation.truth import read
from qc.language import say
from qc.pipeline import inspect
from qc.result import Message, Review, ReviewKind
from qc.store import Store
from qc.ui import shell
from qc.ui.server.application import SCRIPT
from qc.ui.words import LANGUAGES, Words, number
from tests.ui.night import AGENTS

PAGES = tuple(name for name in shell.PAGES if name != "trail")


def texts(app: AppTest) -> str:
    """All that a reader sees as text."""
    elements = [
        *app.title,
        *app.header,
        *app.subheader,
        *app.caption,
        *app.markdown,
        *app.metric,
        *app.error,
        *app.warning,
        *app.info,
    ]
    bodies = [str(getattr(one, "value", "")) for one in elements] + [metric.label for metric in app.metric]
    return "\n".join(bodies + [one.proto.body for one in app.get("html")])


def listed(app: AppTest) -> dict[str, Any]:
    """What the list of calls shows."""
    (one,) = (json.loads(one.proto.mixed.json or one.proto.json) for one in app.get("bidi_component"))
    assert isinstance(one, dict)
    return one


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_every_language(night: str, open_page: Any, name: str, language: str) -> None:
    app = open_page(night, name, lang=language, call="call-A03-04")
    words = Words(language)
    assert app.title[0].value == (words(f"{name}.title") if name not in ("call", "review") else r"call\-A03\-04")
    assert app.sidebar.selectbox[0].label == words("shell.language")
    assert not app.error


@pytest.mark.parametrize("name", ["overview", "calls", "coaching", "agents", "clips", "accuracy"])
def test_an_empty_store_says_what_to_do_next(empty_store: str, open_page: Any, name: str) -> None:
    app = open_page(empty_store, name, lang="en")
    assert "No calls have been inspected yet" in texts(app)
    assert app.code[0].value == "qc batch recordings_sample"


def test_a_call_shows_what_the_store_holds(night: str, open_page: Any) -> None:
    app = open_page(night, "call", lang="en", call="call-A03-04")
    with Store(night) as store:
        inspection = store.inspection("call-A03-04")
    shown = texts(app)
    assert inspection.score.percent is not None
    assert app.metric[0].value == f"{inspection.score.percent:.1f}".rstrip("0").rstrip(".")
    html = unescape("".join(one.proto.body for one in app.get("html")))
    for row in inspection.score.results:
        assert Words("en").item(row.item) in html
        for finding in row.result.findings:
            if finding.interval is not None:
                assert f'data-jump="{finding.interval.start:.2f}"' in html
    assert r"100 × " in shown
    assert len(app.get("audio")) == 0, "calls are played by our own links, not by Streamlit's"


@pytest.mark.parametrize(
    ("query", "text"), [({}, "No call is open"), ({"call": "<b>x</b>"}, r"There is no call \<b\>x")]
)
def test_a_call_that_is_not_there(night: str, open_page: Any, query: dict[str, str], text: str) -> None:
    assert text in texts(open_page(night, "call", lang="en", **query))


def test_a_call_without_its_file_says_where_it_was(open_page: Any, tmp_path: Path) -> None:
    from datetime import datetime

    from tests.ui.night import inspection, script

    one = inspection(
        tmp_path, "gone", "A01", script(satisfied=True, interrupts=False, hold=False, angry=False), datetime(2026, 1, 1)
    )
    with Store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(one)
    Path(one.call.recording.path).unlink()
    app = open_page(f"sqlite:///{tmp_path / 'x.db'}", "call", lang="en", call="call-gone")
    assert "no longer where" in app.warning[0].value
    assert len(app.get("audio")) == 0


def test_coaching_puts_what_is_common_first(night: str, open_page: Any) -> None:
    app = open_page(night, "coaching", lang="en", period="all")
    headings = [one.value for one in app.markdown if one.value.startswith("### ")]
    words = Words("en")
    assert [heading.split(". ", 1)[1].replace("\\", "") for heading in headings] == [
        words.item("satisfaction_question"),
        words.item("interruption"),
    ]
    assert any(one.value == "40 %" for one in app.metric)
    assert len(app.get("audio")) == 0
    assert any(caption.value == "Agent A03" for caption in app.caption)


def test_the_language_that_is_chosen_is_the_readers_own(own_night: str, open_page: Any) -> None:
    """It is kept for the next time, and not in the URL: a view that is sent opens in the language of who gets it."""
    app = open_page(own_night)
    assert app.title[0].value == Words("zh")("overview.title")
    app.sidebar.selectbox[0].set_value("es").run()
    assert app.title[0].value == Words("es")("overview.title")
    assert "lang" not in app.query_params
    assert open_page(own_night).title[0].value == Words("es")("overview.title")
    app = open_page(own_night, lang="en")
    assert app.title[0].value == Words("en")("overview.title")
    assert app.query_params["lang"] in ("en", ["en"])


@pytest.mark.parametrize("name", ["calls", "agents", "coaching", "call"])
def test_names_from_outside_are_text(night: str, open_page: Any, name: str) -> None:
    app = open_page(night, name, lang="en", call="call-A04-01", agent_name="A04", period="all")
    assert "<img src=x" not in "".join(one.proto.body for one in app.get("html"))
    assert "[x](javascript" not in "".join(one.value for one in [*app.markdown, *app.caption])


def test_a_database_that_does_not_serve_is_one_sentence(open_page: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"this is no database, and it is long enough to be looked at" * 20)
    app = open_page(f"sqlite:///{tmp_path / 'bad.db'}", lang="en")
    assert len(app.error) == 1
    assert "no database" in app.error[0].value


def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch, night: str) -> None:
    monkeypatch.setenv("QC_DATABASE", night)
    monkeypatch.setenv("QC_THREADS", "none")
    app = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert not app.exception
    assert "setting threads" in app.error[0].value


@pytest.fixture
def reviewed(night: str, tmp_path: Path) -> str:
    """URL of the night with what people said: of the opening 30 times, of the satisfaction question 5 times."""
    file = tmp_path / "reviewed.db"
    with sqlite3.connect(night.removeprefix("sqlite:///")) as source, sqlite3.connect(file) as copy:
        source.backup(copy)
    url = f"sqlite:///{file}"
    with Store(url) as store:
        for number, one in enumerate(store.inspections()[:30]):
            value = 0.0 if number < 3 else 1.0  # the machine hears every opening of these calls
            store.save_review(Review(one.id, "opening", ReviewKind.REVIEW, value, "Li", "heard it", one.run.started_at))
            if number < 5:
                machine = one.score.item("satisfaction_question")
                assert machine is not None
                value = machine.result.value
                said = Review(one.id, "satisfaction_question", ReviewKind.RULING, value, "Li", "x", one.run.started_at)
                store.save_review(said)
    return url


def test_accuracy_from_reviews(reviewed: str, open_page: Any) -> None:
    app = open_page(reviewed, "accuracy", lang="en")
    figures = {metric.label: metric.value for metric in app.metric}
    assert (figures["Reviewed calls"], figures["Cases"], figures["Agreement"]) == ("30", "35", "91 %")
    table = app.dataframe[0].value.set_index("Item")
    opening = table.loc[Words("en").item("opening")]
    assert (opening["Cases"], opening["Missed"], opening["Wrongly flagged"]) == (30, 3, 0)
    assert opening["F1 (95 %)"] == "0.00 (0.00 – 0.72)"
    assert opening["On the card"] == "scored; F1 under 0.8"
    asked = table.loc[Words("en").item("satisfaction_question")]
    assert (asked["Agreement"], asked["On the card"]) == ("100 %", "scored; fewer than 20 reviewed calls")
    differ = app.dataframe[1].value
    assert list(differ["People"]) == ["falls short"] * 3
    assert set(differ["Item"]) == {Words("en").item("opening")}


def test_accuracy_without_reviews_says_how_to_add_one(night: str, open_page: Any) -> None:
    app = open_page(night, "accuracy", lang="en")
    assert "Nobody has reviewed a call yet" in texts(app)
    assert app.code[0].value.startswith("qc review CALL ITEM --value pass")


def test_accuracy_from_a_file(
    empty_store: str, open_page: Any, tmp_path: Path, call_wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "accuracy.json"
    monkeypatch.setenv("QC_EVALUATION", str(file))
    known = read(call_wav.with_suffix(".truth.json"))
    oracle = Settings(transcriber="oracle", voice_detector="oracle")
    document = compare([(known, inspect(call_wav, build(oracle), oracle))]).as_dict()
    file.write_text(json.dumps(document), "utf-8")
    app = open_page(empty_store, "accuracy", lang="en")
    assert {metric.label: metric.value for metric in app.metric}["Calls with the right roles"] == "1 / 1"
    rates, checks, events, talk = (frame.value for frame in app.dataframe)
    assert list(rates["Part"])[:3] == ["All", "Agent", "Customer"]
    assert rates["Error rate (95 %)"][0] == "0 % (0 % – 0 %)"
    assert len(checks) == len(known.checks)
    assert list(events["Event"]) == ["silence", "hold", "speaking together", "interruption"]
    assert list(talk["Calls within 3 %"][:2]) == ["100 % (21 % – 100 %)"] * 2
    file.write_text('{"calls": 1}')
    app = open_page(empty_store, "accuracy", lang="en")
    assert len(app.error) == 1
    assert r"recognition\: Field required" in app.error[0].value


def test_a_demoted_item_says_why(reviewed: str, open_page: Any, tmp_path: Path) -> None:
    path = tmp_path / "demoted.yaml"
    why = Demotion(item="opening", language="zh", reason="f1", f1=0.0, cases=30, bar=0.8)
    save([why], path)
    with Store(reviewed) as store:
        rescore(store, Settings(database=reviewed, demoted=path))
    app = open_page(reviewed, "call", lang="en", call="call-A03-04")
    html = unescape("".join(one.proto.body for one in app.get("html")))
    assert "Advice only, not counted. F1 0.00 over 30 reviewed calls is under 0.80" in html
    table = open_page(reviewed, "accuracy", lang="en").dataframe[0].value.set_index("Item")
    assert table.loc[Words("en").item("opening"), "On the card"] == "advice only; F1 under 0.8"


def test_rules_are_tried(empty_store: str, open_page: Any) -> None:
    app = open_page(empty_store, "rules", lang="en", pack="en")
    app.text_area[0].set_value("Thank you for holding. It is not too bad.").run()
    trials = app.dataframe[0].value
    assert {"thanks", "waiting_thanks"} <= set(trials[trials["Counts"]]["Rule"])
    nearly = trials[~trials["Counts"]]
    assert list(nearly["Rule"]) == ["forbidden.indifference"]
    assert nearly["Why"].iloc[0].startswith("does not count: /not too bad/ hits the same words")
    app.text_area[0].set_value("xylophone").run()
    assert app.info[0].value == "No rule has a phrase in it."


@pytest.mark.parametrize("language", LANGUAGES)
def test_agent_and_customer_are_swapped_and_judged_again(own_night: str, open_page: Any, language: str) -> None:
    words = Words(language)
    with Store(own_night) as store:
        first = store.inspection("call-A03-01")
    app = open_page(own_night, "call", lang=language, call=first.id)
    assert words("call.roles_about") in texts(app)
    app.text_input(key=f"roles_author_{first.id}").set_value("李 *x*")
    app.text_input(key=f"roles_reason_{first.id}").set_value("<b>")
    app.button(key="roles_swap").click().run()
    assert not app.exception and not app.error
    with Store(own_night) as store:
        now = store.inspection("call-A03-01")
        (decision,) = store.role_decisions(first.call.recording.id)
    assert now.call.recording.roles == (Role.CUSTOMER, Role.AGENT)
    assert now.score.percent is not None and now.score.percent != first.score.percent
    assert app.metric[0].value == f"{now.score.percent:.1f}".rstrip("0").rstrip(".")
    assert (decision.agent_channel, decision.author, decision.reason) == (1, "李 *x*", "<b>")
    assert r"李 \*x\*" in texts(app) and r"\<b\>" in texts(app)
    assert say(Message("quality.roles_swapped"), language) in texts(app)
    assert [one.value for one in app.toast] == [
        words(
            "call.roles_done",
            before=number(first.score.percent),
            after=number(now.score.percent),
        )
    ]
    assert "roles_confirm" not in {one.key for one in app.button}, "a person has decided"
    app.button(key="roles_swap").click().run()
    with Store(own_night) as store:
        assert store.inspection("call-A03-01").call.transcript == first.call.transcript


def test_roles_are_confirmed(own_night: str, open_page: Any) -> None:
    app = open_page(own_night, "call", lang="en", call="call-A03-01")
    app.button(key="roles_confirm").click().run()
    assert not app.exception and not app.error
    with Store(own_night) as store:
        call = store.inspection("call-A03-01").call
    assert (call.quality.role_source, call.recording.roles) == ("review", (Role.AGENT, Role.CUSTOMER))
    assert "from a person" in texts(app)


def test_a_call_of_one_party_offers_no_swap(own_night: str, open_page: Any) -> None:
    with Store(own_night) as store:
        one = store.inspection("call-A03-02")
        call = replace(one.call, recording=replace(one.call.recording, id="f" * 64, roles=(Role.UNKNOWN,)))
        store.save(replace(one, id="mono", call=call))
    app = open_page(own_night, "call", lang="en", call="mono")
    assert not [one for one in app.button if one.key in ("roles_swap", "roles_confirm")]


def test_calls_with_doubtful_channels_are_found(own_night: str, open_page: Any) -> None:
    with Store(own_night) as store:
        one = store.inspection("call-A02-03")
        quality = replace(one.call.quality, role_probability=0.5)
        recording = replace(one.call.recording, id="e" * 64)
        metadata = replace(one.call.metadata, call_id="doubtful")
        store.save(
            replace(one, id="d", call=replace(one.call, recording=recording, quality=quality, metadata=metadata))
        )
    app = open_page(own_night, "calls", lang="en", roles="doubtful")
    assert [row["name"] for row in listed(app)["rows"]] == ["doubtful"]
    app.multiselect(key="roles").set_value(["swapped"]).run()
    assert sorted(row["name"] for row in listed(app)["rows"]) == [f"call-{agent}-01" for agent in AGENTS]
