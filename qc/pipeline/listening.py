"""Recording -> Call: what was said, by whom, and when. Slow, runs once for a recording and a listening version."""

from __future__ import annotations

import math
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qc import site as sites
from qc.audio import (
    Audio,
    Crosstalk,
    Likeness,
    channel_levels,
    channel_likeness,
    find_crosstalk,
    find_sounds,
    open_audio,
    prosody,
    without_echo,
)
from qc.call import Call, Metadata, Quality, QualityNote, Recording, Role, Sound, Transcript, Utterance
from qc.config import Settings
from qc.engines.factory import Engines
from qc.engines.protocols import SentimentClassifier, Transcription
from qc.interval import Interval, Timeline, intersection, total
from qc.pipeline.roles import Roles, decide, with_announcements
from qc.pipeline.speakers import by_voice
from qc.pipeline.stages import stage
from qc.pipeline.utterances import assign, spans, speech, utterance

LOW_RECOGNITION = 0.5
"""Mean word probability under which the words are marked as doubtful."""
SPEAKERS = (Role.AGENT, Role.CUSTOMER, Role.UNKNOWN)
"""Whose words have a sentiment: people's."""


@dataclass(frozen=True, slots=True)
class _Channel:
    """One party's utterances. Their channel is known here only: a `Call` knows roles."""

    number: int
    utterances: tuple[Utterance, ...]


def listen(
    path: Path | str,
    engines: Engines,
    settings: Settings,
    metadata: Metadata | None = None,
    timings: MutableMapping[str, float] | None = None,
) -> Call:
    """Hear one recording.

    `timings`, where given, is filled with the seconds of each stage: decode, voice, transcribe, sentiment, measure, and
    speakers where both parties are on one channel.
    Raises RecordingError for a file that is no recording, SiteError, or LanguageError, ModelError or
    TranscriptError of an engine;
    `qc.pipeline.stage_of` tells at which stage.
    """
    metadata = metadata or Metadata()
    timings = {} if timings is None else timings
    recorded = sites.of(settings).announcements
    with stage("decode", timings):
        audio = open_audio(path, settings)
    with audio:
        with stage("measure", timings):
            levels = channel_levels(audio)
            likeness = channel_likeness(audio)
            doubled = audio.num_channels == 1 or likeness is not None
            sounds = find_sounds(audio)
            notes = [*audio.notes, *_channel_notes(audio, likeness, [level.dead for level in levels])]
        with stage("voice", timings):
            voice = list(engines.voice.detect(audio))
            echoes = () if doubled else find_crosstalk(audio, voice)
            for each in echoes:
                voice[each.channel] = without_echo(voice[each.channel], each.echo)
            # Both channels of a doubled mono recording say the same: one is enough.
            heard = [spans(v, sounds, c) if c == 0 or not doubled else () for c, v in enumerate(voice)]
            if not doubled and sum(map(bool, heard)) == 1:
                notes.append(QualityNote("one_sided"))
        with stage("transcribe", timings):
            transcription = engines.transcriber.transcribe(audio, heard, _language(metadata, settings))
        owners = tuple(Role.UNKNOWN for _ in voice)
        if doubled:
            with stage("speakers", timings):
                alone = intersection(voice[0], heard[0])  # without the gaps that were closed
                said, language = transcription.words[0], transcription.language
                speakers = by_voice(audio, alone, said, engines.diarizer, language, recorded)
                channels = [_Channel(0, line) for line in speakers.lines]
                roles = speakers.roles
                notes += speakers.notes
        with stage("measure", timings):
            if not doubled:
                channels = _channels(heard, transcription)
                roles = decide([c.utterances for c in channels], transcription.language, metadata, settings)
                owners = roles.of
                channels = _with_roles(channels, roles, transcription.language, recorded)
            channels = [_with_prosody(audio, channel) for channel in channels]
        with stage("sentiment", timings):
            utterances = _in_order(u for channel in channels for u in channel.utterances)
            utterances = _with_sentiment(utterances, engines.sentiment, transcription.language)
        recording = Recording(audio.id, str(path), audio.sample_rate, audio.num_samples, owners)
    words = [word.probability for one in utterances for word in one.words]
    probability = math.fsum(words) / len(words) if words else None
    if probability is not None and probability < LOW_RECOGNITION:
        notes.append(QualityNote("low_recognition", {"probability": probability}))
    outside = () if likeness else _outside(transcription)  # the copy of a channel is not listened to
    quality = Quality(
        channels=levels,
        role_probability=roles.probability,
        role_source=roles.source,
        recognition_probability=probability,
        notes=(*notes, *_echo_notes(echoes), *outside, *transcription.notes, *roles.notes),
    )
    transcript = Transcript(transcription.language, utterances)
    return Call(recording, metadata, speech(utterances), tuple(_sorted(sounds)), transcript, quality)


def _channel_notes(audio: Audio, likeness: Likeness | None, dead: Sequence[bool]) -> Iterable[QualityNote]:
    if audio.num_channels == 1:
        yield QualityNote("mono")
    elif likeness is not None:
        yield QualityNote(likeness.value)
    for channel, silent in enumerate(dead):
        if silent:
            yield QualityNote("dead_channel", {"channel": float(channel)})
    for channel, offset in enumerate(audio.offset):
        if offset:
            yield QualityNote("dc_offset", {"channel": float(channel), "offset": round(float(offset), 4)})


def _echo_notes(echoes: Iterable[Crosstalk]) -> Iterable[QualityNote]:
    """By side, not by role: a person may say later who is on which."""
    for one in echoes:
        values = {"level": round(one.level, 1), "delay": round(one.delay, 3), "seconds": round(total(one.echo), 2)}
        yield QualityNote("crosstalk", {"side": ("left", "right")[one.channel], **values})


def _outside(transcription: Transcription) -> Iterable[QualityNote]:
    """Words that the transcriber put where nobody speaks: left out, counted."""
    count = transcription.details.get("words_outside_speech", 0.0)
    if count:
        share = count / (count + sum(map(len, transcription.words)))
        yield QualityNote("words_outside_voice", {"count": count, "share": round(share, 4)})


def _language(metadata: Metadata, settings: Settings) -> str | None:
    """The language that the recording system states, when it is installed; None lets the recogniser find it."""
    if not metadata.language:
        return None
    code = metadata.language.replace("_", "-").split("-")[0].lower()
    return code if code in settings.languages else None


def _channels(heard: Sequence[Timeline], transcription: Transcription) -> list[_Channel]:
    result = []
    for number, (intervals, words) in enumerate(zip(heard, transcription.words, strict=True)):
        said = zip(intervals, assign(words, intervals), strict=True)
        result.append(_Channel(number, tuple(utterance(Role.UNKNOWN, span, found) for span, found in said)))
    return result


def _with_roles(channels: Sequence[_Channel], roles: Roles, language: str, recorded: Sequence[str]) -> list[_Channel]:
    named = [
        replace(channel, utterances=tuple(replace(u, role=roles.of[channel.number]) for u in channel.utterances))
        for channel in channels
    ]
    everybody = _in_order(u for channel in named for u in channel.utterances)
    return [replace(c, utterances=with_announcements(c.utterances, everybody, language, recorded)) for c in named]


def _with_prosody(audio: Audio, channel: _Channel) -> _Channel:
    """Pitch and energy against the speaker's own median: an announcement is another speaker."""
    people = [index for index, one in enumerate(channel.utterances) if one.role in SPEAKERS]
    intervals: list[Interval] = [channel.utterances[index].interval for index in people]
    measured = dict(zip(people, prosody(audio, channel.number, intervals), strict=True)) if people else {}
    nothing = (None, None)
    return replace(
        channel,
        utterances=tuple(
            replace(one, pitch=measured.get(index, nothing)[0], energy=measured.get(index, nothing)[1])
            for index, one in enumerate(channel.utterances)
        ),
    )


def _with_sentiment(
    utterances: tuple[Utterance, ...], classifier: SentimentClassifier, language: str
) -> tuple[Utterance, ...]:
    texts = {u.index: u.text for u in utterances if u.role in SPEAKERS and u.text}
    if not texts:
        return utterances
    found = dict(zip(texts, classifier.classify(list(texts.values()), language), strict=True))
    return tuple(replace(u, sentiment=found.get(u.index)) for u in utterances)


def _in_order(utterances: Iterable[Utterance]) -> tuple[Utterance, ...]:
    ordered = sorted(utterances, key=lambda u: (u.interval, u.role))
    return tuple(replace(u, index=index) for index, u in enumerate(ordered))


def _sorted(sounds: Iterable[Sound]) -> list[Sound]:
    return sorted(sounds, key=lambda sound: (sound.interval, sound.channel, sound.kind))
