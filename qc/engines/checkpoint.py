"""A Whisper checkpoint in memory: read without running anything that is in the file, and the encoder for windows."""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import whisper
from numpy.typing import NDArray
from torch import Tensor
from whisper.audio import N_FRAMES, N_SAMPLES, log_mel_spectrogram
from whisper.model import Conv1d, Linear, ModelDimensions, Whisper

from qc.engines.batching import is_exhausted
from qc.engines.manifests import content, file_hash
from qc.errors import ModelError

FRAME_SAMPLES = 320
"""Samples of one encoder frame (0.02 s)."""
LIMITS = {
    "n_mels": (80, 128), "n_audio_ctx": (1500, 1500), "n_audio_state": (32, 4096), "n_audio_head": (1, 64),
    "n_audio_layer": (1, 64), "n_vocab": (51864, 51866), "n_text_ctx": (448, 448), "n_text_state": (32, 4096),
    "n_text_head": (1, 64), "n_text_layer": (1, 64),
}  # fmt: skip
"""Smallest and largest dimensions that are accepted; large-v3 has a width of 1280 and 32 layers."""


def precision(device: str) -> torch.dtype:
    """Half precision where the hardware multiplies matrices in it: float16 on a GPU, bfloat16 on a CPU with AMX (2.3
    times as fast as float32 for our encoder; without AMX it would be slower)."""
    if device != "cpu":
        return torch.float16
    return torch.bfloat16 if torch.cpu.get_capabilities().get("amx_bf16", False) else torch.float32


def load(
    path: Path, device: str, heads: Sequence[tuple[int, int]] | str | None = None, sha256: str | None = None
) -> Whisper:
    """Read an openai-whisper checkpoint, weights only, in float32.

    `sha256`: of the file when it was checked; other bytes are refused (None: whatever the file holds now).

    `heads`: the alignment heads as (layer, head), or the name of the official checkpoint this is; None takes the
    upper half of the decoder, as whisper does. Raises ModelError when the file is no such checkpoint.
    """
    try:
        data = io.BytesIO(content(path, sha256 or file_hash(path)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            checkpoint = torch.load(data, map_location="cpu", weights_only=True)
        del data
        dims = ModelDimensions(**checkpoint["dims"])
        for name, (least, most) in LIMITS.items():
            value = getattr(dims, name)
            if not (isinstance(value, int) and least <= value <= most):
                raise ValueError(f"{name} is {value}")
        model = Whisper(dims)
        model.load_state_dict(checkpoint["model_state_dict"])
    except (pickle.UnpicklingError, EOFError, RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
        if is_exhausted(error):
            raise MemoryError(f"not enough memory for {path}") from None
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        if isinstance(error, pickle.UnpicklingError):
            reason = "it holds more than weights"
        raise ModelError(f"{path} is no Whisper checkpoint in openai-whisper's format: {reason}") from None
    if isinstance(heads, str):
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[heads])
    elif heads is not None:
        chosen = torch.zeros(dims.n_text_layer, dims.n_text_head, dtype=torch.bool)
        for layer, head in heads:
            chosen[layer, head] = True
        model.register_buffer("alignment_heads", chosen.to_sparse(), persistent=False)
    return model.eval().to(device)


class Encoder:
    """Log-mel spectrogram and audio encoder for batches of windows.

    `short`: windows are encoded as long as they are instead of filled up to 30 s. Only for checkpoints that were
    trained so: attention of the others relies on the filling.
    """

    def __init__(self, model: Whisper, dtype: torch.dtype, short: bool) -> None:
        self.encoder, self.mels, self.dtype, self.short = model.encoder, model.dims.n_mels, dtype, short
        self.device = model.device
        for module in self.encoder.modules():
            # Norms stay in float32, as `whisper.model.LayerNorm` wants them.
            if isinstance(module, Linear | Conv1d):
                module.to(dtype)

    def mel(self, samples: Sequence[NDArray[np.float32]]) -> Tensor:
        """float32 windows at 16 kHz to a spectrogram of shape (windows, mels, frames of 10 ms)."""
        length = N_SAMPLES
        if self.short:
            longest = max(len(one) for one in samples)
            length = min(N_SAMPLES, -(-longest // FRAME_SAMPLES) * FRAME_SAMPLES)
        padded = np.zeros((len(samples), length), np.float32)
        for row, one in enumerate(samples):
            padded[row, : len(one)] = one[:length]
        # One by one: whisper takes the maximum over all it is given.
        return torch.stack([log_mel_spectrogram(row, self.mels, device=self.device) for row in padded])

    def __call__(self, mel: Tensor) -> Tensor:
        """Encoder output of shape (windows, frames of 20 ms, width), of the encoder's type."""
        x = mel.to(self.dtype)
        if x.shape[-1] == N_FRAMES:
            whole: Tensor = self.encoder(x)
            return whole
        # The same as `whisper.model.AudioEncoder.forward`, for fewer frames.
        x = F.gelu(self.encoder.conv2(F.gelu(self.encoder.conv1(x)))).permute(0, 2, 1)
        x = (x + self.encoder.positional_embedding[: x.shape[1]]).to(x.dtype)
        for block in self.encoder.blocks:
            x = block(x)
        shorter: Tensor = self.encoder.ln_post(x)
        return shorter
