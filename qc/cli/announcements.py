"""``qc announcements``: recorded announcements among what agents seem to say."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

import typer

from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import note, say_line, show, table
from qc.cli.trail import noted

app = typer.Typer(
    help="Recorded announcements among what agents seem to say.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _group() -> None:
    """Recorded announcements among what agents seem to say."""


@app.command()
def find(
    calls: Annotated[int, typer.Option("--calls", min=2, help="Said in at least so many calls.")] = 10,
    agents: Annotated[int, typer.Option("--agents", min=1, help="Of at least so many agents.")] = 3,
    likeness: Annotated[float, typer.Option("--likeness", min=60, max=100, help="How alike, 60 to 100.")] = 90.0,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """List what is said alike before the customer speaks, or after, with the lines for the site file."""
    import yaml

    from qc.announcements import repeated
    from qc.redact import find, mask
    from qc.site import of
    from qc.store import Store

    settings = settings_for(database=database)
    site = of(settings)
    with Store.of(settings, create=False) as store:
        noted(store, "announcements.find")
        heard = (store.inspection(row.inspection_id).call for row in store.call_rows())
        said = repeated(heard, least_calls=calls, least_agents=agents, likeness=likeness)
    found = [replace(one, text=mask(one.text, find(one.text, one.language, site), one.language)) for one in said]
    if json:
        show([{**asdict(one), "played": one.played} for one in found])
        return
    if not found:
        note(f"nothing is said alike in {calls} calls of {agents} agents")
        return
    table(
        ["text", "language", "calls", "agents", "seconds", "spread", "played"],
        [(o.text, o.language, o.calls, o.agents, o.seconds, f"{o.spread:.1%}", o.played) for o in found],
    )
    if played := [one.text for one in found if one.played]:
        say_line("for the site file, after a look:")
        say_line(yaml.safe_dump({"announcements": played}, allow_unicode=True, width=1000).rstrip())
