"""Call and scorecard -> score. Fast, pure and repeatable; never needs the audio."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import qc
from qc import demotion, language, scorecard, scorecard_table, scoring
from qc import site as sites
from qc.call import Call, Metadata
from qc.checks import run as run_check
from qc.config import Settings
from qc.demotion import Demotion, demoted
from qc.engines.factory import Engines
from qc.pipeline.listening import listen
from qc.pipeline.stages import cpu_seconds, stage
from qc.pipeline.versions import inspection_id, judging_version, listening_version
from qc.redact import find_in
from qc.result import Inspection, RunInfo, Score
from qc.scorecard import Scorecard
from qc.scorecard_table import CallKind, CardTable
from qc.site import NOWHERE, Site


def judge(call: Call, card: Scorecard, site: Site = NOWHERE) -> Score:
    """Run the card's checks on a call of a site."""
    results = {
        item.id: run_check(item.check, call, site, scorecard.arguments(item.check, item.options))
        for _, item in card.items
    }
    return scoring.score(results, card, scoring.ineligible(call, card))


def scorecard_for(call: Call, settings: Settings) -> Scorecard:
    """The card of the settings, else of their table, else of the call's language; items that the settings demote are
    advice on it. Raises ScorecardError."""
    kind = CallKind.of(call)
    if settings.scorecard is not None:
        card = _load(settings.scorecard, _stamp(Path(settings.scorecard)))
    else:
        card = _table(settings.scorecards, _stamp(settings.scorecards)).choose(kind)
    return demoted(card, kind.language, _demotions(settings.demoted, _stamp(settings.demoted)))


def inspect(
    path: Path | str,
    engines: Engines,
    settings: Settings,
    metadata: Metadata | None = None,
    card: Scorecard | None = None,
) -> Inspection:
    """Listen to a recording and judge it by `card` (None: see `scorecard_for`). Raises what `listen` and `judge` do,
    and SiteError."""
    started_at, clock, cpu = datetime.now(UTC), time.perf_counter(), cpu_seconds()
    timings: dict[str, float] = {}
    site = sites.of(settings)
    call = listen(path, engines, settings, metadata, timings)
    listening = listening_version(engines, settings)
    with stage("judge", timings):
        card = card or scorecard_for(call, settings)
        score = judge(call, card, site)
    heard = RunInfo(
        engines={kind: engine.name for kind, engine in engines.items()},
        models={kind: engine.version for kind, engine in engines.items()},
        language_pack="",
        scorecard="",
        code="",
        started_at=started_at,
        elapsed=time.perf_counter() - clock,
        listening=listening,
        timings=timings,
        cpu=cpu_seconds() - cpu,
    )
    return _inspection(call, score, card, site, heard)


def rejudge(inspection: Inspection, card: Scorecard, site: Site = NOWHERE) -> Inspection:
    """Judge a stored call again; what was heard, and by what, stays as it was."""
    started_at, clock = datetime.now(UTC), time.perf_counter()
    score = judge(inspection.call, card, site)
    run = replace(inspection.run, started_at=started_at, elapsed=time.perf_counter() - clock)
    return _inspection(inspection.call, score, card, site, run)


def _inspection(call: Call, score: Score, card: Scorecard, site: Site, heard: RunInfo) -> Inspection:
    code = call.transcript.language
    pack = language.load(code, site) if code in language.installed() else None
    run = replace(
        heard,
        language_pack=pack.version if pack else "",
        scorecard=card.label,
        code=qc.__version__,
        judging=judging_version(card, pack),
    )
    key = inspection_id(call.recording.id, run.listening, run.judging)
    return Inspection(key, call, score, run, find_in(call, site))


def _stamp(path: Path | None) -> int:
    """Makes an edited file a new one."""
    return path.stat().st_mtime_ns if path is not None and path.is_file() else 0


@lru_cache(maxsize=16)
def _demotions(path: Path | None, stamp: int) -> tuple[Demotion, ...]:
    return () if path is None else demotion.load(path)


@lru_cache(maxsize=16)
def _table(path: Path | None, stamp: int) -> CardTable:
    """Without a table every call has the card of its language."""
    return CardTable() if path is None else scorecard_table.load(path)


@lru_cache(maxsize=16)
def _load(name: str, stamp: int) -> Scorecard:
    return scorecard.load(name)
