"""``qc audit``: is the trail whole, what is in it, and a copy of it for others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from qc.cli.entries import count, document, figures, local, moment, span, verified
from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import note, say_line, show, table
from qc.cli.trail import noted
from qc.config import Settings
from qc.errors import NotFound, UsageError

if TYPE_CHECKING:
    from qc.store import Store, TrailFilter

app = typer.Typer(help="The trail: who did what to which call.", no_args_is_help=True, rich_markup_mode=None)
SHOWN = 20
"""Problems that are listed for people; JSON has all."""

SinceOption = Annotated[
    str | None, typer.Option("--since", help="From then on, as 2026-11-21 or 2026-11-21T22:00.", show_default=False)
]
UntilOption = Annotated[str | None, typer.Option("--until", help="Before then.", show_default=False)]
ActorOption = Annotated[
    list[str] | None, typer.Option("--actor", help="Only by them, as cli:li; may be repeated.", show_default=False)
]
ActionOption = Annotated[
    list[str] | None, typer.Option("--action", help="Only this, as hear_call; may be repeated.", show_default=False)
]
CallOption = Annotated[
    str | None, typer.Option("--call", help="Only of this call: id, file name, or recording.", show_default=False)
]


@app.callback()
def _group() -> None:
    """The trail: who did what to which call."""


@app.command()
def verify(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Look for edits, gaps, exchanges, insertions and cuts; exit code 1 when there is any. Looking is recorded too."""
    settings = settings_for(database=database)
    from qc.store import Store
    from qc.words import Words

    with Store.of(settings, create=False) as store:
        found = store.trail.verify()
        noted(store, "audit.verify", entries=count(found.entries), problems=count(len(found.problems)))
    if json:
        show(verified(found))
    else:
        words = Words(settings.interface_language)
        for problem in found.problems[:SHOWN]:
            say_line(words(f"trail.{problem.what}", number=problem.number))
        if len(found.problems) > SHOWN:
            say_line(words("trail.more", count=len(found.problems) - SHOWN))
        for number in found.accepted:
            say_line(words("trail.accepted", number=number))
        if found.cut:
            say_line(words("trail.starts", number=found.first, cut=found.cut))
        if not found.anchored:
            say_line(words("trail.no_place"))
        say_line(words("trail.whole" if not found.problems else "trail.broken", **figures(found)))
    raise typer.Exit(bool(found.problems))


@app.command("list")
def list_(
    since: SinceOption = None,
    until: UntilOption = None,
    actor: ActorOption = None,
    action: ActionOption = None,
    call: CallOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Who did what, when, to which call, and from where."""
    settings = settings_for(database=database)
    from qc.store import Store

    with Store.of(settings, create=False) as store:
        wanted = _filter(store, settings, since, until, actor, action, call)
        noted(store, "audit.list")
        entries = list(store.trail.entries(wanted))
        ids = store.call_ids({one.event.subject for one in entries if one.event.subject})
    if json:
        show([document(entry, settings, ids.get(entry.event.subject)) for entry in entries])
        return
    rows = [
        (
            *(entry.number, f"{local(entry.event.at, settings):%Y-%m-%d %H:%M:%S}", entry.event.actor),
            *(
                entry.event.action,
                ids.get(entry.event.subject, entry.event.subject) or None,
                span(entry),
                entry.event.origin,
            ),
            " ".join(f"{name}={value}" for name, value in entry.event.detail.items()),
        )
        for entry in entries
    ]
    table(["number", "time", "actor", "action", "call", "span", "from", "detail"], rows)


@app.command()
def export(
    to: Annotated[Path | None, typer.Option("--to", help="A new file; default: stdout.", show_default=False)] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    actor: ActorOption = None,
    action: ActionOption = None,
    call: CallOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write entries as they were hashed, one JSON document a line."""
    settings = settings_for(database=database)
    from qc.audit import canonical, flat
    from qc.store import Store

    with Store.of(settings, create=False) as store:
        wanted = _filter(store, settings, since, until, actor, action, call)
        noted(store, "audit.export")
        with _writing(to) as file:
            lines = 0
            for entry in store.trail.entries(wanted):
                file.write(canonical(flat(entry)) + "\n")
                lines += 1
    note(f"{to or 'stdout'}: {lines} entries")


@app.command()
def accept(
    number: Annotated[int, typer.Argument(min=1, help="Of the entry, as `verify` names it.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="restored, moved, crash or other.", show_default=False)],
    database: DatabaseOption = None,
) -> None:
    """Accept that the anchor did not fit the trail when an entry was made: the cause is known. That is recorded."""
    settings = settings_for(database=database)
    from qc.audit import What
    from qc.store import Store

    if reason not in REASONS:
        raise UsageError(f"--reason {reason}: one of {', '.join(REASONS)}")
    with Store.of(settings, create=False) as store:
        if not any(one.number == number and one.what is What.MISFIT for one in store.trail.verify().problems):
            raise NotFound(f"entry {number}: nothing to accept; see qc audit verify")
        noted(store, "audit.accept", number=number, reason=reason)
    say_line(f"entry {number}: accepted")


REASONS = ("restored", "moved", "crash", "other")
"""Why an anchor may not fit: a backup was restored, the file was moved, the machine stopped, something else."""


def _filter(
    store: Store,
    settings: Settings,
    since: str | None,
    until: str | None,
    actor: list[str] | None,
    action: list[str] | None,
    call: str | None,
) -> TrailFilter:
    from qc.store import TrailFilter

    return TrailFilter(
        since=moment("--since", since, settings),
        until=moment("--until", until, settings),
        actors=tuple(actor or ()),
        actions=tuple(action or ()),
        subjects=() if call is None else store.subjects(call),
    )


@contextmanager
def _writing(to: Path | None) -> Iterator[TextIO]:
    if to is None:
        yield sys.stdout
        return
    try:
        with to.open("x", encoding="ascii") as file:
            yield file
    except FileExistsError:
        raise UsageError(f"{to}: is there already; name another file") from None
    except OSError as error:
        raise UsageError(f"{to}: cannot be written: {error.strerror or error}") from None
