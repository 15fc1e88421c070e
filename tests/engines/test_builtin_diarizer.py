"""The builtin diarizer: features as the encoder was trained on, and as many voices as there are."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.audio import open_audio
from qc.audio.recording import BLOCK
from qc.config import ROOT
from qc.engines import models
from qc.engines.builtin_diarizer import BuiltinDiarizer, DiarizerSettings, _groups, _windows, _without_islands
from qc.engines.oracle import OracleDetector
from qc.engines.speaker_clustering import Separation, centroids, separation, settled, spectral
from qc.engines.speaker_encoder import SpeakerEncoder, features
from qc.errors import ModelError
from qc.interval import Interval, timeline, total
from tests.audio.signals import noise

SAMPLE = ROOT / "recordings_sample" / "20261117-104109-A01.wav"


@pytest.fixture(scope="module")
def diarizer() -> BuiltinDiarizer:
    return BuiltinDiarizer()


def test_features_are_those_of_resemblyzer() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    theirs = librosa.feature.melspectrogram(y=samples, sr=16_000, n_fft=400, hop_length=160, n_mels=40).T
    ours = features(np.pad(samples, 200))
    assert ours.shape == theirs.shape == (101, 40)
    assert np.abs(ours - theirs).max() < 1e-5 * theirs.max()
    assert features(samples[:399]).shape == (0, 40)


def test_vectors_are_those_of_resemblyzer() -> None:
    """Against what the package itself gives for this input: its first six dimensions above 0.1."""
    frames = np.abs(np.random.default_rng(7).normal(0, 0.01, (160, 40))).astype(np.float32)
    (vector,) = SpeakerEncoder().embed([frames])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert {int(k): float(vector[k]) for k in REFERENCE} == pytest.approx(REFERENCE, abs=2e-3)


REFERENCE = {4: 0.1255, 9: 0.1451, 11: 0.1177, 12: 0.1517, 15: 0.2142, 16: 0.1191}


def test_a_vector_does_not_depend_on_its_neighbours() -> None:
    frames = [np.abs(noise(1, -30))[: 40 * n].reshape(n, 40).astype(np.float32) for n in (20, 80, 20)]
    encoder = SpeakerEncoder()
    together = encoder.embed(frames)
    alone = np.concatenate([encoder.embed([one]) for one in frames])
    assert together == pytest.approx(alone, abs=1e-5)
    assert encoder.embed([]).shape == (0, 256)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no model builtin"):
        BuiltinDiarizer(tmp_path)
    changed = tmp_path / "models"
    (changed / "speaker").mkdir(parents=True)
    (changed / "manifest.json").write_bytes((models.FOLDER / "manifest.json").read_bytes())
    (changed / "speaker" / "encoder.safetensors").write_bytes(b"x")
    with pytest.raises(ModelError, match="sha256 differs"):
        BuiltinDiarizer(changed)


def clouds(*sizes: int, apart: float = 1.0) -> np.ndarray:
    draw = np.random.default_rng(3)
    centres = np.eye(16)[: len(sizes)] * apart + 1.0
    points = np.concatenate([draw.normal(0, 0.1, (n, 16)) + c for n, c in zip(sizes, centres, strict=True)])
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@pytest.mark.parametrize("sizes", [(30, 30), (50, 10)])
def test_two_clouds_are_two_groups(sizes: tuple[int, int]) -> None:
    points = clouds(*sizes)
    labels = settled(points, spectral(points))
    wanted = np.repeat([0, 1], sizes)
    assert np.array_equal(labels, wanted) or np.array_equal(labels, 1 - wanted)


def test_clouds_farther_apart_are_more_surely_two() -> None:
    sure = []
    for points in (clouds(60), clouds(30, 30, apart=0.5), clouds(30, 30, apart=1.5)):
        found = separation(points, settled(points, spectral(points)))
        sure.append(DiarizerSettings().probability(found))
    assert sure == sorted(sure)
    assert centroids(clouds(5), np.zeros(5, np.int64)) is None
    assert separation(clouds(5), np.zeros(5, np.int64)) == Separation(1.0, 1.0)


@given(st.integers(1, 800), st.sampled_from([(1.2, 0.3), (0.8, 0.2)]))
def test_windows_cover_all_frames_and_stay_inside(length: int, sizes: tuple[float, float]) -> None:
    spans = _windows(length, *sizes)
    assert spans[0][0] == 0 and spans[-1][1] == length
    assert all(first < last <= length for first, last in spans)
    assert all(b[0] - a[0] <= sizes[1] * 100 + 1 for a, b in pairwise(spans))


@given(st.lists(st.tuples(st.floats(0, 4000), st.floats(0.09, 400)), max_size=20))
def test_no_more_than_a_block_is_in_memory(spans: list[tuple[float, float]]) -> None:
    voice = timeline(Interval(start, start + length) for start, length in spans)
    groups = list(_groups(voice))
    assert all(group and total(group) <= BLOCK + 1e-6 for group in groups)
    assert total(one for group in groups for one in group) == pytest.approx(total(voice))


def test_islands_join_their_neighbours() -> None:
    labels = np.repeat([0, 1, 0, 1, 0], [50, 10, 30, 45, 8])
    assert _without_islands(labels, 40).tolist() == [0] * 90 + [1] * 53
    assert _without_islands(np.zeros(3, np.int64), 40).tolist() == [0, 0, 0]


def mixed(call_wav: Path, write_wav: Callable[..., Path]) -> Path:
    import soundfile

    samples, rate = soundfile.read(call_wav, always_2d=True)
    return write_wav(samples.sum(axis=1) / 2, rate, name="mixed.wav")


def test_two_voices_are_found_and_one_voice_is_not_split(
    diarizer: BuiltinDiarizer, call_wav: Path, write_wav: Callable[..., Path]
) -> None:
    with open_audio(SAMPLE) as audio:
        for channel, voice in enumerate(OracleDetector().detect(audio)):
            assert diarizer.diarize(audio, channel, voice).speakers == 1
    with open_audio(call_wav) as audio:
        agent, customer = OracleDetector().detect(audio)
    with open_audio(mixed(call_wav, write_wav)) as audio:
        both = diarizer.diarize(audio, 0, timeline((*agent, *customer)))
    assert both.speakers == 2
    assert both.probability > 0.9
    first = timeline(turn.interval for turn in both.turns if turn.speaker == 0)
    assert total(first) == pytest.approx(total(agent), rel=0.1)


def test_a_cap_on_clustered_windows_changes_little(call_wav: Path, write_wav: Callable[..., Path]) -> None:
    with open_audio(call_wav) as audio:
        voice = timeline(interval for line in OracleDetector().detect(audio) for interval in line)
    with open_audio(mixed(call_wav, write_wav)) as audio:
        every = BuiltinDiarizer().diarize(audio, 0, voice)
        some = BuiltinDiarizer(settings=DiarizerSettings(most=16)).diarize(audio, 0, voice)
    assert [turn.speaker for turn in some.turns] == [turn.speaker for turn in every.turns]


@pytest.mark.parametrize("voice", [(), (Interval(0.5, 0.6),), (Interval(0.5, 1.5),)])
def test_too_little_speech_is_one_speaker_and_says_nothing(
    diarizer: BuiltinDiarizer, call_wav: Path, voice: tuple[Interval, ...]
) -> None:
    with open_audio(call_wav) as audio:
        found = diarizer.diarize(audio, 0, voice)
    assert tuple(turn.interval for turn in found.turns) == voice
    assert found.probability == 0.5
