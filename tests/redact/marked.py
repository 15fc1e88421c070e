"""Texts in which private data is marked: ``我姓<name:王>``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qc.call import Call, Metadata, Quality, Recording, Role, Transcript, Utterance, Word
from qc.interval import Interval
from qc.private import Hit, Kind

_MARK = re.compile(r"<(\w+):([^<>]*)>")
ROLES = {"A": Role.AGENT, "C": Role.CUSTOMER}


@dataclass(frozen=True)
class Span:
    kind: Kind
    start: int
    end: int


def unmarked(text: str) -> tuple[str, tuple[Span, ...]]:
    """The plain text, and where its private data is."""
    plain, spans, at = "", [], 0
    for mark in _MARK.finditer(text):
        plain += text[at : mark.start()]
        spans.append(Span(Kind(mark[1]), len(plain), len(plain) + len(mark[2])))
        plain += mark[2]
        at = mark.end()
    return plain + text[at:], tuple(spans)


def letters(text: str, start: int = 0, end: int | None = None) -> set[int]:
    """Places of letters and digits: what counts as hidden or shown."""
    return {at for at in range(start, len(text) if end is None else end) if text[at].isalnum()}


def problems(text: str, spans: tuple[Span, ...], hits: tuple[Hit, ...]) -> list[str]:
    """What is shown though private, hidden though not, or taken for another kind."""
    hidden = {place for hit in hits for place in letters(text, hit.start, hit.end)}
    private = {place for span in spans for place in letters(text, span.start, span.end)}
    found = []
    for span in spans:
        if shown := letters(text, span.start, span.end) - hidden:
            found.append(f"shown: {span.kind} {''.join(text[at] for at in sorted(shown))!r} in {text!r}")
        if span.kind not in {hit.kind for hit in hits if hit.start < span.end and span.start < hit.end}:
            kinds = [hit.kind.value for hit in hits if hit.start < span.end and span.start < hit.end]
            found.append(f"kind: {span.kind} is {kinds} in {text!r}")
    if more := hidden - private:
        found.append(f"hidden: {''.join(text[at] for at in sorted(more))!r} in {text!r}")
    return found


def dialogue(lines: list[str], language: str, pause: float = 0.6) -> tuple[Call, list[tuple[Span, ...]]]:
    """``A: …`` and ``C: …`` as a call with a word a letter (zh) or word, and what is marked in each."""
    utterances, marks, now = [], [], 0.0
    for number, entry in enumerate(lines):
        who, _, marked = entry.partition(":")
        text, spans = unmarked(marked.strip())
        marks.append(spans)
        words = []
        start = now
        for found in re.finditer(r"[a-zA-Z0-9]+|\w" if language == "zh" else r"\w+", text):
            words.append(Word(Interval(now, now + 0.2), found[0], 0.9))
            now += 0.25
        utterances.append(
            Utterance(number, ROLES[who.strip()], Interval(start, max(now, start + 0.1)), text, tuple(words), -0.1)
        )
        now += pause
    recording = Recording("0" * 64, "x.wav", 8000, int(8000 * (now + 1)), (Role.AGENT, Role.CUSTOMER))
    return Call(recording, Metadata(), {}, (), Transcript(language, tuple(utterances)), Quality()), marks
