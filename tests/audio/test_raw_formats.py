"""Files without a header are what the site says of their extension, and nothing without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qc.audio import open_audio
from qc.config import Settings, load_settings
from qc.engines.factory import build
from qc.errors import UnsupportedAudio, UsageError
from qc.pipeline import listening_version
from tests.audio.signals import noise


@pytest.mark.parametrize(
    ("value", "name", "kind"), [("mu-law", "a.VOX", "<u1"), ("pcm_s16", "a.raw", "<i2"), ("pcm_f32", "a.raw", "<f4")]
)
def test_bare_samples(tmp_path: Path, value: str, name: str, kind: str) -> None:
    samples = noise(0.5, -12)
    scale = {"<u1": 100, "<i2": 32768, "<f4": 1}[kind]
    path = tmp_path / name
    path.write_bytes((samples * scale).astype(kind).tobytes() + b"\0")  # and a byte that is no sample
    settings = Settings(raw_formats=(f"vox={value}/8000/2", f"raw={value}/8000/2"))
    with open_audio(path, settings) as audio:
        assert (audio.format, audio.num_channels, audio.sample_rate) == (f"raw/{value}", 2, 8000)
        assert audio.num_samples == 2000
        if kind == "<i2":
            np.testing.assert_allclose(audio.frames(0, 2000).T.ravel(), samples, atol=1e-4)


def test_parameters_have_their_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(bytes(1000))
    with pytest.raises(UnsupportedAudio, match="99 channels"):
        open_audio(path, Settings(raw_formats=("raw=pcm_s16/8000/99",)))


@pytest.mark.parametrize("value", ["vox", "vox=g.711", "vox=mu-law", "vox=mu-law/8000", "vox=mu-law/0/1", "=g722"])
def test_a_wrong_setting_is_named(value: str) -> None:
    with pytest.raises(UsageError, match=r"setting raw_formats: .*is not like vox=mu-law/8000/1"):
        load_settings(raw_formats=(value,))


def test_the_setting_is_part_of_the_listening_version() -> None:
    usual, other = Settings(), Settings(raw_formats=("vox=mu-law/8000/1",))
    assert listening_version(build(usual), usual) != listening_version(build(other), other)
