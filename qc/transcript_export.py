"""A transcript as JSON, WebVTT, SubRip or plain text. `qc.engines.transcript_file` reads the first three back."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qc.call import Role, Transcript, Utterance, Word
from qc.errors import UsageError
from qc.interval import Interval
from qc.private import Hit
from qc.redact import masked_transcript

LONGEST_CUE = 7.0
"""Seconds a caption stays at most (BBC and Netflix subtitle guidelines: 7 s)."""
SHORTEST_CUE = 1.0
"""A sentence shorter than this, seconds, stays with the next."""
_SENTENCE_END = tuple("。！？.!?…")
_UNSPACED = frozenset({"zh"})


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption: when, who, what."""

    interval: Interval
    role: Role
    text: str


def to_json(transcript: Transcript) -> str:
    """One JSON document: ``language`` and ``utterances`` with ``role``, ``start``, ``end`` (seconds), ``text``,
    ``probability`` and ``words`` (``text``, ``start``, ``end``, ``probability``)."""
    document = {
        "version": 1,
        "language": transcript.language,
        "utterances": [
            {
                "role": utterance.role.value,
                **_span(utterance.interval),
                "text": utterance.text,
                "probability": round(utterance.probability, 4),
                "words": [
                    {"text": word.text, **_span(word.interval), "probability": round(word.probability, 4)}
                    for word in utterance.words
                ],
            }
            for utterance in transcript.utterances
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def to_vtt(transcript: Transcript) -> str:
    """WebVTT with the role as the voice of each cue: ``<v agent>您好``."""
    blocks = [f"WEBVTT\nLanguage: {transcript.language}"]
    blocks += [
        f"{_times(caption.interval, '.')}\n<v {caption.role.value}>{_escaped(caption.text)}"
        for caption in captions(transcript)
    ]
    return "\n\n".join(blocks) + "\n"


def to_srt(transcript: Transcript) -> str:
    """SubRip: numbered cues, each text with the role before it."""
    blocks = [
        f"{number}\n{_times(caption.interval, ',')}\n{caption.role.value}: {_escaped(caption.text)}"
        for number, caption in enumerate(captions(transcript), 1)
    ]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def to_text(transcript: Transcript) -> str:
    """A line an utterance: ``[00:01.0] agent: 您好``."""
    return "".join(
        f"[{int(start // 60):02}:{start % 60:04.1f}] {utterance.role.value}: {utterance.text}\n"
        for utterance in transcript.utterances
        if utterance.text
        for start in [int(utterance.interval.start * 10) / 10]
    )


FORMATS: Mapping[str, Callable[[Transcript], str]] = MappingProxyType(
    {"json": to_json, "vtt": to_vtt, "srt": to_srt, "txt": to_text}
)


def export(transcript: Transcript, format: str, *, hits: Iterable[Hit]) -> str:
    """`transcript` as ``json``, ``vtt``, ``srt`` or ``txt``, with placeholders instead of `hits`: those of the call, or
    ``()`` for the transcript as it is, which takes a right and a reason. Raises UsageError for another format."""
    if format not in FORMATS:
        raise UsageError(f"a transcript cannot be written as {format}: choose {', '.join(FORMATS)}")
    return FORMATS[format](masked_transcript(transcript, hits))


def captions(transcript: Transcript) -> tuple[Caption, ...]:
    """Utterances with text, long ones split after sentences or where they get too long; sorted by start."""
    space = "" if transcript.language in _UNSPACED else " "
    found = [caption for utterance in transcript.utterances for caption in _split(utterance, space)]
    return tuple(sorted(found, key=lambda caption: caption.interval))


def _split(utterance: Utterance, space: str) -> Iterator[Caption]:
    if not utterance.text:
        return
    if utterance.interval.duration <= LONGEST_CUE or not utterance.words:
        yield Caption(utterance.interval, utterance.role, utterance.text)
        return
    for group in _groups(utterance.words):
        interval = Interval(group[0].interval.start, group[-1].interval.end)
        yield Caption(interval, utterance.role, space.join(word.text for word in group))


def _groups(words: tuple[Word, ...]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and word.interval.end - group[0].interval.start > LONGEST_CUE:
            yield group
            group = []
        group.append(word)
        long_enough = word.interval.end - group[0].interval.start >= SHORTEST_CUE
        if long_enough and word.text.endswith(_SENTENCE_END):
            yield group
            group = []
    if group:
        yield group


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _span(interval: Interval) -> dict[str, float]:
    return {"start": round(interval.start, 3), "end": round(interval.end, 3)}


def _times(interval: Interval, point: str) -> str:
    start = round(interval.start * 1000)
    end = max(start + 1, round(interval.end * 1000))
    return f"{_clock(start, point)} --> {_clock(end, point)}"


def _clock(milliseconds: int, point: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"
