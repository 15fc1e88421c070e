"""``qc follow-up``: what is owed to callers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qc.cli.options import AgentsOption, DatabaseOption, JsonOption, TeamsOption, settings_for
from qc.cli.output import clock, say_line, show, table
from qc.cli.trail import noted
from qc.follow_up import TaskKind, TaskState, wall_clock

if TYPE_CHECKING:
    from datetime import datetime

    from qc.store import Task

app = typer.Typer(help="Promises made to callers, and calls with complaint risk.", no_args_is_help=True)


class Which(StrEnum):
    """Which tasks."""

    LEFT = "left"
    LATE = "late"
    CLOSED = "closed"
    ALL = "all"


STATES: dict[Which, tuple[TaskState, ...]] = {
    Which.LEFT: (TaskState.OPEN, TaskState.WORK),
    Which.LATE: (TaskState.OPEN, TaskState.WORK),
    Which.CLOSED: (TaskState.DONE, TaskState.DROPPED),
    Which.ALL: (),
}


@app.command(name="list")
def list_tasks(
    which: Annotated[
        Which, typer.Argument(help="left: neither done nor dropped; late: of these the overdue.")
    ] = Which.LEFT,
    kind: Annotated[TaskKind | None, typer.Option(help="Only promises, or only risks.", show_default=False)] = None,
    agent: AgentsOption = None,
    team: TeamsOption = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Rows at most.")] = 100,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """What is owed to callers: the earliest deadline first, by the centre's clock."""
    from qc.store import Selection, Store, TaskFilter

    settings = settings_for(database=database)
    now = wall_clock(settings.time_zone)
    selection = Selection(agents=tuple(agent or ()), teams=tuple(team or ()))
    asked = TaskFilter((kind,) if kind else (), STATES[which], late=now if which is Which.LATE else None)
    with Store.of(settings, create=False) as store:
        noted(store, "follow-up.list", which=which.value)
        counts = store.tasks.counts(now, selection)
        page = store.tasks.page(selection, asked, size=limit)
    rows = [row.masked() for row in page.rows]
    if json:
        show(
            {
                "now": now.isoformat(),
                "late": counts.late,
                "total": page.total,
                "tasks": [_document(one, now) for one in rows],
            }
        )
        return
    if rows:
        table(
            ["", "due", "task", "what", "said", "class", "call", "at", "agent", "with", "state"],
            [
                (
                    "late" if one.late(now) else "",
                    f"{one.due:%Y-%m-%d %H:%M}" if one.due else None,
                    one.number,
                    one.kind.value if one.grade is None else f"{one.kind.value} {one.grade}",
                    one.quote,
                    one.customer_class,
                    one.call_id,
                    clock(one.start) if one.start is not None else None,
                    one.agent_name or one.agent,
                    one.assignee,
                    one.state.value,
                )
                for one in rows
            ],
        )
    say_line(
        f"{page.total} tasks, {len(rows)} shown; of all calls chosen: {counts.late} overdue, {counts.soon} due within "
        f"24 hours, {counts.open} not begun, {counts.work} in work"
    )


@app.command()
def find(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Open the tasks of calls that are stored, as judging does by itself: after an update from a version without tasks,
    and after a change of follow_up_hours, which moves deadlines that nobody set."""
    from qc.store import Store

    settings = settings_for(database=database)
    with Store.of(settings, create=False) as store:
        noted(store, "follow-up.find")
        opened = store.tasks.gather()
    if json:
        show({"opened": opened})
    else:
        say_line(f"{opened} tasks opened")


def _document(one: Task, now: datetime) -> dict[str, Any]:
    return {
        "task": one.number,
        "kind": one.kind.value,
        "state": one.state.value,
        "late": one.late(now),
        "due": one.due.isoformat(timespec="minutes") if one.due else None,
        "due_by": one.due_by.value if one.due_by else None,
        "assignee": one.assignee,
        "call": one.call_id,
        "recording_id": one.recording_id,
        "agent": one.agent,
        "agent_name": one.agent_name,
        "team": one.team,
        "customer_class": one.customer_class,
        "at": None if one.start is None else round(one.start, 1),
        "said": one.quote,
        "deadline": one.deadline,
        "grade": one.grade,
        "found": one.found,
        "changed_at": one.changed_at.isoformat(timespec="seconds"),
        "changed_by": one.changed_by,
    }
