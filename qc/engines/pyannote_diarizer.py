"""Speakers by pyannote.audio, for those who have its package (``pip install 'qc[pyannote]'``) and its weights."""

from __future__ import annotations

import hashlib
import tempfile
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import torch

from qc.audio import SAMPLE_RATE, Audio
from qc.engines import models
from qc.engines.protocols import Diarization, SpeakerTurn
from qc.errors import ModelError
from qc.interval import Interval, Timeline, timeline, total

SPEAKERS = 2
"""Agent and customer: more are not looked for."""


class Pipeline(Protocol):
    """What is asked of ``pyannote.audio.Pipeline``."""

    def __call__(self, file: dict[str, Any], *, max_speakers: int) -> Any:
        """Of ``{"waveform": float32 (1, n), "sample_rate": 16000}`` an annotation (3.x), or what holds one."""
        ...


class PyannoteDiarizer:
    """A `qc.engines.protocols.Diarizer`. `folder` is a pipeline's folder on this machine (as
    ``pyannote/speaker-diarization-community-1``, fetched by its user). pyannote itself loads its checkpoints, which may
    hold code: so the folder is used only when the site's `manifest` lists every file of it, and pyannote is given a
    copy of the bytes that were checked.

    `probability` is the share of the voice activity that pyannote gave to a speaker; 0.5 where it found only one.
    """

    name = "pyannote"

    def __init__(
        self,
        folder: Path | None,
        device: str = "cpu",
        pipeline: Pipeline | None = None,
        manifest: Path | None = None,
    ) -> None:
        self._folder, self._device, self._given, self._manifest = folder, device, pipeline, manifest

    @cached_property
    def version(self) -> str:
        """Of the pipeline's files. Raises ModelError."""
        digest = hashlib.sha256()
        for name, sha256 in sorted(self._files.items()) if self._given is None else ():
            digest.update(name.encode() + b"\0" + bytes.fromhex(sha256))
        return digest.hexdigest()[:16]

    def diarize(self, audio: Audio, channel: int, voice: Timeline) -> Diarization:
        """The speakers of `voice`; what pyannote gives to nobody is the nearest one's. Raises ModelError."""
        if not voice:
            return Diarization((), 0.5)
        samples = torch.from_numpy(audio.read(audio.span, channel)).unsqueeze(0)
        found = self._pipeline({"waveform": samples, "sample_rate": SAMPLE_RATE}, max_speakers=SPEAKERS)
        said = _segments(found)
        if not said:
            return Diarization(tuple(SpeakerTurn(interval, 0) for interval in voice), 0.5)
        pieces = [piece for interval in voice for piece in _pieces(interval, said)]
        order = {label: number for number, label in enumerate(dict.fromkeys(label for _, label in pieces))}
        turns = tuple(SpeakerTurn(interval, order[label]) for interval, label in pieces)
        given = timeline(interval for interval, _ in said)
        share = sum(_within(given, interval) for interval in voice) / total(voice)
        return Diarization(turns, min(1.0, share) if len(order) > 1 else 0.5)

    @cached_property
    def _pipeline(self) -> Pipeline:
        if self._given is not None:
            return self._given
        folder, files = self._checked(), self._files
        try:
            from pyannote.audio import Pipeline as Official
        except ImportError:
            raise ModelError(
                "diarizer pyannote needs the package pyannote.audio, which is not installed: pip install 'qc[pyannote]'"
            ) from None
        try:
            pipeline = Official.from_pretrained(self._copied(folder, files))
            pipeline.to(torch.device(self._device))
        except ModelError:
            raise
        except Exception as error:  # whatever a foreign folder makes of it
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(f"{folder}: pyannote cannot load it as a pipeline: {first}") from error
        ready: Pipeline = pipeline
        return ready

    @cached_property
    def _files(self) -> dict[str, str]:
        """The pipeline's files and their sha256, as the site's manifest lists them."""
        folder = self._checked()
        if self._manifest is None:
            raise ModelError(
                f"{folder}: pyannote runs what is in its checkpoints, so the folder must be listed first: "
                "'qc models pin' writes the file for the setting model_manifest"
            )
        return dict(models.choose(folder, kind=models.DIARIZER, site=self._manifest).listed or {})

    def _checked(self) -> Path:
        if self._folder is None or not self._folder.is_dir():
            raise ModelError(f"setting diarizer_model: {self._folder} is no folder of a pyannote pipeline")
        return self._folder

    def _copied(self, folder: Path, files: dict[str, str]) -> str:
        """A folder with the checked bytes, kept as long as the diarizer: a pipeline may read on later."""
        self._copy = tempfile.TemporaryDirectory(prefix="qc-model-")
        models.copied(folder, files, Path(self._copy.name))
        return self._copy.name


def _segments(found: Any) -> list[tuple[Interval, str]]:
    """Who speaks when, by start; one at a time where the pipeline tells that (4.x)."""
    for name in ("exclusive_speaker_diarization", "speaker_diarization"):
        found = getattr(found, name, found)
    tracks = [(segment.start, segment.end, str(label)) for segment, _, label in found.itertracks(yield_label=True)]
    return sorted((Interval(max(0.0, start), end), label) for start, end, label in tracks if end > max(0.0, start))


def _pieces(interval: Interval, said: list[tuple[Interval, str]]) -> list[tuple[Interval, str]]:
    """The interval, cut where the speaker changes."""
    edges = {edge for one, _ in said for edge in (one.start, one.end) if interval.start < edge < interval.end}
    joined: list[tuple[Interval, str]] = []
    for start, end in pairwise(sorted({interval.start, interval.end} | edges)):
        label = _nearest(said, (start + end) / 2)
        if joined and joined[-1][1] == label:
            joined[-1] = (Interval(joined[-1][0].start, end), label)
        else:
            joined.append((Interval(start, end), label))
    return joined


def _nearest(said: list[tuple[Interval, str]], at: float) -> str:
    """Who speaks at a moment, or next to it."""
    return min(said, key=lambda one: _distance(one[0], at))[1]


def _distance(interval: Interval, at: float) -> float:
    """Seconds from a moment to an interval; 0 inside."""
    return max(interval.start - at, at - interval.end, 0.0)


def _within(line: Timeline, interval: Interval) -> float:
    cuts = [one.intersection(interval) for one in line]
    return total(cut for cut in cuts if cut is not None)
