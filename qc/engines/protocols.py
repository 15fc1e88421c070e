"""What an engine must do. An adapter writes one narrow method and says what it is.

Engines get an opened recording (`qc.audio.Audio`), never a path to decode themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from qc.audio import Audio
from qc.call import QualityNote, Sentiment, Word
from qc.interval import Interval, Timeline


@dataclass(frozen=True, slots=True)
class Transcription:
    """What a transcriber heard: the language, and the words of each channel sorted by start.

    Every word lies inside the voice activity that was given. ``notes`` say which windows were doubtful.
    """

    language: str
    words: tuple[tuple[Word, ...], ...]
    notes: tuple[QualityNote, ...] = ()
    details: dict[str, float] = field(default_factory=dict)
    """Counts for the record: windows, fallbacks, decoded tokens."""


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """A stretch of one speaker's voice. Speakers are numbered from 0 in the order in which they are first heard."""

    interval: Interval
    speaker: int


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who speaks when on one channel. ``turns`` are sorted and disjoint and cover the voice activity that was given;
    ``probability``: that there are as many speakers as were found, 0..1."""

    turns: tuple[SpeakerTurn, ...]
    probability: float

    @property
    def speakers(self) -> int:
        """How many were found."""
        return len({turn.speaker for turn in self.turns})


@runtime_checkable
class Engine(Protocol):
    """``name`` is the adapter's, ``version`` names the model (hash) and the settings that change its result."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


@runtime_checkable
class VoiceDetector(Engine, Protocol):
    """Finds where somebody speaks."""

    def detect(self, audio: Audio) -> tuple[Timeline, ...]:
        """Voice activity of each channel, inside the recording. Music and tones are no voice."""
        ...


@runtime_checkable
class Transcriber(Engine, Protocol):
    """Turns speech into words."""

    def transcribe(self, audio: Audio, speech: Sequence[Timeline], language: str | None = None) -> Transcription:
        """Words of each channel. ``speech[i]``: the utterances of channel i. `language` None: found from the audio,
        among the installed language packs. Raises LanguageError for a language the engine does not know."""
        ...


@runtime_checkable
class SentimentClassifier(Engine, Protocol):
    """Reads the sentiment of utterances."""

    def classify(self, texts: Sequence[str], language: str) -> list[Sentiment]:
        """A `Sentiment` a text, in order."""
        ...


@runtime_checkable
class Diarizer(Engine, Protocol):
    """Tells speakers on one channel apart by their voices. Who they are is not its business."""

    def diarize(self, audio: Audio, channel: int, voice: Timeline) -> Diarization:
        """The speakers of `voice`, the voice activity of a channel."""
        ...
