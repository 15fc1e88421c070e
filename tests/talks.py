"""Calls written by hand: who says what from when to when, each word given an even share of its utterance's time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qc.call import (
    Call,
    Metadata,
    Quality,
    QualityNote,
    Recording,
    Role,
    Sentiment,
    Sound,
    SoundKind,
    Transcript,
    Utterance,
    Word,
)
from qc.interval import Interval, joined

RATE = 8000


def words(text: str, interval: Interval, language: str, probability: float) -> tuple[Word, ...]:
    parts = [c for c in text if not c.isspace()] if language == "zh" else text.split()
    step = interval.duration / max(1, len(parts))
    start = interval.start
    return tuple(
        Word(Interval(start + step * i, start + step * (i + 1)), part, probability) for i, part in enumerate(parts)
    )


def talk(
    said: Sequence[Sequence[Any]],
    language: str = "zh",
    *,
    duration: float | None = None,
    sounds: Sequence[Sequence[Any]] = (),
    notes: Sequence[str] = (),
    role_probability: float = 1.0,
    recognition_probability: float | None = 0.9,
    voice: dict[str, list[list[float]]] | None = None,
    rings: int | None = None,
    hung_up_by: str | None = None,
) -> Call:
    """``said``: rows of (role, start, end, text[, options]); options: ``negative`` and ``positive`` (probabilities),
    ``probability`` of the words. ``sounds``: rows of (kind, start, end). Voice activity is that of the utterances
    unless `voice` gives it by role. ``rings``: how often it rang."""
    utterances: list[Utterance] = []
    speech: dict[Role, list[Interval]] = {}
    for index, (name, start, end, text, *rest) in enumerate(sorted(said, key=lambda row: (row[1], row[2]))):
        options = rest[0] if rest else {}
        role, interval = Role(name), Interval(float(start), float(end))
        negative, positive = options.get("negative", 0.0), options.get("positive", 0.0)
        mood = Sentiment(negative, 1 - negative - positive, positive) if "negative" in options else None
        spoken = words(text, interval, language, options.get("probability", 0.9))
        utterances.append(Utterance(index, role, interval, text, spoken, -0.1, mood))
        speech.setdefault(role, []).append(interval)
    if voice is not None:
        speech = {Role(name): [Interval(*map(float, span)) for span in spans] for name, spans in voice.items()}
    ends = [u.interval.end for u in utterances] + [float(row[2]) for row in sounds] + [1.0]
    length = duration if duration is not None else max(ends) + 1.0
    return Call(
        Recording("0" * 64, "call.wav", RATE, round(length * RATE), (Role.AGENT, Role.CUSTOMER)),
        Metadata(ring_count=rings, hung_up_by=hung_up_by),
        {role: joined(spans, 0.5) for role, spans in speech.items()},
        tuple(Sound(SoundKind(kind), Interval(float(start), float(end)), 0) for kind, start, end in sounds),
        Transcript(language, tuple(utterances)),
        Quality(
            role_probability=role_probability,
            recognition_probability=recognition_probability,
            notes=tuple(QualityNote(code) for code in notes),
        ),
    )
