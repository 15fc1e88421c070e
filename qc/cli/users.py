"""``qc users``: look for mistakes in a users file, and list who is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import JsonOption, settings_for
from qc.cli.output import say_line, show, table
from qc.errors import UsageError

app = typer.Typer(help="The users file: who may use the dashboard.", no_args_is_help=True, rich_markup_mode=None)
FileArgument = Annotated[Path | None, typer.Argument(help="A users file; default: the setting's.", show_default=False)]


@app.callback()
def _group() -> None:
    """The users file: who may use the dashboard."""


@app.command()
def check(file: FileArgument = None) -> None:
    """Name every mistake with file, line and user (exit code 1), or count the users."""
    from qc.access.roster import load

    roster = load(_file(file))
    say_line(f"{len(roster.users)} users, {len(roster.disabled)} disabled")


@app.command("list")
def list_users(file: FileArgument = None, json: JsonOption = False) -> None:
    """List users with their roles, teams and whether they are let in."""
    from qc.access.roster import load

    roster = load(_file(file))
    rows = [
        {
            "id": user.id,
            "name": user.name,
            "roles": sorted(user.roles),
            "teams": sorted(user.teams),
            "agent": user.agent,
            "disabled": not roster.enabled(user),
        }
        for user in roster.users.values()
    ]
    if json:
        show({"users": rows})
        return
    names = ["id", "name", "roles", "teams", "agent", "disabled"]
    table(names, [[_text(row[name]) for name in names] for row in rows])


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(value) or None
    if isinstance(value, bool):
        return "yes" if value else None
    return str(value) if value else None


def _file(given: Path | None) -> Path:
    path = given or settings_for().users
    if path is None:
        raise UsageError("no users file: give one, or set users (QC_USERS)")
    return path
