"""A stored night on which people have worked, for pictures: reviews, appeals, tasks, coaching, calibration, clips; by
the desk, as the pages do it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from qc.access import LOCAL
from qc.coaching import ActionState, lessons
from qc.config import Settings
from qc.desk import Desk, Selection
from qc.follow_up import Move
from qc.result import Excerpt, Inspection, ItemResult
from qc.sampling import Design, Plan

REVIEWERS = ("王敏", "Laura Gómez")
AGENT, LEAD = "李娜", "陈主管"
REASONS = ("录音里能听到，识别漏了字。", "线路杂音大，机器没有听清。", "换了一种说法，意思到了。")


def worked_night(database: str, folder: Path) -> str:
    """A copy of a SQLite store, worked on; gives its URL. Its calls need items that fall short."""
    copy = folder / "worked.db"
    with sqlite3.connect(database.removeprefix("sqlite:///")) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    url = f"sqlite:///{copy}"
    desk = Desk.open(Settings(database=url), LOCAL)
    rows = desk.call_page(Selection(languages=("zh",)), size=200).rows
    calls = [desk.call(row.inspection_id) for row in rows if row.scorable]
    short = [one for one in calls if next(_short(one), None)]
    _review(desk, short[:3])
    _dispute(desk, short[3:6])
    _follow(desk)
    _coach(desk)
    _calibrate(desk, calls)
    for one in short[:2]:
        begin = next(_short(one)).result.findings
        span = begin[0].interval if begin else one.call.transcript.utterances[0].interval
        desk.choose(one.id, Excerpt(one.call.recording.id, span, next(_short(one)).item))
    return url


def _short(one: Inspection) -> Iterator[ItemResult]:
    """Scored items without full points."""
    return (row for row in one.score.results if row.weight and row.result.value is not None and row.result.value < 0.5)


def _review(desk: Desk, calls: Sequence[Inspection]) -> None:
    """A drawn sample, one call looked at in full, others in part."""
    desk.draw(Plan(Design.STRATIFIED, 12, 7), title="11 月第三周抽检")
    for one, reason in zip(calls, REASONS, strict=True):
        desk.assign([one.call.recording.id], None)
        desk.say(one.id, next(_short(one)).item, "pass", reason=reason, author=REVIEWERS[0])
    rest = {row.item: 0 for row in calls[0].score.results if row.item != next(_short(calls[0])).item}
    desk.accept_rest(calls[0].id, rest, author=REVIEWERS[0])


def _dispute(desk: Desk, calls: Sequence[Inspection]) -> None:
    """Three appeals, one of them upheld."""
    for one, reason in zip(calls, REASONS, strict=True):
        desk.acknowledge(one.id, author=AGENT)
        desk.appeal(one.id, next(_short(one)).item, 1.0, reason, author=AGENT)
    desk.rule(calls[0].id, next(_short(calls[0])).item, upheld=True, reason="听过录音，情况属实。", author=LEAD)


def _follow(desk: Desk) -> None:
    """Tasks in every state."""
    moves = ((Move.ASSIGN, "", REVIEWERS[0]), (Move.BEGIN, "", ""), (Move.FINISH, "已回电，客户确认恢复供电。", ""))
    for count, task in enumerate(desk.tasks(size=4).rows):
        version = task.version
        for move, note, assignee in moves[:count]:
            version = desk.move_task(
                task.call_id, task.number, version, move, author=REVIEWERS[0], note=note, assignee=assignee
            )


def _coach(desk: Desk) -> None:
    """Coaching of the two first common points: one given in the middle of the days, one planned."""
    first, last = desk.coaching_days() or (None, None)
    assert first and last, "no calls with a day"
    points = [one for one in lessons(desk.counted_for_coaching()).points if one.scope == "common"]
    days = (first + (last - first) / 2, last)
    what = ("小组培训：听三段优秀录音，练习结束语", "班前会五分钟：等待前先征得客户同意")
    for point, day, text, state in zip(points, days, what, (ActionState.DONE, ActionState.PLANNED), strict=False):
        desk.record_coaching(point.item, point.agents[:4], text, day, by=LEAD, state=state, author=LEAD)


def _calibrate(desk: Desk, calls: Sequence[Inspection]) -> None:
    """A closed session, in which the second rater differs from the machine now and then, and an open one."""
    keys = [one.id for one in calls[:4]]
    number = desk.begin_calibration("11 月校准", REVIEWERS, keys=keys)
    for place in range(len(keys)):
        for rater in REVIEWERS:
            seen = desk.rating(number, place, rater)
            machine = next(one for one in calls if one.call.recording.id == seen.inspection.call.recording.id)
            found = {row.item: row.result.value for row in machine.score.results if row.item in seen.items}
            if rater == REVIEWERS[1]:
                turned = [item for item, value in sorted(found.items()) if value is not None][place::5]
                found |= {item: 0.0 if (found[item] or 0.0) >= 0.5 else 1.0 for item in turned}
            desk.rate(number, place, found, {}, rater)
    for rater in REVIEWERS:
        desk.hand_in(number, rater)
    desk.close_calibration(number)
    desk.begin_calibration("12 月校准", REVIEWERS, keys=[one.id for one in calls[4:7]])
