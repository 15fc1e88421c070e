"""``qc site``: look for mistakes in a site file, and show what it says."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import JsonOption, settings_for
from qc.cli.output import say_line, show, table
from qc.errors import UsageError

app = typer.Typer(help="The site file: names and numbers of the centre.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """The site file: names and numbers of the centre."""


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A site file; default: the setting's.", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Name every mistake with file, line and item (exit code 1), or show what the file says."""
    from qc.site import DAYS, examine

    path = file or settings_for().site
    if path is None:
        raise UsageError("no site file: give one, or set site (QC_SITE)")
    site, problems = examine(path)
    if json:
        show({"problems": problems, "site": None if site is None else {**asdict(site), "version": site.version}})
    elif site is None:
        for problem in problems:
            say_line(problem)
    else:
        hours = [f"{DAYS[o.day]} {_time(o.start)}-{_time(o.end)}" for o in site.opening_hours]
        known = {**asdict(site), "opening_hours": hours, "version": site.version}
        rows = [(name, value if isinstance(value, str) else ", ".join(value)) for name, value in known.items()]
        table(["item", "value"], [(name, value or None) for name, value in rows])
    raise typer.Exit(site is None)


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
