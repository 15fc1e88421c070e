"""Replays what is known of a recording: voice activity, words and their times from ``<stem>.truth.json`` beside it.

It shows how right everything after listening is when listening is perfect. Only what was spoken is read: the
truth's ``events`` and ``checks`` are for `qc.evaluation` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from qc.audio import Audio
from qc.call import Word
from qc.engines.placement import clamped, units
from qc.engines.protocols import Diarization, SpeakerTurn, Transcription
from qc.errors import LanguageError, TranscriptError
from qc.interval import Interval, Timeline, timeline

SUFFIX = ".truth.json"
_TOLERANCE = 0.5  # seconds that codecs add or take at the end


@dataclass(frozen=True, slots=True)
class _Span:
    channel: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Utterance:
    channel: int
    start: float
    end: float
    text: str
    words: tuple[_Word, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class _Truth:
    version: Literal[1]
    language: str
    utterances: tuple[_Utterance, ...]
    speech: tuple[_Span, ...]


_TRUTH = TypeAdapter(_Truth)
_T = TypeVar("_T")


class OracleDetector:
    """A `qc.engines.protocols.VoiceDetector` that knows."""

    name = "oracle"
    version = "1"

    def detect(self, audio: Audio) -> tuple[Timeline, ...]:
        """The truth's voice activity. Raises TranscriptError, naming the truth file and what is wrong with it."""
        path, truth = _read(audio)
        found: list[list[Interval]] = [[] for _ in range(audio.num_channels)]
        for span in truth.speech:
            interval = _interval(span.start, span.end, audio.duration, path)
            _channel(found, span.channel, path).append(interval)
        return tuple(timeline(intervals) for intervals in found)


class OracleTranscriber:
    """A `qc.engines.protocols.Transcriber` that knows."""

    name = "oracle"
    version = "1"

    def transcribe(self, audio: Audio, speech: Sequence[Timeline], language: str | None = None) -> Transcription:
        """The truth's words, cut to `speech`.

        Raises TranscriptError, naming the truth file; LanguageError when the truth is in another language.
        """
        path, truth = _read(audio)
        if language is not None and language != truth.language:
            raise LanguageError(f"{path}: what was spoken is {truth.language}, not {language}")
        found: list[list[Word]] = [[] for _ in range(audio.num_channels)]
        for utterance in sorted(truth.utterances, key=lambda one: one.start):
            channel = _channel(found, utterance.channel, path)
            for word in utterance.words or _even(utterance):
                interval = _interval(word.start, word.end, audio.duration, path)
                channel.append(Word(interval, word.text, 1.0))
        words = tuple(clamped(channel, spoken) for channel, spoken in zip(found, speech, strict=True))
        outside = sum(map(len, found)) - sum(map(len, words))
        return Transcription(truth.language, words, details={"words_outside_speech": float(outside)})


class OracleDiarizer:
    """A `qc.engines.protocols.Diarizer` that knows, of each role's utterances, who speaks.

    One speaker at a time, as every diarizer: where two speak, it is the one who began last, so that what is said into
    a long turn stays apart from it. Voice outside all utterances is the nearest one's.
    """

    name = "oracle"
    version = "1"

    def diarize(self, audio: Audio, channel: int, voice: Timeline) -> Diarization:
        """The truth's speakers. Raises TranscriptError, naming the truth file and what is wrong with it."""
        path, truth = _read(audio)
        said = [
            (_interval(one.start, one.end, audio.duration, path), one.role)
            for one in truth.utterances
            if one.channel == channel
        ]
        edges = sorted({edge for interval, _ in said for edge in (interval.start, interval.end)})
        turns: list[SpeakerTurn] = []
        order: dict[str, int] = {}
        for interval in voice:
            cuts = [interval.start, *(edge for edge in edges if interval.contains(edge) and edge > interval.start)]
            for start, end in pairwise([*cuts, interval.end]):
                speaker = order.setdefault(_speaker(said, (start + end) / 2), len(order))
                if turns and turns[-1].speaker == speaker and turns[-1].interval.end == start:
                    turns[-1] = SpeakerTurn(Interval(turns[-1].interval.start, end), speaker)
                else:
                    turns.append(SpeakerTurn(Interval(start, end), speaker))
        return Diarization(tuple(turns), 1.0)


def _speaker(said: Sequence[tuple[Interval, str]], time: float) -> str:
    """Who speaks at a time: of those who do, the last to begin; else whoever is nearest."""
    speaking = [(interval.start, role) for interval, role in said if interval.contains(time)]
    if speaking:
        return max(speaking)[1]
    return min((max(i.start - time, time - i.end), role) for i, role in said)[1] if said else ""


def _read(audio: Audio) -> tuple[Path, _Truth]:
    path = audio.path.with_suffix(SUFFIX)
    try:
        return path, _TRUTH.validate_json(path.read_bytes())
    except FileNotFoundError:
        raise TranscriptError(f"{path}: there is no truth file beside the recording") from None
    except OSError as error:
        raise TranscriptError(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise TranscriptError(f"{path}: not a truth file: {place + ': ' if place else ''}{first['msg']}") from None


def _interval(start: float, end: float, duration: float, path: Path) -> Interval:
    if not 0 <= start < end or start >= duration or end > duration + _TOLERANCE:
        raise TranscriptError(f"{path}: {start} to {end} s is no time of a recording of {duration:.2f} s")
    return Interval(start, min(end, duration))


def _channel(found: list[list[_T]], channel: int, path: Path) -> list[_T]:
    if not 0 <= channel < len(found):
        raise TranscriptError(f"{path}: channel {channel} is not in the recording, which has {len(found)}")
    return found[channel]


def _even(utterance: _Utterance) -> tuple[_Word, ...]:
    """Words of an utterance whose truth has no word times: equal shares a character."""
    texts = units(utterance.text)
    scale = (utterance.end - utterance.start) / max(1, sum(map(len, texts)))
    words, at = [], utterance.start
    for text in texts:
        words.append(_Word(text, at, at + len(text) * scale))
        at += len(text) * scale
    return tuple(words)
