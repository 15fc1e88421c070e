"""``qc failures``: files that could not be heard, and giving them another chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import note, say_line, show, shown, table
from qc.cli.trail import noted
from qc.errors import NotFound, UsageError

if TYPE_CHECKING:
    from qc.store import FailedFile

app = typer.Typer(help="Files that could not be heard.", no_args_is_help=True, rich_markup_mode=None)

FilesArgument = Annotated[
    list[str] | None, typer.Argument(help="Paths or file names, as `list` shows them.", show_default=False)
]
CodeOption = Annotated[str | None, typer.Option("--code", help="Those with this code, as corrupt.", show_default=False)]
AllOption = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.callback()
def _group() -> None:
    """Files that could not be heard."""


@app.command("list")
def list_(code: CodeOption = None, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """The failures that stand: why, at which stage, how often, and what becomes of the file."""
    found = _stored(database, lambda one: code is None or one.code == code)
    if json:
        show(
            [{**asdict(one), "first_at": one.first_at.isoformat(), "last_at": one.last_at.isoformat()} for one in found]
        )
        return
    if not found:
        say_line("no failures")
        return
    rows = [
        (one.code, one.stage, _fate(one), one.attempts, f"{one.last_at:%Y-%m-%d %H:%M}", one.reason) for one in found
    ]
    table(["code", "stage", "state", "attempts", "last (UTC)", "reason"], rows)


@app.command()
def retry(
    files: FilesArgument = None, code: CodeOption = None, all_: AllOption = False, database: DatabaseOption = None
) -> None:
    """Let the next run hear files again that failed. Those in quarantine need `release`."""
    _again(files, code, all_, database, lambda one: not one.quarantined, "retry")


@app.command()
def release(
    files: FilesArgument = None, code: CodeOption = None, all_: AllOption = False, database: DatabaseOption = None
) -> None:
    """Let the next run hear files again that ended their worker time and again: when the cause is known and gone."""
    _again(files, code, all_, database, lambda one: one.quarantined, "release")


def _fate(failed: FailedFile) -> str:
    return "quarantined" if failed.quarantined else "waiting" if failed.waiting else "failed"


def _names(failed: FailedFile) -> set[str]:
    """Its path and its file name, also as they are shown: without numbers."""
    known = (failed.path, failed.path.rpartition("/")[2])
    return {*known, *map(shown, known)}


def _stored(database: str | None, wanted: Callable[[FailedFile], bool]) -> list[FailedFile]:
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        noted(store, "failures.list")
        return [one for one in store.failed_files() if wanted(one)]


def _again(
    files: list[str] | None,
    code: str | None,
    all_: bool,
    database: str | None,
    fits: Callable[[FailedFile], bool],
    command: str,
) -> None:
    from qc.store import Store

    names = set(files or ())
    if not (names or code or all_):
        raise UsageError("say which: file names, --code CODE, or --all")

    def chosen(one: FailedFile) -> bool:
        named = not names or not names.isdisjoint(_names(one))
        return fits(one) and named and (code is None or one.code == code)

    with Store.of(settings_for(database=database), create=False) as store:
        found = [one for one in store.failed_files() if chosen(one)]
        for name in names - {name for one in found for name in _names(one)}:
            note(f"{name}: no such failure; see qc failures list")
        if not found:
            raise NotFound("no failure fits; nothing changed")
        noted(store, f"failures.{command}", files=len(found))
        store.try_again(found)
    say_line(f"{len(found)} files wait for the next run of qc batch")
