"""Results and a scorecard -> score. Pure, and recomputable by hand from what the screen shows.

::

    percent = min(100, 100 * sum(w v) / sum(w) + sum of bonus points)      over applicable scored items; bonus = w v

An item that does not apply has no value; its weight is spread over the others pro rata. Critical failure stands apart
from points, advice is shown and never counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from qc.call import Call, Role
from qc.interval import total
from qc.language import installed
from qc.result import CheckResult, ItemKind, ItemResult, Message, Score
from qc.scorecard import Scorecard

ONE_CHANNEL, INSANE_CHANNELS = ("mono", "identical_channels", "inverted_channels"), ("dead_channel",)
"""Quality notes after which nobody can tell the agent from the customer: unless they were told apart by voice, and
always."""


def score(results: Mapping[str, CheckResult], card: Scorecard, not_scorable: Message | None = None) -> Score:
    """The score of a call whose checks answered `results` (by item).

    `not_scorable` is the reason why there is no score (see `ineligible`): the results stay as evidence, nothing is
    earned and nothing counts as a critical failure. Where nothing applies, that is the reason. Raises KeyError for an
    item of the card without a result.
    """
    applicable = {
        item.id: item.weight
        for _, item in card.items
        if item.kind is ItemKind.SCORED and results[item.id].applicable and not_scorable is None
    }
    possible = math.fsum(applicable.values())
    rows: list[ItemResult] = []
    for section, item in card.items:
        result = results[item.id]
        share = 0.0
        if item.id in applicable:
            share = 100.0 * item.weight / possible
        elif item.kind is ItemKind.BONUS and result.applicable and not_scorable is None:
            share = item.weight
        earned = share * (result.value or 0.0)
        rows.append(ItemResult(item.id, section.id, item.kind, item.weight, share, earned, result, item.demoted))

    points = math.fsum(applicable[row.item] * (row.result.value or 0.0) for row in rows if row.item in applicable)
    critical = not_scorable is None and any(r.kind is ItemKind.CRITICAL and r.result.falls_short for r in rows)
    percent = None
    if applicable:
        bonus = math.fsum(row.earned for row in rows if row.kind is ItemKind.BONUS)
        percent = min(100.0, 100.0 * points / possible + bonus)
    elif not_scorable is None:
        scored = any(item.kind is ItemKind.SCORED for _, item in card.items)
        not_scorable = Message("score.not_applicable" if scored else "score.all_demoted")
    passed = None if percent is None else percent >= card.pass_mark and not critical
    return Score(points, possible, percent, passed, critical, tuple(rows), not_scorable)


def percent_with(parts: Iterable[tuple[ItemKind, float, float | None]]) -> float | None:
    """The percent of items (kind, weight, value 0..1 or None), as in the formula above: what a call would get if an
    answer were another one. None when no scored item applies."""
    rows = tuple(parts)
    scored = [(weight, value) for kind, weight, value in rows if kind is ItemKind.SCORED and value is not None]
    if not scored:
        return None
    bonus = math.fsum(weight * (value or 0.0) for kind, weight, value in rows if kind is ItemKind.BONUS)
    points, possible = math.fsum(weight * value for weight, value in scored), math.fsum(weight for weight, _ in scored)
    return min(100.0, 100.0 * points / possible + bonus)


def ineligible(call: Call, card: Scorecard) -> Message | None:
    """Why `card` may not score this call: the first reason that holds, None when it may be scored."""
    rules, quality = card.eligibility, call.quality
    if call.transcript.language not in installed():
        return Message("score.no_language", {"language": call.transcript.language})
    if call.recording.duration < rules.min_duration:
        return Message("score.too_short", {"duration": call.recording.duration, "limit": rules.min_duration})
    told = call.voice(Role.AGENT) or call.voice(Role.CUSTOMER)
    for note in quality.notes:
        if note.code in INSANE_CHANNELS or (note.code in ONE_CHANNEL and not told):
            return Message(f"score.{note.code}", note.values)
    for role, limit in rules.min_speech.items():
        seconds = total(call.voice(role))
        if seconds < limit:
            return Message("score.too_little_speech", {"role": role.value, "seconds": seconds, "limit": limit})
    if quality.role_probability < rules.min_role_probability:
        values = {"probability": quality.role_probability, "limit": rules.min_role_probability}
        return Message("score.roles_doubtful", values)
    probability = quality.recognition_probability
    if probability is None and rules.min_recognition_probability > 0:
        return Message("score.no_words")
    if probability is not None and probability < rules.min_recognition_probability:
        values = {"probability": probability, "limit": rules.min_recognition_probability}
        return Message("score.low_recognition", values)
    return None
