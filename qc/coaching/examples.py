"""Calls to learn from: which pieces of evidence are clear and short enough to be played to somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from qc.call import Role
from qc.result import Evidence, Finding, Inspection, ItemResult

LONG = 20.0
"""Seconds above which a piece is long: a point is made in a turn or two."""
DOUBTFUL = 0.8
"""Probability of the words under which a piece is hard to follow, and may not say what it is said to say."""


def examples(
    inspections: Iterable[Inspection], item: str, most: int, *, fulfilled: bool = False
) -> tuple[Evidence, ...]:
    """At most `most` pieces of evidence, of calls in which `item` falls short, or is `fulfilled` wholly.

    Each agent's best piece comes before anybody's second. Good ones have a place in the call, are heard clearly (at
    `DOUBTFUL` or more), are short (`LONG` or less), and show the fault at its worst, in this order.
    """
    by_agent: dict[str, list[tuple[tuple[object, ...], Evidence]]] = defaultdict(list)
    for inspection in inspections:
        row = inspection.score.item(item)
        if row is None or not row.kind.counts or row.result.value is None:
            continue
        if row.result.value >= 1.0 if fulfilled else row.result.falls_short:
            piece = _piece(row, fulfilled)
            if piece is not None:
                by_agent[inspection.call.metadata.agent or ""].append(_ranked(inspection, row, piece))
    turns = [sorted(found, key=lambda one: one[0]) for _, found in sorted(by_agent.items())]
    rounds = (sorted((one for one in turn if one), key=lambda one: one[0]) for turn in zip_longest(*turns))
    return tuple(evidence for _, evidence in list(chain.from_iterable(rounds))[:most])


def _piece(row: ItemResult, fulfilled: bool) -> Finding | None:
    """The shortest that has a place. What is missing has none: its explanation is the evidence."""
    placed: Sequence[Finding] = [one for one in row.result.findings if one.interval is not None]
    if placed:
        return min(placed, key=lambda one: one.interval.duration if one.interval else 0.0)
    return None if fulfilled else Finding(None, Role.AGENT, "", row.result.explanation)


def _ranked(inspection: Inspection, row: ItemResult, piece: Finding) -> tuple[tuple[object, ...], Evidence]:
    call = inspection.call
    name = call.metadata.call_id or call.recording.id[:12]
    evidence = Evidence(inspection.id, name, call.metadata.agent, call.recording.path, piece)
    clear = call.quality.recognition_probability or 0.0
    span = piece.interval.duration if piece.interval else 0.0
    order = (piece.interval is None, clear < DOUBTFUL, span > LONG, row.result.value, -round(clear, 2), inspection.id)
    return order, evidence
