"""``qc coaching``: what is common, and what is one person's."""

from __future__ import annotations

import typer

from qc.cli.options import DatabaseOption, JsonOption, TeamsOption, settings_for
from qc.cli.output import say_line, show, table
from qc.cli.trail import noted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(coaching)


def coaching(team: TeamsOption = None, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Points to coach: common ones first, then those of one agent, by priority."""
    from qc import site
    from qc.cli.documents import span
    from qc.coaching import coaching_points
    from qc.language import item_title, say
    from qc.redact import masked
    from qc.store import Selection, Store

    settings = settings_for(database=database)
    language = settings.interface_language
    with Store.of(settings, create=False) as store:
        noted(store, "coaching")
        found = store.inspections(Selection(teams=tuple(team or ())))
        points = coaching_points(masked(one, site.of(settings)) for one in found)
    if json:
        show(
            [
                {
                    "item": point.item,
                    "scope": point.scope.value,
                    "agents": list(point.agents),
                    "calls": point.calls,
                    "applicable": point.prevalence.total,
                    "prevalence": point.prevalence.share,
                    "interval": [point.prevalence.low, point.prevalence.high],
                    "priority": point.priority,
                    "tip": say(point.tip, language),
                    "evidence": [
                        {
                            "call": one.call_id,
                            "agent": one.agent,
                            **span(one.finding.interval),
                            "quote": one.finding.quote,
                        }
                        for one in point.findings
                    ],
                }
                for point in points
            ]
        )
        return
    if not points:
        say_line("no coaching points: nothing falls short often enough, or there are too few calls")
        return
    table(
        ["item", "", "scope", "falls short", "95 %", "agents", "priority"],
        [
            (
                point.item,
                item_title(point.item, language),
                point.scope.value,
                f"{point.calls} of {point.prevalence.total} ({point.prevalence.share:.0%})",
                f"{point.prevalence.low:.0%}–{point.prevalence.high:.0%}",
                " ".join(point.agents),
                point.priority,
            )
            for point in points
        ],
    )
