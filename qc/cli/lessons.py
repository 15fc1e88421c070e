"""``qc coaching``: what is common, and what is one person's."""

from __future__ import annotations

import math
from dataclasses import replace

import typer

from qc.cli.options import DatabaseOption, JsonOption, TeamsOption, settings_for
from qc.cli.output import say_line, show, table
from qc.cli.trail import noted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(coaching)


def coaching(team: TeamsOption = None, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Points to coach: common ones first, then those of one agent, by priority; the same figures as the dashboard's."""
    from qc import site
    from qc.cli.documents import span
    from qc.coaching import examples, lessons
    from qc.language import item_title, say
    from qc.redact import masked
    from qc.result import CoachingPoint, Evidence, Scope
    from qc.store import Selection, Store

    settings = settings_for(database=database)
    language = settings.interface_language
    selection = Selection(teams=tuple(team or ()))

    def evidence(point: CoachingPoint) -> tuple[Evidence, ...]:
        whose = point.agents if point.scope is Scope.INDIVIDUAL else ()
        each = 24 if whose else 2
        found = store.coaching.examples(point.item, replace(selection, agents=whose), each=each)
        return examples((masked(one, site.of(settings)) for one in found), point.item, 5)

    with Store.of(settings, create=False) as store:
        noted(store, "coaching")
        found = lessons(store.coaching.counted(selection))
        shown = [(row, evidence(row.point) if json else ()) for row in (*found.common, *found.individual)]
    if json:
        show(
            [
                {
                    "item": row.point.item,
                    "scope": row.point.scope.value,
                    "rank": row.rank,
                    "agents": list(row.point.agents),
                    "calls": row.point.calls,
                    "applicable": row.point.prevalence.total,
                    "prevalence": row.point.prevalence.share,
                    "interval": [row.point.prevalence.low, row.point.prevalence.high],
                    "priority": row.total,
                    "parts": {part.criterion.value: part.product for part in row.parts},
                    "effects": [
                        {
                            "outcome": one.outcome.value,
                            "difference": one.difference.value,
                            # an interval may be endless, which JSON cannot say
                            "interval": [_finite(one.difference.low), _finite(one.difference.high)],
                            "calls": list(one.calls),
                            "adjusted_p": one.adjusted,
                            "found": one.found,
                        }
                        for one in found.effects.get(row.point.item, ())
                    ],
                    "tip": say(row.point.tip, language),
                    "evidence": [
                        {
                            "call": one.call_id,
                            "agent": one.agent,
                            **span(one.finding.interval),
                            "quote": one.finding.quote,
                        }
                        for one in pieces
                    ],
                }
                for row, pieces in shown
            ]
        )
        return
    if not shown:
        say_line("no coaching points: nothing falls short often enough, or there are too few calls")
        return
    table(
        ["item", "", "scope", "falls short", "95 %", "agents", "complaint risk", "priority"],
        [
            (
                row.point.item,
                item_title(row.point.item, language),
                row.point.scope.value,
                f"{row.point.calls} of {row.point.prevalence.total} ({row.point.prevalence.share:.0%})",
                f"{row.point.prevalence.low:.0%}–{row.point.prevalence.high:.0%}",
                " ".join(row.point.agents),
                "" if row.point.effect is None else f"{100 * row.point.effect:+.0f} points",
                f"{row.total:.1f}",
            )
            for row, _ in shown
        ],
    )


def _finite(amount: float) -> float | None:
    return amount if math.isfinite(amount) else None
