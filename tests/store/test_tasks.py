"""What is owed to callers, as the store keeps it: opened once, moved by people, gone with the call."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from qc.errors import Conflict, NotFound, UsageError
from qc.follow_up import DueBy, Move, TaskKind, TaskState, Terms
from qc.store import Selection, Store, Task, TaskFilter
from tests.store.owing import owing, promised
from tests.store.samples import START, make_call

SECRET = "13812345678"


def rows(store: Store, asked: TaskFilter | None = None, selection: Selection | None = None) -> tuple[Task, ...]:
    return store.tasks.page(selection, asked).rows


def id_of(name: str) -> str:
    return make_call(name).recording.id


def test_judging_opens_a_task_a_promise_and_one_of_a_risk(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(owing("a", promised(1.0), promised(1.2, None), promised(20.0, None, 5), grade=3, customer_class="B"))
        found = rows(store)
        assert [(one.kind, one.start, one.due, one.due_by, one.state) for one in found] == [
            (TaskKind.PROMISE, 1.0, START + timedelta(hours=24, seconds=1), DueBy.SAID, TaskState.OPEN),
            (TaskKind.RISK, 2.0, START + timedelta(hours=48, seconds=2), DueBy.TERM, TaskState.OPEN),
            (TaskKind.PROMISE, 20.0, START + timedelta(hours=48, seconds=20), DueBy.TERM, TaskState.OPEN),
        ]
        assert [(one.quote, one.deadline, one.grade) for one in found] == [
            ("给您回电话", "24小时", None),
            ("投诉", None, 3),
            ("给您回电话", None, None),
        ]
        _, moves = store.tasks.task(id_of("a"), found[0].number)
        assert [(one.move, one.author, one.state) for one in moves] == [(Move.OPENED, None, TaskState.OPEN)]


def test_judged_again_nothing_is_doubled_nor_reopened_and_what_is_lost_stays(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(owing("a", promised(1.0), promised(20.0, None, 5)))
        done, lost = rows(store)
        store.tasks.move(id_of("a"), done.number, 1, Move.FINISH, author="Li")
        store.save(owing("a", promised(1.0), judging="J2"))
        after = {one.number: one for one in rows(store)}
        assert set(after) == {done.number, lost.number}
        assert (after[done.number].state, after[done.number].found) == (TaskState.DONE, True)
        assert (after[lost.number].state, after[lost.number].found) == (TaskState.OPEN, False)
        assert after[lost.number].quote == "给您回电话", "the words of the judgement that found it"
        store.save(owing("a", promised(1.3), promised(20.0, None, 5), judging="J3", listening="L2"))
        again = {one.number: one for one in rows(store)}
        assert set(again) == {done.number, lost.number}
        assert again[lost.number].found and again[done.number].start == 1.3
        _, moves = store.tasks.task(id_of("a"), lost.number)
        assert [one.move for one in moves] == [Move.OPENED, Move.LOST, Move.FOUND]


def test_what_becomes_known_of_a_call_moves_deadlines_that_nobody_set(store_url: str) -> None:
    with Store(store_url) as store:
        one = owing("a", promised(0.0, None), promised(10.0, None, 3), start=None)
        store.save(one)
        first, second = rows(store)
        assert (first.due, first.due_by) == (None, None)
        store.tasks.move(id_of("a"), second.number, 1, Move.DATE, author="Li", due=datetime(2026, 5, 1, 12))
        known = replace(one.call.metadata, start=START, customer_class="C")
        assert store.save_metadata(id_of("a"), known)
        found = {task.number: task for task in rows(store)}
        assert found[first.number].due == START + timedelta(hours=72)
        assert (found[second.number].due, found[second.number].due_by) == (datetime(2026, 5, 1, 12), DueBy.PERSON)
        _, moves = store.tasks.task(id_of("a"), first.number)
        assert [move.move for move in moves] == [Move.OPENED, Move.REDATED]


def test_what_people_do_is_appended_with_author_and_time(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(owing("a", promised(1.0)))
        (task,) = rows(store)
        steps: list[tuple[Move, dict[str, object]]] = [
            (Move.ASSIGN, {"assignee": "wang"}),
            (Move.BEGIN, {}),
            (Move.NOTE, {"note": "called, nobody answered"}),
            (Move.FINISH, {"note": "called back"}),
            (Move.REOPEN, {"note": "it went out again"}),
            (Move.DROP, {"note": "another team does it"}),
        ]
        version = task.version
        for move, options in steps:
            version = store.tasks.move(id_of("a"), task.number, version, move, author="li", **options)  # type: ignore[arg-type]
        now, moves = store.tasks.task(id_of("a"), task.number)
        assert [(one.move, one.author, one.note) for one in moves[1:]] == [
            (move, "li", options.get("note", "")) for move, options in steps
        ]
        assert [one.state.value for one in moves] == ["open", "open", "work", "work", "done", "open", "dropped"]
        assert (now.state, now.assignee, now.changed_by) == (TaskState.DROPPED, "wang", "li")
        with pytest.raises(UsageError, match="dropped"):
            store.tasks.move(id_of("a"), task.number, version, Move.BEGIN, author="li")
        with pytest.raises(UsageError, match="judging"):
            store.tasks.move(id_of("a"), task.number, version, Move.LOST, author="li")


def test_who_begins_takes_what_nobody_has(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(owing("a", promised(1.0)))
        (task,) = rows(store)
        store.tasks.move(id_of("a"), task.number, 1, Move.BEGIN, author="li")
        assert [one.assignee for one in rows(store)] == ["li"]


def test_the_second_of_two_sees_what_the_first_did(store_url: str) -> None:
    """Both at the same moment, many times: one of the two is told, and nothing is lost."""
    with Store(store_url) as store:
        store.save(*(owing(f"call-{number}", promised(1.0)) for number in range(5)))
        tasks = rows(store)
        ended: list[tuple[int, str]] = []

        def take(author: str, started: threading.Barrier) -> None:
            with Store(store_url) as other:
                for task in tasks:
                    started.wait()
                    try:
                        other.tasks.move(task.recording_id, task.number, task.version, Move.BEGIN, author=author)
                        ended.append((task.number, author))
                    except Conflict as conflict:
                        assert conflict.by != author and conflict.at is not None
                        assert conflict.by in conflict.message and "work" in conflict.message

        barrier = threading.Barrier(2)
        threads = [threading.Thread(target=take, args=(author, barrier)) for author in ("li", "wang")]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(number for number, _ in ended) == sorted(task.number for task in tasks)
        assert {one.number: one.assignee for one in rows(store)} == dict(ended)


def test_overdue_first_then_without_a_deadline_and_the_last_closed_first(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(
            owing("late", promised(1.0)),
            owing("unknown", promised(1.0), start=None),
            owing("soon", promised(1.0, "48小时")),
            owing("risky", grade=2, customer_class="C", team="T2"),
        )
        assert [one.call_id for one in rows(store)] == ["late", "soon", "risky", "unknown"]
        now = START + timedelta(hours=30)
        assert [one.late(now) for one in rows(store)] == [True, False, False, False]
        assert [one.call_id for one in rows(store, TaskFilter(late=now))] == ["late"]
        assert [one.call_id for one in rows(store, TaskFilter(kinds=(TaskKind.RISK,)))] == ["risky"]
        assert [one.call_id for one in rows(store, selection=Selection(teams=("T2",)))] == ["risky"]
        counts = store.tasks.counts(now)
        assert (counts.open, counts.work, counts.late, counts.soon) == (4, 0, 1, 1)
        numbers = {one.call_id: one.number for one in rows(store)}
        for name in ("soon", "late"):
            store.tasks.move(id_of(name), numbers[name], 1, Move.FINISH, author="li")
        assert [one.call_id for one in rows(store, TaskFilter(states=(TaskState.DONE,)))] == ["late", "soon"]
        store.tasks.move(id_of("risky"), numbers["risky"], 1, Move.ASSIGN, author="li", assignee="wang")
        assert [one.call_id for one in rows(store, TaskFilter(assignees=("wang",)))] == ["risky"]
        assert [one.call_id for one in rows(store, TaskFilter(assignees=("",), states=(TaskState.OPEN,)))] == [
            "unknown"
        ]
        assert store.tasks.assignees() == ("wang",)
        assert store.tasks.assignees(Selection(teams=("T1",))) == ()
        page = store.tasks.page(offset=1, size=1)
        assert (len(page.rows), page.total, page.offset) == (1, 4, 1)


def test_tasks_go_with_the_call(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(owing("a", promised(1.0)), owing("b", promised(1.0)))
        found = store.life.find("a")
        assert {name: count for name, count in store.life.rows(found).items() if name.startswith("task")} == {
            "tasks": 1,
            "task_moves": 1,
        }
        store.life.erase(found, "request-1")
        assert [one.call_id for one in rows(store)] == ["b"]


def test_words_of_a_task_go_with_the_words_of_its_call(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(owing("a", promised(1.0)))
        (task,) = rows(store)
        store.tasks.move(id_of("a"), task.number, 1, Move.NOTE, author="li", note=f"she says {SECRET}")
        store.life.take_words([id_of("a")])
        found, moves = store.tasks.task(id_of("a"), task.number)
        assert (found.quote, found.state) == ("", TaskState.OPEN)
        assert [one.note for one in moves] == ["", "…"]
        assert not [name for name, count in store.life.rows_with([SECRET, "给您回电话"]).items() if count]


def test_a_promised_deadline_stands_when_its_words_are_gone(store_url: str) -> None:
    with Store(store_url) as store:
        one = owing("a", promised(1.0), start=START, customer_class="C")
        store.save(one)
        (before,) = rows(store)
        assert before.due_by is DueBy.SAID
        store.life.take_words([id_of("a")])
        store.save_metadata(id_of("a"), replace(one.call.metadata, queue="another"))
        (after,) = rows(store)
        assert (after.due, after.due_by) == (before.due, before.due_by)
        _, moves = store.tasks.task(id_of("a"), after.number)
        assert [one.move for one in moves] == [Move.OPENED]


def test_what_was_judged_before_there_were_tasks_is_gathered(store_url: str) -> None:
    from sqlalchemy import delete

    from qc.store.schema_tasks import tasks

    with Store(store_url) as store:
        store.save(owing("a", promised(1.0, None)), owing("b", promised(1.0, None), grade=3))
        with store.tasks._database.writing() as connection:
            connection.execute(delete(tasks))
        assert store.tasks.gather() == 3
        assert store.tasks.gather() == 0
    with Store(store_url, terms=Terms.of(["A=1"])) as store:
        assert store.tasks.gather() == 0
        assert {one.due - START for one in rows(store) if one.due} == {
            timedelta(hours=1, seconds=1),
            timedelta(hours=1, seconds=2),
        }


def test_there_is_no_such_task(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(owing("a", promised(1.0)), owing("b"))
        (task,) = rows(store)
        for ask in (
            lambda: store.tasks.task(id_of("b"), task.number),
            lambda: store.tasks.move(id_of("b"), task.number, 1, Move.BEGIN, author="li"),
        ):
            with pytest.raises(NotFound, match="no such task"):
                ask()
