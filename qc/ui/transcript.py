"""An utterance's text cut where findings begin and end, so that evidence is marked in the words themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qc.call import Utterance
from qc.result import Finding


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding, what to say about it, and its ``kind``: ``good`` (to the agent's credit), ``bad`` (falls short) or
    ``context`` (what called for it)."""

    finding: Finding
    note: str
    kind: str


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text; ``mark`` is None between findings."""

    text: str
    mark: Mark | None = None


def parts(utterance: Utterance, marks: Iterable[Mark]) -> tuple[Part, ...]:
    """The text of `utterance` in order, split at the marks that lie in it. Of overlapping marks the earlier wins."""
    spans = [(span, mark) for mark in marks if (span := _span(utterance, mark.finding)) is not None]
    result: list[Part] = []
    at = 0
    for (start, end), mark in sorted(spans, key=lambda one: one[0]):
        if start < at:
            continue
        if start > at:
            result.append(Part(utterance.text[at:start]))
        result.append(Part(utterance.text[start:end], mark))
        at = end
    if at < len(utterance.text):
        result.append(Part(utterance.text[at:]))
    return tuple(result)


def _span(utterance: Utterance, finding: Finding) -> tuple[int, int] | None:
    """Where in the text a finding's words are: from its word times, else by its quote."""
    if not finding.quote or finding.role is not utterance.role:
        return None
    if finding.words is not None and finding.words[0] != utterance.index:
        return None
    if finding.words is None and (finding.interval is None or not finding.interval.overlaps(utterance.interval)):
        return None
    spans = _word_spans(utterance)
    inside = [
        span
        for i, (word, span) in enumerate(zip(utterance.words, spans, strict=True))
        if span is not None
        and finding.interval is not None
        and finding.interval.contains(word.interval.middle)
        and (finding.words is None or i >= finding.words[1])
    ]
    if inside:
        return inside[0][0], inside[-1][1]
    start = utterance.text.casefold().find(finding.quote.casefold())
    return None if start < 0 else (start, start + len(finding.quote))


def _word_spans(utterance: Utterance) -> list[tuple[int, int] | None]:
    """Character span of each word; None for a word that the text does not hold (it was written otherwise)."""
    spans: list[tuple[int, int] | None] = []
    text = utterance.text.casefold()
    at = 0
    for word in utterance.words:
        bare = word.text.strip().casefold()
        start = text.find(bare, at) if bare else -1
        if start < 0:
            spans.append(None)
        else:
            at = start + len(bare)
            spans.append((start, at))
    return spans
