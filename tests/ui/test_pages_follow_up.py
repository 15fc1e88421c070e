"""The page of what is owed to callers, as Streamlit runs it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qc.follow_up import Move, TaskState
from qc.store import Store
from qc.ui.words import LANGUAGES, Words
from tests.store.owing import owing, promised
from tests.ui.night import HOSTILE
from tests.ui.test_pages import texts

NOW = datetime.now()
DAY = timedelta(days=1)


@pytest.fixture
def owed(tmp_path: Path) -> str:
    """A promise that is overdue, one of tomorrow in work, a risk, and one that is done."""
    url = f"sqlite:///{tmp_path / 'owed.db'}"
    with Store(url) as store:
        store.save(
            owing("late", promised(1.0), start=NOW - 3.5 * DAY, customer_class="A"),
            owing("soon", promised(1.0, "48小时"), start=NOW - DAY, agent="A02", team="T2"),
            owing("risky", grade=3, start=NOW, customer_class="C", agent_name=HOSTILE),
            owing("done", promised(1.0), start=NOW - DAY),
        )
        tasks = {one.call_id: one for one in store.tasks.page().rows}
        store.tasks.move(tasks["soon"].recording_id, tasks["soon"].number, 1, Move.BEGIN, author="Wang")
        store.tasks.move(tasks["done"].recording_id, tasks["done"].number, 1, Move.FINISH, author="Wang")
    return url


def task_of(url: str, name: str) -> dict[str, str]:
    with Store(url) as store:
        task = next(one for one in store.tasks.page().rows if one.call_id == name)
    return {"call": task.recording_id, "task": str(task.number)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_overdue_comes_first(owed: str, open_page: Any, language: str) -> None:
    app = open_page(owed, "follow_up", lang=language)
    words = Words(language)
    table = app.dataframe[0].value
    assert list(table[words("column.call")]) == ["late", "soon", "risky"]
    assert next(iter(table[words("follow_up.left")])) == words("follow_up.late_days", amount=2)
    assert [metric.value for metric in app.metric] == ["1", "1", "2", "1", "1"]
    assert not app.error


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ({"state": "late"}, ["late"]),
        ({"state": "work"}, ["soon"]),
        ({"state": "closed"}, ["done"]),
        ({"kind": "risk"}, ["risky"]),
        ({"with": "is:Wang"}, ["soon"]),
        ({"with": "nobody"}, ["late", "risky"]),
        ({"team": "T2"}, ["soon"]),
        ({"customer_class": "A"}, ["late"]),
    ],
)
def test_filters_are_in_the_url(owed: str, open_page: Any, query: dict[str, str], calls: list[str]) -> None:
    app = open_page(owed, "follow_up", lang="en", **query)
    assert list(app.dataframe[0].value["Call"]) == calls


def test_nothing_fits_and_nothing_there(owed: str, open_page: Any, tmp_path: Path) -> None:
    assert "Nothing fits these filters" in texts(open_page(owed, "follow_up", lang="en", state="work", kind="risk"))
    nothing = f"sqlite:///{tmp_path / 'nothing.db'}"
    with Store(nothing) as store:
        store.save(owing("a"))
    assert "Nothing is owed" in texts(open_page(nothing, "follow_up", lang="en"))


def test_a_task_is_taken_up_and_closed(owed: str, open_page: Any) -> None:
    app = open_page(owed, "follow_up", lang="en", **task_of(owed, "late"))
    assert "给您回电话" in texts(app) and "24小时" in texts(app)
    app.text_input(key="qc_author").set_value("Li Na").run()
    number = task_of(owed, "late")["task"]
    app.selectbox(key=f"task_{number}_1_who").set_value("Wang").run()
    app.button(key=f"task_{number}_1_assign").click().run()
    app.button(key=f"task_{number}_2_begin").click().run()
    app.text_area(key=f"task_{number}_3_words").set_value("called back, tel. 13812345678").run()
    app.button(key=f"task_{number}_3_finish").click().run()
    assert not app.exception and not app.error
    assert "13812345678" not in texts(app) and "Li Na: done" in texts(app).replace("\\", "")
    with Store(owed) as store:
        task, moves = store.tasks.task(task_of(owed, "late")["call"], int(number))
    assert (task.state, task.assignee, task.changed_by) == (TaskState.DONE, "Wang", "Li Na")
    assert [one.author for one in moves] == [None, "Li Na", "Li Na", "Li Na"]
    assert list(app.dataframe[0].value["Call"]) == ["soon", "risky"]
    app.button(key=f"task_{number}_4_reopen").click().run()
    assert "say why" in texts(app)


def test_a_deadline_is_set(owed: str, open_page: Any) -> None:
    place = task_of(owed, "risky")
    app = open_page(owed, "follow_up", lang="en", **place)
    day = (NOW + 9 * DAY).date()
    app.date_input(key=f"task_{place['task']}_1_day").set_value(day).run()
    app.button(key=f"task_{place['task']}_1_date").click().run()
    with Store(owed) as store:
        task, _ = store.tasks.task(place["call"], int(place["task"]))
    assert task.due is not None and task.due.date() == day
    assert "Set by a person" in texts(app).replace("\\", "")


def test_the_second_of_two_is_told(owed: str, open_page: Any) -> None:
    place = task_of(owed, "late")
    app = open_page(owed, "follow_up", lang="en", **place)
    with Store(owed) as store:
        store.tasks.move(place["call"], int(place["task"]), 1, Move.BEGIN, author="Wang")
    app.button(key=f"task_{place['task']}_1_finish").click().run()
    assert "Wang changed this task" in texts(app).replace("\\", "")
    assert "Wang began" in texts(app)
    with Store(owed) as store:
        assert store.tasks.task(place["call"], int(place["task"]))[0].state is TaskState.WORK


@pytest.mark.parametrize("task", ["7777", "x", "-1", "9" * 40])
def test_a_task_that_is_not_there(owed: str, open_page: Any, task: str) -> None:
    app = open_page(owed, "follow_up", lang="en", call=task_of(owed, "late")["call"], task=task)
    assert "no such task" in texts(app) or "Select a row" in texts(app)
    assert not app.error


def test_names_from_outside_are_text(owed: str, open_page: Any) -> None:
    app = open_page(owed, "follow_up", lang="en", **task_of(owed, "risky"))
    shown = texts(app)
    assert "<img" not in shown.replace("\\<img", "")
    assert r"\<img src\=x onerror" in shown
