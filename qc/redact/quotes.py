"""Evidence without private data: what a finding quotes, and what its sentences say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from qc.phrases.numbers import digit_runs
from qc.phrases.text import normalise
from qc.redact.names import without
from qc.redact.speech import Edited, Span
from qc.result import CheckResult, Finding, ItemResult, Message, Score

SHORTEST_NAME = 2
"""Chinese characters of what is looked for outside of where it was said; a single one is in every other word."""
SHORTEST_PIECE = 4
"""Digits, or Latin letters, of the same."""
_PIECE = re.compile(rf"\d{{{SHORTEST_PIECE},}}|[a-zA-Z\u00c0-\u024f]{{{SHORTEST_PIECE},}}")
_TOUCH = 1e-6


@dataclass(frozen=True, slots=True)
class Evidence:
    """The utterances of a call before and after, by index, and its secrets: text -> placeholder."""

    edited: Mapping[int, Edited]
    secrets: Mapping[str, str]
    language: str

    def score(self, score: Score) -> Score:
        """The score with masked evidence; figures as they were."""
        reason = self.message(score.not_scorable) if score.not_scorable else None
        return replace(score, results=tuple(map(self._item, score.results)), not_scorable=reason)

    def _item(self, item: ItemResult) -> ItemResult:
        demoted = self.message(item.demoted) if item.demoted else None
        return replace(item, result=self._result(item.result), demoted=demoted)

    def _result(self, result: CheckResult) -> CheckResult:
        findings = tuple(map(self.finding, result.findings))
        return replace(result, explanation=self.message(result.explanation), findings=findings)

    def message(self, message: Message) -> Message:
        """Its text values without secrets."""
        values = {
            name: without(value, self.secrets) if isinstance(value, str) else value
            for name, value in message.values.items()
        }
        return message if values == message.values else replace(message, values=values)

    def finding(self, finding: Finding) -> Finding:
        """A finding whose quote shows no private data and whose first word is where it is now."""
        quote = self._quote(finding) if finding.quote else finding.quote
        words = finding.words
        if words is not None and words[0] in self.edited:
            places = self.edited[words[0]].words
            words = (words[0], places[words[1]]) if words[1] < len(places) else words
        return replace(finding, quote=quote, note=self.message(finding.note), words=words)

    def _quote(self, finding: Finding) -> str:
        if not self.secrets and not any(line.covers for line in self.edited.values()):
            return finding.quote
        parts = [(line, span) for line in self._lines(finding) if (span := _quoted(line, finding)) is not None]
        if any(line.touches(*span) for line, span in parts):
            return ("" if self.language == "zh" else " ").join(line.part(*span) for line, span in parts).strip()
        said = "".join(line.before.text[slice(*span)] for line, span in parts)
        # Words that are not where the finding says may be anybody's.
        return finding.quote if _letters(said) == _letters(finding.quote) else without(finding.quote, self.secrets)

    def _lines(self, finding: Finding) -> list[Edited]:
        """The utterances that a quote may be from: its party's that lie in its time, from its first word on."""
        first = finding.words[0] if finding.words else None
        return [
            line
            for index, line in sorted(self.edited.items())
            if line.before.role is finding.role
            and (first is None or index >= first)
            and (index == first or finding.interval is None or finding.interval.overlaps(line.before.interval))
            and not (finding.interval is None and first is not None and index != first)
        ]


def _quoted(line: Edited, finding: Finding) -> Span | None:
    """The characters of an utterance that a quote may be from: all of it where nothing tells; None: none of it."""
    one, text = line.before, line.before.text
    if text.strip() == finding.quote.strip():
        return (0, len(text))
    spans = line.spans
    if spans is None and one.words and line.covers:
        return (0, len(text))
    if spans is not None and finding.interval is not None:
        first = finding.words[1] if finding.words and finding.words[0] == one.index else 0
        groups = {  # words that are one word now are quoted together
            line.words[number]
            for number, word in enumerate(one.words)
            if number >= first
            and word.interval.start < finding.interval.end - _TOUCH
            and finding.interval.start < word.interval.end - _TOUCH
        }
        inside = [span for group, span in zip(line.words, spans, strict=True) if group in groups]
        if one.words:
            return (inside[0][0], inside[-1][1]) if inside else None
    start = text.find(finding.quote)
    return (0, len(text)) if start < 0 else (start, start + len(finding.quote))


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def secrets(edited: Mapping[int, Edited], language: str) -> Mapping[str, str]:
    """What must not be read anywhere else of a call either, as it is said and as it is written in digits."""
    found: dict[str, str] = {}
    for line in edited.values():
        for cover in line.covers:
            said = line.before.text[cover.start : cover.end]
            runs = digit_runs(normalise(said, language), language, SHORTEST_PIECE)
            pieces = (*_PIECE.findall(said), *(run.digits for run in runs))
            if said != cover.shown:
                found |= dict.fromkeys(pieces, cover.shown)
                if len(said.strip()) >= SHORTEST_NAME:
                    found[said.strip()] = cover.shown
    return MappingProxyType(found)
