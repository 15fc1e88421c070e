"""Calls written by hand: who says what from when to when, each word given an even share of its utterance's time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

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
    ``probability`` of the words, ``pitch`` and ``energy`` against the speaker's median. ``sounds``: rows of (kind,
    start, end). Voice activity is that of the utterances unless `voice` gives it by role. ``rings``: how often it
    rang."""
    utterances: list[Utterance] = []
    speech: dict[Role, list[Interval]] = {}
    for index, (name, start, end, text, *rest) in enumerate(sorted(said, key=lambda row: (row[1], row[2]))):
        options = rest[0] if rest else {}
        role, interval = Role(name), Interval(float(start), float(end))
        negative, positive = options.get("negative", 0.0), options.get("positive", 0.0)
        mood = Sentiment(negative, 1 - negative - positive, positive) if "negative" in options else None
        tone = (options.get("pitch"), options.get("energy"))
        spoken = words(text, interval, language, options.get("probability", 0.9))
        utterances.append(Utterance(index, role, interval, text, spoken, -0.1, mood, *tone))
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


TEXTS = ["嗯", "好的", "请您稍等", "您户号是多少", "让您久等了", "我家没有电了你们快来", ""]


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """Any talk of two parties, in steps of 0.1 s, with holds."""
    rows: list[tuple[str, float, float, str]] = []
    for role in ("agent", "customer"):
        at = 0
        for _ in range(draw(st.integers(0, 6))):
            start = at + draw(st.integers(0, 150))
            at = start + draw(st.integers(2, 90))
            rows.append((role, start / 10, at / 10, draw(st.sampled_from(TEXTS))))
    sounds = [("music", 20.0, 20.0 + draw(st.integers(10, 200)) / 10)] if draw(st.booleans()) else []
    return talk(rows, sounds=sounds, duration=1 + max([r[2] for r in rows] + [s[2] for s in sounds], default=1.0))
