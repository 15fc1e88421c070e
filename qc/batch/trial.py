"""Judges stored calls by a card that is not in use, to see what would change. Nothing is stored.

A card that somebody brings may hold a pattern that matches for ever, and Python's patterns cannot be interrupted: such
a card judges in a process of its own (``python -m qc.batch.trial``), which ends when its computing time is over. And it
could ask word by word for what is masked, so its own rules read masked words.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qc import demotion, scorecard, scoring
from qc import site as sites
from qc.call import Call
from qc.checks import run as run_check
from qc.config import ROOT, Settings
from qc.errors import ScorecardError
from qc.redact import hits_of, masked_transcript
from qc.result import Inspection, Score
from qc.scorecard import Scorecard
from qc.site import Site

SECONDS, PER_CALL = 30.0, 0.3
"""Seconds of processor time in which a card must judge what it is tried on; one without endless patterns needs some
0.05 s a call. Not of the clock: a busy machine is no fault of the card."""
_WAIT = 10
"""Times as long by the clock is waited for the process in any case."""
AT_ONCE = 10
"""Calls that a known card judges here; more would keep the server from its other readers."""
_LARGEST = 1 << 30
"""Bytes of memory beyond those that the process begins with."""
Work = tuple[tuple[tuple[Call, Call], ...], Scorecard, Site]
"""Calls as they are and masked, the card, the site."""


def tried(
    inspections: Sequence[Inspection], card: Scorecard, settings: Settings, *, own: bool, seconds: float | None = None
) -> tuple[Score, ...]:
    """The score of each call by `card`, with the items that the settings demote as advice. `own`: the card is the
    site's own or came with the package, so it may be run here, and read what it reads in every run.

    Raises ScorecardError when it computes for longer than `seconds` (None: by the number of calls), or cannot judge.
    """
    site = sites.of(settings)
    demotions = () if settings.demoted is None else demotion.load(settings.demoted)
    card = demotion.demoted(card, card.language, demotions)
    if own and len(inspections) <= AT_ONCE:
        return tuple(_judged(one.call, one.call, card, site) for one in inspections)
    asks = not own and any(scorecard.brings_rules(item) for _, item in card.items)
    calls = tuple((one.call, _masked(one, site) if asks else one.call) for one in inspections)
    return _apart((calls, card, site), seconds or SECONDS + PER_CALL * len(calls))


def _masked(inspection: Inspection, site: Site) -> Call:
    call = inspection.call
    return replace(call, transcript=masked_transcript(call.transcript, hits_of(inspection, site)))


def _judged(call: Call, readable: Call, card: Scorecard, site: Site) -> Score:
    results = {
        item.id: run_check(
            item.check,
            readable if readable is not call and scorecard.brings_rules(item) else call,
            site,
            scorecard.arguments(item.check, item.options),
        )
        for _, item in card.items
    }
    return scoring.score(results, card, scoring.ineligible(call, card))


def _apart(work: Work, seconds: float) -> tuple[Score, ...]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "qc.batch.trial", str(math.ceil(seconds))]
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the card is data)
            command,
            input=pickle.dumps(work),
            capture_output=True,
            timeout=_WAIT * seconds,
            env=environment,
            check=False,
        )
        over = done.returncode == -signal.SIGXCPU
    except subprocess.TimeoutExpired:
        over = True
    if over:
        raise ScorecardError(
            f"the card was stopped after {seconds:g} s: a pattern of its rules may match for ever, or try fewer calls"
        )
    if done.returncode:
        raise ScorecardError("the card cannot judge these calls: it takes too much time or memory")
    scores: tuple[Score, ...] = pickle.loads(done.stdout)  # noqa: S301 (what our own process wrote)
    return scores


def _child() -> None:
    """Judge what comes in, within limits that hold when the parent is gone, too."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _LARGEST, used + _LARGEST))
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    calls, card, site = pickle.load(sys.stdin.buffer)  # noqa: S301 (what our own parent wrote)
    with contextlib.closing(answer):
        answer.write(pickle.dumps(tuple(_judged(call, readable, card, site) for call, readable in calls)))


if __name__ == "__main__":
    _child()
