"""``qc reports``: on an agent, a team or all calls, to print and to hand on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.options import (
    DatabaseOption,
    EncryptOption,
    JsonOption,
    LanguageOption,
    PassphraseOption,
    seal_of,
    settings_for,
)
from qc.cli.output import Opened, say_line, show
from qc.cli.trail import code, noted
from qc.errors import UsageError

if TYPE_CHECKING:
    from qc.reports import Kind

app = typer.Typer(help="Printable reports: PDF, HTML or XLSX, by the ending of --to.", no_args_is_help=True)

ToOption = Annotated[
    Path, typer.Option("--to", help="File to write: .pdf, .html or .xlsx.", dir_okay=False, show_default=False)
]
SinceOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day. [default: four weeks]", show_default=False)
]
UntilOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Last day. [default: the newest call's]", show_default=False),
]


@app.command()
def agent(
    name: Annotated[str, typer.Argument(help="The agent's id in metadata.", show_default=False)],
    to: ToOption,
    since: SinceOption = None,
    until: UntilOption = None,
    language: LanguageOption = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """On one agent, compared with the others of the team."""
    from qc.reports import Kind

    _write(Kind.AGENT, name, to, since, until, language, encrypt_to, passphrase_file, database, json)


@app.command()
def team(
    name: Annotated[str, typer.Argument(help="The team's name in metadata.", show_default=False)],
    to: ToOption,
    since: SinceOption = None,
    until: UntilOption = None,
    language: LanguageOption = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """On one team, compared with the other teams."""
    from qc.reports import Kind

    _write(Kind.TEAM, name, to, since, until, language, encrypt_to, passphrase_file, database, json)


@app.command()
def centre(
    to: ToOption,
    since: SinceOption = None,
    until: UntilOption = None,
    language: LanguageOption = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """On all calls."""
    from qc.reports import Kind

    _write(Kind.CENTRE, "", to, since, until, language, encrypt_to, passphrase_file, database, json)


def _write(
    kind: Kind,
    name: str,
    to: Path,
    since: datetime | None,
    until: datetime | None,
    language: str | None,
    encrypt_to: list[str] | None,
    passphrase_file: Path | None,
    database: str | None,
    json: bool,
) -> None:
    from qc.artifacts import Outlet
    from qc.follow_up import wall_clock
    from qc.reports import FORMATS, gather
    from qc.store import ArtifactKind, Store
    from qc.words import LANGUAGES

    settings = settings_for(database=database)
    written = language or settings.interface_language
    ending = to.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise UsageError(f"{to}: name a file that ends in {', '.join(f'.{one}' for one in FORMATS)}")
    if written not in LANGUAGES:
        raise UsageError(f"--language {written}: choose {', '.join(LANGUAGES)}")
    if since and until and since > until:
        raise UsageError("the first day is after the last")
    first, last = since and since.date(), until and until.date()
    seal = seal_of(settings, encrypt_to, passphrase_file)
    with Store.of(settings, create=False) as store:
        noted(store, f"reports.{kind}", name=code(name) if name else None, format=ending)
        made_at = wall_clock(settings.time_zone)
        report = gather(store, kind, name, made_at=made_at, first=first, last=last)
        data = FORMATS[ending][1](report, written)
        outlet = Outlet(store, ArtifactKind.REPORT, seal)
        try:
            with outlet.writing(to, lambda: report.recordings) as stream:
                stream.write(data)
        except OSError as error:
            raise UsageError(f"{to}: cannot be written: {error.strerror or error}") from None
    if json:
        show({"file": Opened(outlet.name(to)), "calls": report.calls})
    else:
        say_line(f"{outlet.name(to)}: {report.calls} calls", raw=True)
