"""How the customer's mood moves."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from qc.call import Call, Role, Utterance
from qc.checks._parts import instead, not_applicable, words_unclear
from qc.result import CheckResult, Message

SCALE = 5.0
"""A period's score runs from -5 to +5 (design, section 4)."""


def customer_sentiment(
    call: Call, *, min_utterances: int = 6, worse: float = -1.0, bad_end: float = -2.5
) -> CheckResult:
    """Advice: the customer does not leave in a worse mood than they came.

    **Applies** when the customer's words can be judged and at least `min_utterances` of their utterances were
    classified.

    **Measured**: the trend, (mean of the last quarter - mean of the first) / 2, on a scale of -5 to +5; quarters by
    time, from the customer's first to their last utterance. An utterance's score is (P(positive) - P(negative)) * 5.

    **Value**: 0 when the trend is `worse` or lower, or when the last quarter's mean is `bad_end` or lower; else 1.
    Nobody is scored on a customer's mood: a card lists this as advice, and a low value is a reason to listen.

    **Source**: definitions of the design, section 4.
    """
    if reason := words_unclear(call, Role.CUSTOMER):
        return not_applicable("customer_sentiment", "points", reason, worse)
    rated = [u for u in call.transcript.of(Role.CUSTOMER) if u.sentiment is not None]
    if len(rated) < min_utterances:
        values = {"count": float(len(rated)), "limit": float(min_utterances)}
        return not_applicable("customer_sentiment", "points", Message("customer_sentiment.na", values), worse)
    start, end = rated[0].interval.start, rated[-1].interval.start
    quarter = (end - start) / 4
    first = [u for u in rated if u.interval.start <= start + quarter]
    last = [u for u in rated if u.interval.start >= end - quarter]
    begins, ends = _score(first), _score(last)
    trend = (ends - begins) / 2
    bad = trend <= worse or ends <= bad_end
    values = {"trend": trend, "first": begins, "last": ends}
    findings = instead((min(last, key=_value),), Message("customer_sentiment.found")) if bad else ()
    message = Message("customer_sentiment.fail" if bad else "customer_sentiment.pass", values)
    return CheckResult("customer_sentiment", float(not bad), trend, "points", message, findings, worse)


def _value(utterance: Utterance) -> float:
    return utterance.sentiment.value if utterance.sentiment else 0.0


def _score(utterances: Sequence[Utterance]) -> float:
    return SCALE * statistics.fmean(map(_value, utterances))
