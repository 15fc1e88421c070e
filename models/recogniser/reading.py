"""The decoder's own stage: it learns to read what the encoder already hears.

Once the encoder tells sounds apart, it is frozen and hears a set of windows once; the decoder then goes over
its stored output many times. A step costs a tenth of a joint one, and the words of a hotline need many.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch

from models.recogniser.windows import BATCH_SECONDS, Window, log_mel, upsample

if TYPE_CHECKING:
    from models.recogniser.train import Trainer

TOKENS = 1000
"""Target tokens of a step."""
WINDOWS = {4: 0.30, 6: 0.30, 8: 0.15, 12: 0.18, 30: 0.07}
"""Seconds of a stored window, and how many of a hundred are so long."""
Heard = tuple[torch.Tensor, Window]


def hear(trainer: Trainer, count: int) -> list[Heard]:
    """Encoder output of `count` windows, each (frames, width) in bfloat16, with its window."""
    heard: list[Heard] = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for seconds, share in WINDOWS.items():
            for _ in range(round(count * share * seconds / BATCH_SECONDS)):
                batch = [trainer.windows.window(seconds, True) for _ in range(max(1, BATCH_SECONDS // seconds))]
                audio = np.stack([window.audio for window in batch])
                output = trainer.encode(log_mel(torch.from_numpy(upsample(audio)))).bfloat16()
                heard += zip(output, batch, strict=True)
    return heard


def read(trainer: Trainer, heard: list[Heard], minutes: float) -> Iterator[tuple[int, float, list[float]]]:
    """Train the decoder alone for `minutes`; yields step, minutes and the means of 50 steps of (cross, 0, guidance)."""
    order = sorted(range(len(heard)), key=lambda index: heard[index][0].shape[0])
    batches: list[list[int]] = [[]]
    for index in order:
        if sum(len(heard[i][1].inputs) for i in batches[-1]) > TOKENS:
            batches.append([])
        batches[-1].append(index)
    history: list[tuple[float, float, float]] = []
    began = time.monotonic()
    while (spent := (time.monotonic() - began) / 60) < minutes:
        rows, windows = zip(*(heard[index] for index in trainer.choice.choice(batches)), strict=True)
        audio = torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True)
        cross, guidance = trainer.decoder_losses(audio, list(windows))
        for group in trainer.optimiser.param_groups:
            group["lr"] = 1.5e-3 * min(1.0, (len(history) + 1) / 100) * (1.0 - 0.6 * spent / minutes)
        trainer.optimiser.zero_grad()
        (cross + guidance).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trainer.parameters, 1.0)
        trainer.optimiser.step()
        trainer.step += 1
        history.append((cross.item(), 0.0, guidance.item()))
        if len(history) % 50 == 0:
            yield trainer.step, trainer.elapsed + spent, np.mean(history[-50:], axis=0).tolist()
    trainer.elapsed += minutes
    trainer.save()
