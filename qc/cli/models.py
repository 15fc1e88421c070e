"""``qc models``: which recognisers there are, fetching official ones, checking files against the manifest."""

from __future__ import annotations

from typing import Annotated

import typer

from qc.cli.options import JsonOption, settings_for
from qc.cli.output import say_line, show, table

app = typer.Typer(
    help="Models: list them, fetch an official one, verify the files.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_(json: JsonOption = False) -> None:
    """Builtin models and official checkpoints, and which are here."""
    from qc.engines.models import list_models

    rows = list_models(settings_for().models)
    if json:
        show(
            [
                {
                    "name": row.name,
                    "kind": row.kind,
                    "path": str(row.path) if row.path else None,
                    "licence": row.licence,
                    "bytes": row.bytes,
                }
                for row in rows
            ]
        )
        return
    table(
        ["name", "kind", "here", "MB", "licence"],
        [(r.name, r.kind, r.path is not None, r.bytes and round(r.bytes / 1e6, 1), r.licence) for r in rows],
    )


@app.command()
def fetch(name: Annotated[str, typer.Argument(help="Name of an official checkpoint.", show_default=False)]) -> None:
    """Download an official checkpoint; its hash is checked."""
    from qc.engines.models import fetch as fetch_model

    say_line(str(fetch_model(name, settings_for().models)))


@app.command()
def verify(json: JsonOption = False) -> None:
    """Check every model file against the manifest; exit code 1 when one is wrong."""
    from qc.engines.models import verify as verify_models

    found = list(verify_models(settings_for().models))
    if json:
        show([{"model": name, "problem": problem} for name, problem in found])
    else:
        table(["model", "state"], [(name, problem or "as listed") for name, problem in found])
    if any(problem for _, problem in found):
        raise typer.Exit(1)
