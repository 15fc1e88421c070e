"""What the encoder lately heard, for the decoder to read again.

A window costs far more to hear than to read, and the words of a hotline need many readings: the decoder therefore reads
each of the encoder's outputs several times before newer ones take their place.
"""

from __future__ import annotations

import random
from collections import deque

import torch

from models.recogniser.windows import Window

TOKENS = 1000
"""Decoder input tokens of a reading step."""
CAPACITY = 600
"""Steps of the encoder whose output is kept; older output no longer fits the encoder."""


class Replay:
    """Encoder outputs with their windows, apart by length, so that a batch needs no padding of the audio."""

    def __init__(self, choice: random.Random) -> None:
        self.choice = choice
        self.heard: dict[int, deque[tuple[torch.Tensor, Window]]] = {}
        self.order: deque[tuple[int, int]] = deque()

    def add(self, audio: torch.Tensor, windows: list[Window]) -> None:
        """Keep encoder output, shape (batch, frames, width), of `windows`."""
        frames = audio.shape[1]
        kept = self.heard.setdefault(frames, deque())
        kept.extend(zip(audio.detach().bfloat16(), windows, strict=True))
        self.order.append((frames, len(windows)))
        if len(self.order) > CAPACITY:
            oldest, number = self.order.popleft()
            for _ in range(number):
                self.heard[oldest].popleft()

    def draw(self, place: float) -> tuple[torch.Tensor, list[Window]]:
        """About `TOKENS` tokens of windows that are as long as those at `place` (0: oldest, 1: newest) of all that was
        heard: audio of shape (batch, frames, width), and the windows."""
        frames, _ = self.order[int(place * len(self.order))]
        kept = self.heard[frames]
        picked: list[tuple[torch.Tensor, Window]] = []
        tokens = 0
        while tokens < TOKENS:
            picked.append(kept[self.choice.randrange(len(kept))])
            tokens += len(picked[-1][1].inputs)
        return torch.stack([audio for audio, _ in picked]), [window for _, window in picked]
