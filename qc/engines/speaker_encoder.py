"""A voice as a point: Resemblyzer's speaker encoder (GE2E, Wan et al. 2018), its weights in ``models/speaker``.

Two stretches of speech by one person give vectors that point the same way, whatever is said. The package itself is
not needed: its features and its network are these few lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load

from qc.audio import SAMPLE_RATE
from qc.audio.pcm import Samples
from qc.engines import models
from qc.engines.batching import Batching
from qc.errors import ModelError

WINDOW_SAMPLES, HOP_SAMPLES, MELS = 400, 160, 40
"""25 ms every 10 ms, 40 bands: what the encoder was trained on."""
FRAMES = SAMPLE_RATE // HOP_SAMPLES
"""Feature frames a second."""
SIZE = 256
"""Of the network's layers and of a vector."""
_BATCH = 128


class SpeakerEncoder:
    """Feature frames and speaker vectors. The weights are read at the first use."""

    def __init__(self, folder: Path = models.FOLDER, device: str = "cpu", threads: int = 1) -> None:
        """`folder`: of the model manifest. Raises ModelError when the weights are missing, changed or unlisted."""
        chosen = models.choose("builtin", folder, models.SPEAKER)
        self.path = chosen.path
        self._sha256 = chosen.sha256(self.path.name)
        self.device = device
        self.threads = threads
        self._batching = Batching(_BATCH)

    @property
    def version(self) -> str:
        """Hash of the weights."""
        return self._sha256[:16]

    @cached_property
    def _network(self) -> _Network:
        network = _Network()
        try:
            network.load_state_dict(load(models.content(self.path, self._sha256)))
        except (SafetensorError, RuntimeError) as error:
            raise ModelError(f"{self.path} is no speaker encoder ({type(error).__name__})") from None
        return network.eval().to(self.device)

    @torch.inference_mode()
    def embed(self, stretches: Sequence[Samples]) -> Samples:
        """A vector of length 1 for each stretch of feature frames: (n, `MELS`) each -> (count, `SIZE`)."""
        if self.device == "cpu":
            torch.set_num_threads(self.threads)
        found = np.zeros((len(stretches), SIZE), np.float32)

        def embedded(batch: Sequence[int]) -> Samples:
            given = torch.from_numpy(np.stack([stretches[index] for index in batch])).to(self.device)
            vectors: Samples = self._network(given).cpu().numpy()
            return vectors

        by_length: dict[int, list[int]] = {}
        for index, frames in enumerate(stretches):
            by_length.setdefault(len(frames), []).append(index)
        for indexes in by_length.values():
            found[indexes] = list(self._batching.results(indexes, embedded))
        return found


class _Network(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(MELS, SIZE, 3, batch_first=True)
        self.linear = torch.nn.Linear(SIZE, SIZE)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        _, (hidden, _) = self.lstm(frames)
        vectors = torch.relu(self.linear(hidden[-1]))
        normal: torch.Tensor = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-6)
        return normal


def features(samples: Samples) -> Samples:
    """Mel power (not its logarithm) of samples at 16 kHz: (n,) -> (1 + (n - 400) // 160, `MELS`), none under 400.

    Frame i sees samples 160 i .. 160 i + 400: with 200 samples of what lies before the first and after the last, it is
    ``librosa.feature.melspectrogram`` as Resemblyzer calls it. Loading librosa takes seconds, hence our own.
    """
    if len(samples) < WINDOW_SAMPLES:
        return np.zeros((0, MELS), np.float32)
    turns = 2 * np.pi * np.arange(WINDOW_SAMPLES) / WINDOW_SAMPLES
    window = (0.5 - 0.5 * np.cos(turns)).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW_SAMPLES)[::HOP_SAMPLES]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    result: Samples = (power @ _bands().T).astype(np.float32)
    return result


@cache
def _bands() -> np.ndarray:
    """Slaney's mel bands of equal area (Auditory Toolbox, 1998), 0 to 8000 Hz: (`MELS`, bins)."""
    bins = np.fft.rfftfreq(WINDOW_SAMPLES, 1 / SAMPLE_RATE)
    linear, step = 1000 / 15, np.log(6.4) / 27  # 15 mel up to 1000 Hz, from there 27 mel a factor of 6.4
    mel = np.linspace(0.0, 15 + np.log(SAMPLE_RATE / 2 / 1000) / step, MELS + 2)
    edges = np.where(mel < 15, mel * linear, 1000 * np.exp(step * (mel - 15)))
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    area = 2 / (edges[2:] - edges[:-2])
    bands: np.ndarray = np.maximum(0, np.minimum(rising, falling)) * area[:, None]
    return bands
