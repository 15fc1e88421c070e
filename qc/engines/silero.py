"""Voice activity by Silero VAD: the ONNX model inside the faster-whisper package, run over blocks with its state.

The model says where somebody speaks, in steps of 32 ms and late at the edges; the energy of the channel then says
where exactly the audible part begins and ends, in steps of 10 ms.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from qc.audio import SAMPLE_RATE, Audio, channel_levels, find_sounds
from qc.audio.framing import Framer, decibels, powers, runs
from qc.audio.pcm import Samples
from qc.call import ChannelLevel
from qc.engines import manifests, models
from qc.errors import ModelError
from qc.interval import Interval, Timeline, joined, subtraction, total

_WINDOW, _CONTEXT = 512, 64  # samples: a step of the model, and what it sees of the step before
_STEP = _WINDOW / SAMPLE_RATE
_FRAME = 0.01  # seconds of an energy frame
_STATE = (1, 1, 128)
_CHUNK = 125  # steps: 4 s, fifteen to a block
_QUIET, _SURELY_NOT = 16, 0.1  # after half a second of silence the model's memory is cleared: a minute of line noise
# fills it so that the next words get probabilities of 0.3 where they had 0.9 (measured)
_NOISE = 0.5  # seconds without speech that tell the noise floor
_CODE = 1  # raised by hand when a change here changes what is found
_TARGET = -36.0  # dBFS of speech: measured, a telephone channel at -17 loses a tenth more of its speech


@dataclass(frozen=True, slots=True)
class SileroSettings:
    """What decides about voice activity. Seconds and dB.

    ``threshold`` starts speech and ``release`` ends it: under the model's own 0.5 and 0.35, at which short and soft
    replies on a telephone line were lost, because energy trims what is too much. Speech is cut to frames that are at
    most ``depth`` below the loud parts around them and at least ``above_noise`` above the channel's floor.
    """

    threshold: float = 0.4
    release: float = 0.2
    reach: float = 0.15
    """How far outside the model's edges audible speech may begin or end."""
    depth: float = 36.0
    above_noise: float = 4.0
    min_silence: float = 0.3
    min_speech: float = 0.09


class SileroDetector:
    """A `qc.engines.protocols.VoiceDetector`. One thread; the model is loaded with the first recording."""

    name = "silero"

    def __init__(self, settings: SileroSettings | None = None, manifest: Path | None = None) -> None:
        """`manifest`: of the site, which may list another version of the model."""
        self._settings = settings if settings is not None else SileroSettings()
        self._manifest = manifest

    @cached_property
    def version(self) -> str:
        """Hash of the model and of the settings. Raises ModelError when the model is missing or not the one listed."""
        settings = repr(sorted(asdict(self._settings).items()))
        return f"{self._sha256[:12]}/{_CODE}+{hashlib.sha256(settings.encode()).hexdigest()[:6]}"

    @cached_property
    def _sha256(self) -> str:
        return models.require(_model_path(), models.VOICE, self._manifest)

    @cached_property
    def _session(self) -> Any:
        model = models.content(_model_path(), self._sha256)
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.log_severity_level = 4
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def detect(self, audio: Audio) -> tuple[Timeline, ...]:
        """Voice activity of each channel, gaps under 0.3 s closed, music and tones left out."""
        channels = [_Channel(self._session, _gain(level)) for level in channel_levels(audio)]
        for block in audio.blocks():
            for samples, channel in zip(block.samples, channels, strict=True):
                channel.push(samples)
        sounds = find_sounds(audio)
        found = []
        for index, channel in enumerate(channels):
            unvoiced = joined((sound.interval for sound in sounds if sound.channel == index), 0.5)
            speech = _timeline(channel, unvoiced, self._settings, audio.duration)
            found.append(without(speech, unvoiced, self._settings.min_speech))
        return tuple(found)


@dataclass(slots=True)
class _Channel:
    """What one channel has given so far: a probability each 32 ms, a level in dBFS each 10 ms."""

    session: Any
    gain: float
    hidden: Samples = field(default_factory=lambda: np.zeros(_STATE, np.float32))
    cell: Samples = field(default_factory=lambda: np.zeros(_STATE, np.float32))
    tail: Samples = field(default_factory=lambda: np.zeros(_CONTEXT, np.float32))
    framer: Framer = field(default_factory=lambda: Framer(round(_FRAME * SAMPLE_RATE), round(_FRAME * SAMPLE_RATE)))
    probabilities: list[Samples] = field(default_factory=list)
    levels: list[Samples] = field(default_factory=list)

    def push(self, samples: Samples) -> None:
        self.levels.append(decibels(powers(self.framer.push(samples))))
        data = np.concatenate((self.tail, samples * np.float32(self.gain)))
        steps = (len(data) - _CONTEXT) // _WINDOW
        self.tail = data[steps * _WINDOW :].copy()
        if steps:
            view = np.lib.stride_tricks.sliding_window_view(data, _CONTEXT + _WINDOW)[::_WINDOW][:steps]
            for first in range(0, steps, _CHUNK):
                self._run(np.ascontiguousarray(view[first : first + _CHUNK]))

    def _run(self, windows: Samples) -> None:
        """Give the model at most `_CHUNK` windows; forget the past where it ended in silence."""
        inputs = {"input": windows, "h": self.hidden, "c": self.cell}
        found, self.hidden, self.cell = self.session.run(None, inputs)
        probabilities = np.ravel(found)
        self.probabilities.append(probabilities)
        if probabilities[-_QUIET:].max() < _SURELY_NOT:
            self.hidden, self.cell = np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32)


def _gain(level: ChannelLevel) -> float:
    """The factor that brings a channel's speech to `_TARGET`."""
    return 1.0 if level.speech_level is None else float(10 ** ((_TARGET - level.speech_level) / 20))


def _timeline(channel: _Channel, unvoiced: Timeline, settings: SileroSettings, duration: float) -> Timeline:
    probability = np.concatenate([*channel.probabilities, np.zeros(0, np.float32)])
    level = np.concatenate([*channel.levels, np.zeros(0, np.float32)])
    floor = _floor(probability, level, unvoiced) + settings.above_noise
    found = []
    for first, last in runs(probability >= settings.release):
        if probability[first:last].max() < settings.threshold:
            continue
        begin = max(0, round((first * _STEP - settings.reach) / _FRAME))
        end = min(len(level), round((last * _STEP + settings.reach) / _FRAME))
        inner = level[max(begin, round(first * _STEP / _FRAME)) : round(last * _STEP / _FRAME)]
        if len(inner) == 0:
            continue
        audible = level[begin:end] >= max(
            min(floor, np.percentile(inner, 50)), np.percentile(inner, 95) - settings.depth
        )
        found += [
            Interval(round((begin + one) * _FRAME, 3), min(duration, round((begin + other) * _FRAME, 3)))
            for one, other in runs(audible)
        ]
    return tuple(one for one in joined(found, settings.min_silence) if one.duration >= settings.min_speech)


def _floor(probability: Samples, level: Samples, unvoiced: Timeline) -> float:
    """dBFS: the median of the frames without speech, music or tones; for want of those, a tenth of all are under it."""
    if len(probability) == 0 or len(level) == 0:
        return -120.0
    step = np.minimum((np.arange(len(level)) * (_FRAME / _STEP)).astype(np.int64), len(probability) - 1)
    sounding = level > -100
    line = sounding & (probability[step] < _SURELY_NOT)
    for sound in unvoiced:
        line[round(sound.start / _FRAME) : round(sound.end / _FRAME)] = False
    if line.sum() * _FRAME >= _NOISE:
        return float(np.percentile(level[line], 50))
    return float(np.percentile(level[sounding], 10)) if sounding.any() else -120.0


def without(speech: Timeline, unvoiced: Timeline, shortest: float) -> Timeline:
    """Voice activity without the parts that are music or a tone; remainders shorter than `shortest` are dropped.

    A stretch is dropped whole when less than a third of it is left: hold music with a voice in it is hold music.
    """
    kept: list[Interval] = []
    for one in speech:
        rest = subtraction((one,), unvoiced)
        if total(rest) * 3 >= one.duration:
            kept += [piece for piece in rest if piece.duration >= shortest]
    return tuple(kept)


def _model_path() -> Path:
    found = sorted((manifests.package_folder("faster_whisper") / "assets").glob("silero_vad*.onnx"))
    if not found:
        raise ModelError("the Silero VAD model is missing: install the package faster-whisper again")
    return found[-1]
