"""``qc hold``: calls that are kept whatever a policy or a request says."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Annotated

import typer

from qc.cli.erase import AgentOption, CallerOption, CallOption, ReasonOption, code, whose
from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import Opened, say_line, show, table
from qc.cli.trail import noted
from qc.errors import NotFound

app = typer.Typer(
    help="Calls that are kept whatever a policy or a request says.", no_args_is_help=True, rich_markup_mode=None
)

TeamOption = Annotated[str | None, typer.Option("--team", help="All calls of this team.", show_default=False)]


@app.callback()
def _group() -> None:
    """Calls that are kept whatever a policy or a request says."""


@app.command()
def add(
    reason: ReasonOption,
    call: CallOption = None,
    caller: CallerOption = False,
    agent: AgentOption = None,
    team: TeamOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Keep calls: neither retention nor erasure takes them. Of an agent, a caller or a team later calls, too."""
    settings = settings_for(database=database)
    why = code(reason)
    from qc.store import HoldKind, Store

    with Store.of(settings, create=False) as store:
        kind, value, _ = whose(store, settings, call, caller, agent, team)
        values = sorted(store.life.find(value).recordings) if kind is HoldKind.CALL else [value]
        if not values:
            raise NotFound(f"{value}: nothing could be read of this file, so there is nothing to keep")
        noted(store, "hold.add", kind=kind.value, reason=why)
        numbers = [store.life.hold(kind, one, why, _login()) for one in values]
    if json:
        show({"holds": numbers})
    else:
        say_line(f"hold {', '.join(map(str, numbers))}: {kind.value}, {why}")


@app.command()
def release(
    hold: Annotated[int, typer.Argument(help="Its number, as qc hold list shows it.", show_default=False)],
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """End a hold; it stays in the list with who ended it."""
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        noted(store, "hold.release", hold=hold)
        ended = store.life.release(hold, _login())
    if json:
        show({"hold": ended.number, "kind": ended.kind.value})
    else:
        say_line(f"hold {ended.number} ended: {ended.kind.value}, {ended.reason}")


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Those that ended too.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """The holds, oldest first."""
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        noted(store, "hold.list")
        found = store.life.holds(released=every)
    rows = [
        (
            one.number,
            one.kind.value,
            Opened(one.value),
            one.reason,
            one.author,
            one.at,
            one.released_at,
            one.released_by,
        )
        for one in found
    ]
    columns = ["number", "kind", "value", "reason", "author", "at", "released_at", "released_by"]
    if json:
        show([dict(zip(columns, map(_shown, row), strict=True)) for row in rows])
    elif not rows:
        say_line("no holds")
    else:
        table([name.replace("_", " ") for name in columns], [tuple(map(_shown, row)) for row in rows])


def _shown(value: object) -> object:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value


def _login() -> str:
    """Empty where the system knows no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
