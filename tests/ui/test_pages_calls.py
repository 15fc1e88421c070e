"""The list of calls as Streamlit runs it: its view is in the URL, kept under a name, and saved as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from qc.access import LOCAL
from qc.call import Role
from qc.config import Settings
from qc.desk import Desk, Match, Pile, Selection, Sort, queueing
from qc.store import Store
from qc.ui import calllist, listfile
from qc.ui.pages.calls import SIZES
from qc.ui.words import LANGUAGES, Words, moment, plain
from tests.ui.test_pages import listed, texts


def names(app: AppTest) -> list[str]:
    return [row["name"] for row in listed(app)["rows"]]


def cell(row: dict[str, Any], column: str) -> Any:
    place = next((x, y) for x, cell in enumerate(calllist.COLUMNS) for y, name in enumerate(cell) if name == column)
    return row["cells"][place[0]][place[1]]


@pytest.fixture
def searchable(own_night: str) -> str:
    """The night with calls in which somebody looked for private data, so that what is said can be found."""
    with Store(own_night) as store:
        for agent in ("A01", "A02"):
            one = store.inspection(f"call-{agent}-03")
            store.save(replace(one, id=f"looked-{agent}", hits=(), run=replace(one.run, judging="J-looked")))
    return own_night


def test_calls_are_filtered_by_the_url(night: str, open_page: Any) -> None:
    app = open_page(night, "calls", lang="en", agent="A03", score="0-80")
    rows = listed(app)["rows"]
    assert rows and {cell(row, "agent")["text"] for row in rows} == {"A03"}
    assert all(cell(row, "score")["percent"] < 80 for row in rows)
    app.multiselect(key="agent").set_value(["A04", "A05"]).run()
    assert app.query_params["agent"] == ["A04", "A05"]
    assert "No call fits these filters" in texts(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_order_are_in_the_url(night: str, open_page: Any, language: str) -> None:
    with Store(night) as store:
        wanted = [row.call_id for row in store.lists.page(sort=Sort.PERCENT, descending=False, size=100).rows]
    app = open_page(night, "calls", lang=language, sort="score", order="asc", size="25", page="2")
    assert names(app) == wanted[25:50]
    words = Words(language)
    assert words("calls.shown", first=26, last=50, total=len(wanted)) in texts(app)
    app.button(key="page_after").click().run()
    assert names(app) == wanted[50:] and app.button(key="page_after").disabled
    assert app.query_params["page"] in ("3", ["3"])
    app.multiselect(key="agent").set_value(["A01"]).run()
    assert "page" not in app.query_params, "another list begins at its first page"
    assert app.button(key="page_before").disabled


@pytest.mark.parametrize("query", [{"page": "-1"}, {"page": "x"}, {"size": "7"}, {"sort": "no"}, {"order": "up"}])
def test_what_the_url_says_wrongly_is_left_out(night: str, open_page: Any, query: dict[str, str]) -> None:
    assert names(open_page(night, "calls", lang="en", **query)) == names(open_page(night, "calls", lang="en"))


def test_a_page_beyond_the_end_leads_back(night: str, open_page: Any) -> None:
    app = open_page(night, "calls", lang="en", page="77")
    assert "No call fits" in texts(app)
    app.button(key="to_first").click().run()
    assert len(names(app)) == 50


def test_what_is_said_is_found_and_marked(searchable: str, open_page: Any) -> None:
    with Store(searchable) as store:
        word = store.inspection("looked-A01").call.transcript.utterances[0].text[:3]
    app = open_page(searchable, "calls", lang="en", text=word)
    rows = {row["name"]: row for row in listed(app)["rows"]}
    assert {"call-A01-03", "call-A02-03"} == set(rows)
    match = rows["call-A01-03"]["matches"][0]
    assert next(text for text, hit in match["parts"] if hit) == word
    query = parse_qs(urlsplit(match["href"]).query)
    assert query["call"] == [rows["call-A01-03"]["id"]] and float(query["t"][0]) == pytest.approx(match["at"], abs=0.01)
    assert query["lang"] == ["en"]
    app = open_page(searchable, "calls", lang="en", text="nobody says this")
    assert "Nobody says this" in texts(app)


def test_a_long_utterance_is_shown_around_the_hit() -> None:
    text = "a" * 500 + "停电了" + "b" * 500
    match = Match(3, Role.CUSTOMER, 61.0, 65.0, text, ((500, 503),))
    parts = calllist._cut(match)
    assert [part for part in parts if part[1]] == [("停电了", True)]
    assert "".join(text for text, _ in parts) == "…" + "a" * 80 + "停电了" + "b" * 80 + "…"


def test_names_from_outside_stay_names(own_night: str, open_page: Any) -> None:
    evil = "<script>alert(1)</script>" + "长" * 10_000 + "\u202e"
    with Store(own_night) as store:
        one = store.inspection("call-A02-03")
        metadata = replace(one.call.metadata, call_id=evil, team=evil, queue="=1+1", agent_name=evil)
        recording = replace(one.call.recording, id="e" * 64)
        store.save(replace(one, id="evil", call=replace(one.call, recording=recording, metadata=metadata)))
    app = open_page(own_night, "calls", lang="en", queue="=1+1")
    (row,) = listed(app)["rows"]
    assert all(len(part["text"]) <= calllist.LONGEST for cell in row["cells"] for part in cell)
    assert len(row["name"]) <= calllist.LONGEST
    assert "<script>" not in texts(app)


def test_a_view_is_kept_opened_changed_and_deleted(own_night: str, open_page: Any) -> None:
    app = open_page(own_night, "calls", lang="en", agent=["A01", "A02"], sort="score", page="1", gone="x")
    wanted = names(app)
    app.text_input(key="view_name").set_value("My *own* view")
    next(one for one in app.button if one.label == "Save").click().run()
    assert [one.value for one in app.toast] == [plain("The view is saved.")]
    with Store(own_night) as store:
        (view,) = store.people.views("local", ())
    assert parse_qs(view.query) == {"agent": ["A01", "A02"], "sort": ["score"]}

    fresh = open_page(own_night, "calls", lang="en", score="0-80", page="1")
    fresh.button(key=f"view_{view.id}").click().run()
    assert names(fresh) == wanted
    assert "score" not in fresh.query_params and fresh.query_params["lang"] in ("en", ["en"])

    fresh.text_input(key=f"view_name_{view.id}_1").set_value("Ours")
    fresh.button(key="view_save").click().run()
    with Store(own_night) as store:
        (view,) = store.people.views("local", ())
    assert (view.name, view.version) == ("Ours", 2)
    app.run()
    fresh.button(key="view_drop").click().run()
    assert [one.value for one in fresh.toast] == [plain("The view is deleted.")]
    app.button(key="view_drop").click().run()
    assert "deleted meanwhile" in app.toast[0].value
    assert not app.exception


def test_a_view_of_what_there_is_no_more_still_opens(own_night: str, open_page: Any) -> None:
    with Store(own_night) as store:
        number = store.people.keep("local", "old", "agent=Z99&color=red&period=decade&sort=mood&score=9-1", None)
    app = open_page(own_night, "calls", lang="en")
    app.button(key=f"view_{number}").click().run()
    assert not app.exception and not app.error
    assert app.query_params["agent"] in ("Z99", ["Z99"]) and "color" not in app.query_params
    assert "No call fits" in texts(app)


@pytest.fixture
def desk(own_night: str) -> Iterator[Desk]:
    with Store(own_night) as store:
        one = store.inspection("call-A02-03")
        metadata = replace(one.call.metadata, call_id="=HYPERLINK(1)", team="@SUM(A1)", agent_name="-1+1")
        recording = replace(one.call.recording, id="e" * 64)
        store.save(replace(one, id="formula", call=replace(one.call, recording=recording, metadata=metadata)))
        yield Desk(store, Settings(database=own_night), LOCAL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_the_list(desk: Desk, language: str) -> None:
    words, selection = Words(language), Selection(agents=("A02", "A03"))
    listed = desk.call_page(selection, Sort.PERCENT, descending=False, size=500).rows
    files: dict[str, io.BytesIO] = {kind: io.BytesIO() for kind in listfile.KINDS}
    for kind, stream in files.items():
        listfile.maker(desk, kind, selection, Sort.PERCENT, words, descending=False)(stream)
    head, *rows = csv.reader(io.StringIO(files["csv"].getvalue().decode("utf-8-sig")))
    assert head == [words(f"column.{name}") for name in listfile.COLUMNS]
    calls = [row[head.index(words("column.call"))] for row in rows]
    assert calls == [("'" if row.call_id.startswith("=") else "") + row.call_id for row in listed]
    sheet = openpyxl.load_workbook(files["xlsx"]).active
    assert sheet is not None
    cells = list(sheet.iter_rows())
    assert [one.value for one in cells[0]] == head and len(cells) == len(rows) + 1
    assert {one.data_type for row in cells for one in row} <= {"s", "inlineStr", "n", "d"}, "nothing is a formula"
    assert isinstance(cells[1][0].value, datetime)
    event = next(one.event for one in desk.trail(limit=9) if one.event.action == "export_tables")
    assert dict(event.detail) == {"table": "calls", "rows": len(listed)}


def test_a_file_is_offered(night: str, open_page: Any) -> None:
    app = open_page(night, "calls", lang="en", agent="A01")
    button = next(one for one in app.button if one.key.startswith("export_csv"))
    button.click().run()
    assert not app.exception and not app.error
    assert any("Save calls.csv" in one.proto.body for one in app.get("html"))


def test_the_time_zone_is_the_readers(own_night: str, open_page: Any) -> None:
    with Store(own_night) as store:
        one = store.inspection("call-A03-04")
    app = open_page(own_night, "call", lang="en", call="call-A03-04")
    app.selectbox(key="time_zone").set_value("Pacific/Kiritimati").run()
    from zoneinfo import ZoneInfo

    shown = json.dumps([table.value.to_dict() for table in app.table])
    assert moment(one.run.started_at, ZoneInfo("Pacific/Kiritimati")) in shown
    again = open_page(own_night, "call", lang="en", call="call-A03-04")
    assert again.selectbox(key="time_zone").value == "Pacific/Kiritimati"


def test_a_whole_view_is_assigned(own_night: str, open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(own_night) as store:
        total = store.lists.page(Selection(teams=("West",))).total
    assert total > SIZES[0]
    app = open_page(own_night, "calls", lang="en", team="West", size=str(SIZES[0]))
    assert app.button(key="calls_assign").disabled
    (every,) = [one for one in app.checkbox if "calls of this view" in one.label]
    assert f"All {total} calls" in every.label
    every.check().run()
    app.button(key="calls_assign").click().run()
    assert any(f"{total} calls assigned" in one.value for one in app.success)
    with Store(own_night) as store:
        assert store.queue.counts("li", Selection(teams=("West",)))[Pile.OPEN] == total
    monkeypatch.setattr(queueing, "MOST_ASSIGNED", total - 1)
    next(one for one in app.checkbox if "calls of this view" in one.label).check().run()
    app.button(key="calls_assign").click().run()
    assert any(f"at most {total - 1} calls" in one.value for one in app.error)
