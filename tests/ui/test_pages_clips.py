"""The page of clips as Streamlit runs it: evidence is chosen, trimmed, collected and packed."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import wave
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qc.access import LOCAL
from qc.interval import Interval
from qc.packs import LONGEST
from qc.result import Excerpt
from qc.store import Store
from qc.ui import trimming
from qc.ui.server import downloads
from qc.ui.words import Words, plain
from tests.ui.test_pages import texts

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) **b** =1+1 \u202egpj " + "长" * 10_000


@pytest.fixture
def own(night: str, tmp_path: Path) -> str:
    """URL of a copy of the night: a tray is stored."""
    file = tmp_path / "own.db"
    with sqlite3.connect(night.removeprefix("sqlite:///")) as source, sqlite3.connect(file) as copy:
        source.backup(copy)
    return f"sqlite:///{file}"


def button(app: AppTest, key: str) -> Any:
    return app.button(key=key)


def pressed(app: AppTest, label: str) -> AppTest:
    (one,) = (one for one in app.button if one.label == label)
    one.click().run()
    assert not app.exception
    return app


def asked(app: AppTest, name: str) -> str:
    """A value in the URL: one that the test set comes as it was set, one that the page set as a list."""
    found = app.query_params[name]
    return found if isinstance(found, str) else found[0]


def components(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]


def test_evidence_of_the_commonest_item_comes_first(own: str, open_page: Any) -> None:
    words = Words("en")
    app = open_page(own, "clips", lang="en", period="all")
    assert app.selectbox(key="item").value == "satisfaction_question"
    assert words("clips.found_short", count=20) in texts(app)
    assert len([one for one in app.button if one.label == words("clips.choose")]) == 5
    assert "no\\ network" not in texts(app) and "/qc/audio/" in str([one.proto for one in app.get("bidi_component")])
    app.selectbox(key="item").set_value("interruption").run()
    assert asked(app, "item") == "interruption"
    assert {one.value for one in app.caption if one.value == words("clips.found_short", count=10)}
    app.segmented_control(key="look").set_value("good").run()
    assert words("clips.none_good_advice") in texts(app)
    assert not app.exception


def test_from_evidence_to_the_pack(own: str, open_page: Any) -> None:
    words = Words("en")
    app = open_page(own, "clips", lang="en", period="all")
    next(one for one in app.button if one.label == words("clips.choose")).click().run()
    assert {"call", "start", "end", "shows"} <= set(app.query_params)
    with Store(own) as store:
        call = store.inspection(asked(app, "call")).call
    trim = next(one for one in components(app) if "lanes" in one)
    assert [lane["role"] for lane in trim["lanes"]] == ["agent", "customer"]
    assert len(trim["lines"]) == len(call.transcript.utterances)
    app.text_input[0].set_value("Ask <b>before</b> you close")
    next(one for one in app.text_input if one.label == words("clips.tags")).set_value("Monday， week 47,,Monday")
    pressed(app, words("clips.add"))
    with Store(own) as store:
        (draft,) = store.clips.tray(LOCAL.id)
    assert draft.clip.recording_id == call.recording.id
    assert draft.clip.item == "satisfaction_question" and not draft.clip.good
    assert (draft.clip.title, draft.clip.tags) == ("Ask <b>before</b> you close", ("Monday", "week 47"))
    assert "call" not in app.query_params
    assert r"Ask \<b\>before\</b\> you close" in texts(app)

    pressed(app, words("clips.example_missing", item=words.item("satisfaction_question")))
    assert asked(app, "look") == "good"
    next(one for one in app.button if one.label == words("clips.choose")).click().run()
    pressed(app, words("clips.add"))
    with Store(own) as store:
        assert [one.clip.good for one in store.clips.tray(LOCAL.id)] == [False, True]
    assert not [one for one in app.button if "good example" in one.label]
    second = store_ids(own)[1]
    button(app, f"up_{second}").click().run()
    assert store_ids(own)[0] == second
    button(app, f"remove_{second}").click().run()
    assert len(store_ids(own)) == 1
    button(app, "clear_tray").click().run()
    assert store_ids(own) == [] and plain(words("clips.tray_empty")) in texts(app)


def store_ids(url: str) -> list[int]:
    with Store(url) as store:
        return [one.id for one in store.clips.tray(LOCAL.id)]


def test_the_pack_that_is_made(own: str, open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(own) as store:
        call = store.inspection("call-A03-04").call
        store.clips.add(LOCAL.id, Excerpt(call.recording.id, Interval(9.0, 14.5), "interruption"), 9)
    made: list[tuple[str, bytes]] = []

    def make(self: Any, user: Any, session: Any, name: str, media_type: str, action: Any, write: Any) -> str:
        stream = io.BytesIO()
        write(stream)
        made.append((name, stream.getvalue()))
        return "token"

    monkeypatch.setattr(downloads.Downloads, "make", make)
    words = Words("en")
    app = open_page(own, "clips", lang="en", period="all")
    app.text_input(key="pack_title").set_value("Week 47: listen first").run()
    pressed(app, words("clips.make"))
    ((name, content),) = made
    assert name == "Week-47-listen-first.zip"
    archive = zipfile.ZipFile(io.BytesIO(content))
    with wave.open(io.BytesIO(archive.read("audio/01-interruption.wav"))) as sound:
        assert sound.getnframes() == round(5.5 * 8000)
    assert 'href="/qc/file/token"' in "".join(one.proto.body for one in app.get("html"))
    with Store(own) as store:
        entry = next(one.event for one in store.trail.newest(9) if one.event.action == "export_clips")
    assert (entry.subject, entry.span) == (call.recording.id, (9.0, 14.5))


def test_a_clip_of_the_tray_is_changed(own: str, open_page: Any) -> None:
    words = Words("es")
    with Store(own) as store:
        recording = store.inspection("call-A03-04").call.recording.id
        key = store.clips.add(LOCAL.id, Excerpt(recording, Interval(9.0, 14.5), "interruption", tags=("x",)), 9)
    app = open_page(own, "clips", lang="es", period="all")
    button(app, f"change_{key}").click().run()
    assert asked(app, "draft") == str(key)
    app.text_input[0].set_value("Escuche primero")
    pressed(app, words("clips.save"))
    with Store(own) as store:
        (draft,) = store.clips.tray(LOCAL.id)
    assert (draft.id, draft.clip.title, draft.clip.tags) == (key, "Escuche primero", ("x",))
    assert draft.clip.interval == Interval(9.0, 14.5)


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ({"start": "9", "end": "15"}, (9.0, 15.0)),
        ({}, (0.0, None)),
        ({"start": "x", "end": "nan"}, (0.0, None)),
        ({"start": "20", "end": "3"}, (20.0, 30.0)),
        ({"start": "99999", "end": "inf"}, (None, None)),
        ({"start": "-5", "end": "4"}, (0.0, 4.0)),
    ],
)
def test_any_span_of_a_call_by_the_url(own: str, open_page: Any, query: dict[str, str], span: tuple[Any, Any]) -> None:
    app = open_page(own, "clips", lang="en", call="call-A03-04", **query)
    assert not app.error
    trim = next(one for one in components(app) if "lanes" in one)
    assert 0 <= trim["start"] < trim["end"] <= trim["duration"]
    for found, wanted in zip((trim["start"], trim["end"]), span, strict=True):
        assert wanted is None or found == wanted
    pressed(app, Words("en")("clips.add"))
    assert len(store_ids(own)) == 1


def test_a_call_that_is_not_there_and_a_file_that_is_gone(own: str, open_page: Any, tmp_path: Path) -> None:
    assert r"\<b\>x" in open_page(own, "clips", lang="en", call="<b>x</b>").warning[0].value
    with Store(own) as store:
        one = store.inspection("call-A03-04")
        recording = replace(one.call.recording, path=str(tmp_path / "gone.wav"), id="ab" * 32)
        metadata = replace(one.call.metadata, call_id="gone")
        store.save(replace(one, id="gone", call=replace(one.call, recording=recording, metadata=metadata)))
    app = open_page(own, "clips", lang="en", call="gone")
    assert "no longer where" in app.warning[0].value
    (add,) = (one for one in app.button if one.label == Words("en")("clips.add"))
    assert add.disabled


def test_hostile_titles_and_items_are_text(own: str, open_page: Any) -> None:
    with Store(own) as store:
        call = store.inspection("call-A04-01").call
        clip = Excerpt(
            call.recording.id, Interval(1, 5), HOSTILE, title=HOSTILE[:120], tip=HOSTILE[:900], tags=(HOSTILE[:40],)
        )
        key = store.clips.add(LOCAL.id, clip, 9)
        store.clips.add(LOCAL.id, replace(clip, item="a__b", title=""), 9)
    app = open_page(own, "clips", lang="en", call="call-A04-01", shows="x__y", draft=str(key), period="all")
    shown = "".join(one.value for one in [*app.markdown, *app.caption])
    assert "[x](javascript" not in shown and not re.search(r"(?<!\\)<img", shown) and r"\<img" in shown
    button(app, f"change_{key}").click().run()
    assert not app.exception
    pressed(app, Words("en")("clips.save"))
    with Store(own) as store:
        assert store.clips.tray(LOCAL.id)[0].clip.title.startswith("<img src=x onerror=alert(1)>")


def test_what_the_browser_says_is_a_clip_or_nothing() -> None:
    assert trimming.chosen([1, 2.5], 10) == Interval(1, 2.5)
    assert trimming.chosen([-1, 20], 10) == Interval(0, 10)
    for wrong in (None, 5, "ab", [1], [1, 2, 3], ["1", "2"], [2, 1], [1, 1.2], [float("nan"), 3], [20, 30]):
        assert trimming.chosen(wrong, 10) is None
    assert trimming.chosen([0, LONGEST + 1], 2 * LONGEST) is None


def test_the_margin_is_the_settings(own: str, open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QC_CLIP_MARGIN", "3")
    app = open_page(own, "clips", lang="en", period="all", item="interruption")
    with Store(own) as store:
        first = store.clips.showing("interruption", size=1).inspections[0]
    row = first.score.item("interruption")
    assert row is not None and row.result.findings[0].interval is not None
    starts = [one["start"] for one in components(app) if "label" in one]
    assert starts[0] == pytest.approx(row.result.findings[0].interval.start - 3)
