"""``qc sbom`` and ``qc licences``: what is installed, under which licences."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import JsonOption, settings_for
from qc.cli.output import say_line, show, table
from qc.errors import UsageError

ExtraOption = Annotated[
    list[str] | None, typer.Option("--extra", help="With this optional group of packages; may be repeated.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(sbom)
    app.command()(licences)


def sbom(
    to: Annotated[Path | None, typer.Option("--to", help="A file; default: stdout.", show_default=False)] = None,
    extra: ExtraOption = None,
) -> None:
    """A bill of materials, CycloneDX 1.6 in JSON: installed packages with versions and licences, models with hashes."""
    from qc.supply.bom import document

    settings = settings_for()
    text = document(extra or (), settings.models, settings.model_manifest)
    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{to} cannot be written: {error.strerror}") from None
    say_line(str(to))


def licences(
    markdown: Annotated[bool, typer.Option("--markdown", help="The page docs/licences.md.")] = False,
    extra: ExtraOption = None,
    json: JsonOption = False,
) -> None:
    """The licences of the installed packages, and of libraries inside their wheels; copyleft ones are named."""
    from qc.supply.closure import closure
    from qc.supply.licences import asks_for_sources, licences
    from qc.supply.page import markdown as page

    rows = licences(closure(extra or ()))
    if markdown:
        typer.echo(page(rows), nl=False)
    elif json:
        show([asdict(row) | {"copyleft": row.copyleft, "inside": dict(row.inside)} for row in rows])
    else:
        cells = [(row.package, row.licence, "copyleft" if row.copyleft else "") for row in rows]
        for row in rows:
            cells += [
                (f"{row.package}: {library}", licence, "copyleft" if asks_for_sources(licence) else "")
                for library, licence in row.inside
            ]
        table(["package", "licence", ""], sorted(cells))
