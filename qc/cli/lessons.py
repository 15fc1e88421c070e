"""``qc coaching`` and ``qc clips``: what is common, and evidence to teach it with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import (
    AgentsOption,
    DatabaseOption,
    EncryptOption,
    JsonOption,
    PassphraseOption,
    TeamsOption,
    seal_of,
    settings_for,
)
from qc.cli.output import Opened, complain, say_line, show, table
from qc.cli.trail import code, noted


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(coaching)
    app.command()(clips)


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


def clips(
    item: Annotated[str, typer.Option(help="Item of the scorecard, as opening.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder to write to.", show_default=False)],
    agent: AgentsOption = None,
    team: TeamsOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Clips at most.")] = 100,
    language: Annotated[str | None, typer.Option(help="Of captions and index; default: the interface's.")] = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Cut the evidence of an item that falls short to WAV files with captions."""
    from qc.cli.documents import span
    from qc.clips import cut_clips
    from qc.store import Selection, Store

    settings = settings_for(database=database)
    selection = Selection(agents=tuple(agent or ()), teams=tuple(team or ()))
    seal = seal_of(settings, encrypt_to, passphrase_file)
    with Store.of(settings, create=False) as store:
        noted(store, "clips", item=code(item), language=language and code(language))
        cuts = cut_clips(
            store, item, out, settings=settings, selection=selection, language=language, limit=limit, seal=seal
        )
        for one in cuts.clips:
            noted(store, "clips", one.recording_id, span=(one.interval.start, one.interval.end), item=code(item))
    for call, reason in cuts.skipped:
        complain(f"{call}: no clip: {reason}")
    if json:
        show(
            {
                "index": Opened(cuts.index),
                "clips": [
                    {
                        "file": Opened(one.path),
                        "recording": one.recording_id,
                        **span(one.interval),
                    }
                    for one in cuts.clips
                ],
                "skipped": [{"call": call, "reason": reason} for call, reason in cuts.skipped],
            }
        )
    else:
        say_line(f"{len(cuts.clips)} clips in {out}, listed in {cuts.index}")
