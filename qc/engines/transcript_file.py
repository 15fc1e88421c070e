"""A transcript that is already there: ``<stem>.json``, ``.vtt`` or ``.srt`` beside the recording, first found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from qc.audio import Audio
from qc.call import Word
from qc.engines import cues
from qc.engines.cues import Cue
from qc.engines.placement import clamped, spread, units
from qc.engines.protocols import Transcription
from qc.errors import LanguageError, TranscriptError
from qc.interval import Timeline, intersection, timeline, total
from qc.language import installed

SUFFIXES = (".json", ".vtt", ".srt")


class TranscriptFile:
    """A `qc.engines.protocols.Transcriber` that reads instead of listening.

    Word times of the file are used where it has them; otherwise the words of a cue are spread over the voice
    activity inside it. A speaker's channel is the file's own, or else the one whose voice fits the cues best.
    """

    name = "transcript_file"
    version = "1"

    def transcribe(self, audio: Audio, speech: Sequence[Timeline], language: str | None = None) -> Transcription:
        """The file's words, cut to `speech`.

        Raises TranscriptError when there is no usable file, or when neither it nor `language` tells the language;
        LanguageError for a language without a pack.
        """
        path = _find(audio.path)
        found = cues.read(path)
        chosen = language or found.language
        if chosen is None:
            raise TranscriptError(f"{path}: the transcript does not tell its language: name it")
        if chosen not in installed():
            raise LanguageError(f"{path}: there is no language pack for {chosen}; there are {', '.join(installed())}")
        words: list[list[Word]] = [[] for _ in speech]
        count = 0
        for cue, channel in zip(found.cues, _channels(found.cues, speech, path), strict=True):
            texts = units(cue.text)
            count += len(cue.words) or len(texts)
            words[channel] += cue.words or spread(texts, cue.interval, speech[channel])
        placed = tuple(clamped(channel, spoken) for channel, spoken in zip(words, speech, strict=True))
        return Transcription(chosen, placed, details={"words_outside_speech": float(count - sum(map(len, placed)))})


def _find(recording: Path) -> Path:
    for suffix in SUFFIXES:
        path = recording.with_suffix(suffix)
        if path.is_file():
            return path
    names = " or ".join(recording.with_suffix(suffix).name for suffix in SUFFIXES)
    raise TranscriptError(f"{recording}: there is no transcript beside it ({names})")


def _channels(found: Sequence[Cue], speech: Sequence[Timeline], path: Path) -> list[int]:
    """The channel of each cue: the file's, else its speaker's best, else its own best."""
    said: defaultdict[str, list[Cue]] = defaultdict(list)
    for cue in found:
        if cue.channel is not None and cue.channel >= len(speech):
            raise TranscriptError(f"{path}: channel {cue.channel} is not in the recording, which has {len(speech)}")
        if cue.channel is None and cue.speaker is not None:
            said[cue.speaker].append(cue)
    of_speaker = {speaker: _best(spoken, speech) for speaker, spoken in said.items()}
    return [
        cue.channel
        if cue.channel is not None
        else of_speaker[cue.speaker]
        if cue.speaker is not None
        else _best([cue], speech)
        for cue in found
    ]


def _best(spoken: Sequence[Cue], speech: Sequence[Timeline]) -> int:
    """The channel with the most voice inside the cues; the first of equals."""
    times = timeline(cue.interval for cue in spoken)
    return max(range(len(speech)), key=lambda channel: (total(intersection(times, speech[channel])), -channel))
