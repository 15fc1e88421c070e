"""``qc erase``: calls out of every place where we put something of them; and whose calls a command is about."""

from __future__ import annotations

import getpass
import json as json_module
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import note, say_line, show
from qc.cli.trail import noted
from qc.config import Settings
from qc.errors import NotFound, UsageError

if TYPE_CHECKING:
    from qc.store import Found, HoldKind, Store

CallOption = Annotated[
    str | None, typer.Option("--call", help="Call id, path, file name, or recording id.", show_default=False)
]
AgentOption = Annotated[str | None, typer.Option("--agent", help="All calls of this agent.", show_default=False)]
CallerOption = Annotated[
    bool, typer.Option("--caller", help="All calls of a number, which is asked for, or read from stdin.")
]
ReasonOption = Annotated[
    str, typer.Option("--reason", help="A code, as dsr-2026-114: no names, no numbers of people.", show_default=False)
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would go.")]
_REASON = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,39}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(erase)


def erase(
    reason: ReasonOption,
    call: CallOption = None,
    caller: CallerOption = False,
    agent: AgentOption = None,
    cache: Annotated[
        list[Path] | None,
        typer.Option("--cache", file_okay=False, help="One more folder of cached files.", show_default=False),
    ] = None,
    log: Annotated[
        list[Path] | None,
        typer.Option("--log", dir_okay=False, help="A log to take the lines out that name them.", show_default=False),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", dir_okay=False, help="Write the account as JSON.", show_default=False)
    ] = None,
    dry_run: DryRunOption = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Erase calls from the database, files that we wrote, copies, alerts and logs, and prove it. Source recordings
    stay: the account names them, for their owner. Exit code 1: something of it is left, or held."""
    settings = settings_for(database=database)
    why = code(reason)
    from qc.erasure import erase as erase_calls
    from qc.store import HoldKind, Store

    with Store.of(settings, create=False) as store:
        kind, value, known_as = whose(store, settings, call, caller, agent, None)
        found = _found(store, kind, value, known_as)
        if not found:
            raise NotFound("nothing is stored of them")
        if kind is HoldKind.AGENT:
            known_as = (value, *sorted(store.life.agent_names(value)))
        which = next(iter(found.recordings)) if len(found.recordings) == 1 else ""
        count = len(found.recordings)
        noted(store, "erase", which, by=kind.value, reason=why, recordings=count, dry_run=int(dry_run))
        account = erase_calls(
            store,
            settings,
            found,
            why,
            caches=cache or (),
            logs=log or (),
            known_as=known_as,
            dry_run=dry_run,
        )
        if not dry_run and not account.held:
            store.life.forget_holds(kind, value)
    document = account.as_json()
    if report is not None:
        _keep(report, document)
    if json:
        show(document)
    else:
        for line in account.lines():
            say_line(line)
    if not account.complete:
        raise typer.Exit(1)


def code(reason: str) -> str:
    """A reason as the trail and tombstones keep it for years. Raises UsageError for a sentence, or what could be a
    number of somebody."""
    text = reason.strip().lower()
    if not _REASON.fullmatch(text) or re.search(r"\d{7}", re.sub(r"\D", "", text)) is not None:
        raise UsageError("--reason: write a code, as dsr-2026-114: letters, digits, - _ . : and fewer than 7 digits")
    return text


def erase_again(store: Store, settings: Settings) -> None:
    """Erase what a restored backup brought back; say on stderr how many calls there were."""
    from qc.erasure import again

    if count := again(store, settings, before=lambda count: noted(store, "erase", by="again", recordings=count)):
        note(f"{count} recordings that were erased were in this database: they are erased again")


def whose(
    store: Store, settings: Settings, call: str | None, caller: bool, agent: str | None, team: str | None
) -> tuple[HoldKind, str, tuple[str, ...]]:
    """Kind, value, and for a caller the digits by which files may be named."""
    from qc.store import HoldKind

    given = {HoldKind.CALL: call, HoldKind.AGENT: agent, HoldKind.TEAM: team}
    named = [(kind, value) for kind, value in given.items() if value]
    if len(named) + caller != 1:
        raise UsageError("say whose calls: one of --call, --caller, --agent" + (", --team" if team else ""))
    if named:
        return *named[0], ()
    from qc.metadata import key_of, load_map
    from qc.metadata.caller import digits, sealed

    key = key_of(settings)
    try:
        number = digits(_asked(), load_map(settings.metadata_mapping).country_code)
    except ValueError:
        number = None
    if number is None:
        raise UsageError("this is no telephone number")
    if key is None:
        note("no caller_key is set, so metadata hold no callers: only names of files are looked at")
    return HoldKind.CALLER, sealed(number, key) if key else "", (number,)


def _found(store: Store, kind: HoldKind, value: str, known_as: tuple[str, ...]) -> Found:
    from qc.metadata.caller import holds as holds_number
    from qc.store import Found, HoldKind

    if kind is HoldKind.CALL:
        return store.life.find(value)
    found = store.life.about(kind, value) if value else Found()
    if kind is HoldKind.CALLER:
        by_name = store.life.named(lambda text: holds_number(text, known_as[0]))
        return Found(found.recordings | by_name.recordings, found.paths | by_name.paths)
    return found


def _asked() -> str:
    """The number, never from the command line, which other users and the shell's history see."""
    if sys.stdin.isatty():
        return getpass.getpass("Number of the caller (not shown): ")
    return sys.stdin.readline()


def _keep(path: Path, document: dict[str, object]) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            json_module.dump(document, file, ensure_ascii=False, indent=2)
            file.write("\n")
    except OSError as error:
        raise UsageError(f"{path}: the account cannot be written there ({error.strerror or error})") from None
