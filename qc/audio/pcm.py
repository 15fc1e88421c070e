"""Raw samples to float32: linear PCM, IEEE float and the two laws of ITU-T G.711."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Full scale is -1..1."""


class Encoding(StrEnum):
    """How one sample is stored. All are little-endian."""

    UNSIGNED_8 = "pcm_u8"
    SIGNED_16 = "pcm_s16"
    SIGNED_24 = "pcm_s24"
    SIGNED_32 = "pcm_s32"
    FLOAT_32 = "pcm_f32"
    FLOAT_64 = "pcm_f64"
    MU_LAW = "mu-law"
    A_LAW = "a-law"

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample of one channel."""
        return _SAMPLE_BYTES[self]

    @property
    def full_scale(self) -> float:
        """The loudest value that the encoding has, 0..1; a sample there may be clipped."""
        return _FULL_SCALE.get(self, 0.999)


_SAMPLE_BYTES = {
    Encoding.UNSIGNED_8: 1,
    Encoding.SIGNED_16: 2,
    Encoding.SIGNED_24: 3,
    Encoding.SIGNED_32: 4,
    Encoding.FLOAT_32: 4,
    Encoding.FLOAT_64: 8,
    Encoding.MU_LAW: 1,
    Encoding.A_LAW: 1,
}
_FULL_SCALE = {Encoding.UNSIGNED_8: 126.5 / 128, Encoding.MU_LAW: 32100 / 32768, Encoding.A_LAW: 32200 / 32768}


def _mu_law_table() -> Samples:
    """ITU-T G.711, table 2: 14 bit magnitudes with a bias of 33, here times 4."""
    code = 255 - np.arange(256)
    magnitude = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return (np.where(code & 0x80, -magnitude, magnitude) / 32768).astype(np.float32)


def _a_law_table() -> Samples:
    """ITU-T G.711, table 1: even bits inverted, 13 bit magnitudes, here times 8."""
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, (code & 15) << 4
    magnitude = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return (np.where(code & 0x80, magnitude, -magnitude) / 32768).astype(np.float32)


_TABLES = {Encoding.MU_LAW: _mu_law_table(), Encoding.A_LAW: _a_law_table()}


def decode(raw: bytes, encoding: Encoding, num_channels: int) -> Samples:
    """Interleaved bytes, whole frames, to float32 of shape (num_channels, n). What is no number becomes 0."""
    samples = _decode_flat(raw, encoding).reshape(-1, num_channels)
    return np.ascontiguousarray(samples.T)


def _decode_flat(raw: bytes, encoding: Encoding) -> Samples:
    match encoding:
        case Encoding.MU_LAW | Encoding.A_LAW:
            return _TABLES[encoding][np.frombuffer(raw, np.uint8)]
        case Encoding.UNSIGNED_8:
            return (np.frombuffer(raw, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
        case Encoding.SIGNED_16:
            return np.frombuffer(raw, "<i2").astype(np.float32) / np.float32(32768)
        case Encoding.SIGNED_24:
            padded = np.zeros((len(raw) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
            return (padded.view("<i4")[:, 0] / 2**31).astype(np.float32)
        case Encoding.SIGNED_32:
            return (np.frombuffer(raw, "<i4") / 2**31).astype(np.float32)
        case Encoding.FLOAT_32 | Encoding.FLOAT_64:
            values: npt.NDArray[np.float64] = np.frombuffer(raw, "<f4" if encoding is Encoding.FLOAT_32 else "<f8")
            return np.clip(np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1).astype(np.float32)


def encode_16(samples: Samples) -> bytes:
    """float32 of shape (num_channels, n) to interleaved 16-bit bytes, clipped at full scale."""
    return np.clip(np.rint(samples.T * 32768), -32768, 32767).astype("<i2").tobytes()
