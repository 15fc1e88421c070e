"""One channel with two parties -> the utterances of each, told apart by voice and named by content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qc.audio import Audio
from qc.call import QualityNote, Role, Utterance, Word
from qc.engines.protocols import Diarization, Diarizer, SpeakerTurn
from qc.interval import Interval, Timeline, subtraction, timeline
from qc.pipeline.roles import Roles, decide_speakers, with_announcements
from qc.pipeline.utterances import UTTERANCE_GAP, assign, utterance

KNOWN = 0.5
"""Probability up to which a diarizer has not told how many speak."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """``lines``: each speaker's utterances with their roles; ``roles``: of the lines; ``notes`` for the quality."""

    lines: tuple[tuple[Utterance, ...], ...]
    roles: Roles
    notes: tuple[QualityNote, ...]


def by_voice(
    audio: Audio,
    voice: Timeline,
    words: Sequence[Word],
    diarizer: Diarizer,
    language: str,
    recorded: Sequence[str] = (),
) -> Speakers:
    """Split what channel 0 says. The roles' probability is that of two voices times that of who is who.

    A recorded announcement is a third voice: once found by its words it is set aside, and the rest is split again;
    `recorded`: what the site plays.
    """
    found = diarizer.diarize(audio, 0, voice)
    speakers = _named(found, words, language, recorded)
    system = tuple(u for line in speakers.lines for u in line if u.role is Role.SYSTEM)
    rest = subtraction(voice, timeline(u.interval for u in system))
    if not system or not rest or found.speakers < 2:
        return speakers
    inside = {word for u in system for word in u.words}
    others = [word for word in words if word not in inside]
    again = _named(diarizer.diarize(audio, 0, rest), others, language, recorded)
    return replace(again, lines=(*again.lines, system))


def _named(found: Diarization, words: Sequence[Word], language: str, recorded: Sequence[str]) -> Speakers:
    lines = split(found.turns, words)
    roles = decide_speakers(lines, language, found.probability)
    named = [tuple(replace(u, role=role) for u in line) for line, role in zip(lines, roles.of, strict=True)]
    everybody = sorted((u for line in named for u in line), key=lambda u: u.interval)
    lines = tuple(with_announcements(line, everybody, language, recorded) for line in named)
    notes: tuple[QualityNote, ...] = ()
    if found.speakers > 1:
        notes = (QualityNote("speakers_by_voice", {"probability": found.probability}),)
    elif found.speakers == 1 and found.probability > KNOWN:
        notes = (QualityNote("one_voice", {"probability": found.probability}),)
    return Speakers(lines, roles, notes)


def split(turns: Sequence[SpeakerTurn], words: Sequence[Word]) -> tuple[tuple[Utterance, ...], ...]:
    """The utterances of each speaker: turns of one speaker in a row are joined over short gaps, and where speakers
    change without a pause they change between two words."""
    joined: list[SpeakerTurn] = []
    for turn in turns:
        last = joined[-1] if joined else None
        if last and last.speaker == turn.speaker and turn.interval.start - last.interval.end < UTTERANCE_GAP:
            joined[-1] = SpeakerTurn(Interval(last.interval.start, turn.interval.end), turn.speaker)
        else:
            joined.append(turn)
    spans = _between_words([turn.interval for turn in joined], words)
    said = assign(words, spans)
    lines: list[list[Utterance]] = [[] for _ in range(max((turn.speaker for turn in turns), default=-1) + 1)]
    for turn, span, inside in zip(joined, spans, said, strict=True):
        lines[turn.speaker].append(utterance(Role.UNKNOWN, span, inside))
    return tuple(map(tuple, lines))


def _between_words(spans: Sequence[Interval], words: Sequence[Word]) -> Timeline:
    """Borders at which two spans touch, moved to the nearer end of the word that they cut."""
    moved = list(spans)
    for index, (one, other) in enumerate(pairwise(spans)):
        border = one.end
        cut = next((word.interval for word in words if word.interval.start < border < word.interval.end), None)
        if cut is None or other.start != border or cut.start < one.start or cut.end > other.end:
            continue
        near = cut.end if cut.middle < border else cut.start
        if moved[index].start < near < other.end:
            moved[index], moved[index + 1] = Interval(moved[index].start, near), Interval(near, other.end)
    return tuple(moved)
