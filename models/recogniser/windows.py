"""Training windows: utterances on a time line, as the telephone would carry them, and what is to be learned of each."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from whisper.audio import mel_filters
from whisper.tokenizer import get_tokenizer

from models.recogniser import corpus
from models.recogniser.speech import SAMPLE_RATE

BATCH_SECONDS = 48
"""Audio of one training step."""
LONG_PAUSE = 8.0
"""Seconds between utterances in three tenths of the 30 s windows: as on a channel while the other party speaks."""
SHARES = corpus.SHARES
Row = tuple[str, str, int, int, list[str], list[int]]
"""Language, text, first and end sample, phonetic units, and the times of `corpus.character_times`."""
NOWHERE = (0.0, 0.0)
_HALF_WIDTH = str.maketrans("，？！", ",?!")
"""Whisper's tokenizer has no tokens for the full-width forms: each would be three bytes to learn."""


@dataclass(slots=True)
class Window:
    """Audio at 8 kHz, shape (n,); decoder input and targets (-100: no loss); start and end in seconds of where each
    target is heard, or `NOWHERE`; phonetic units; what the decoder last took the targets for (-1: not known), as the
    network numbers tokens, without the last."""

    audio: np.ndarray
    inputs: list[int]
    targets: list[int]
    places: list[tuple[float, float]]
    units: list[str]
    guesses: list[int] = field(default_factory=list)


class Corpus:
    """All finished shards, grown when a new one appears."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.rows: dict[str, list[tuple[np.ndarray, Row]]] = {language: [] for language in SHARES}
        self.known: set[int] = set()
        self.refresh()

    def refresh(self) -> bool:
        """Take up new shards; True if there were any."""
        new = [shard for shard in corpus.shards(self.work) if shard not in self.known]
        for shard in new:
            samples = np.load(self.work / f"shard-{shard}.npy", mmap_mode="r")
            for row in json.loads((self.work / f"shard-{shard}.json").read_text(encoding="utf-8")):
                self.rows[row[0]].append((samples, row))
            self.known.add(shard)
        return bool(new)


class Windows:
    """Draws training windows: utterances of one language on a time line, as the telephone would carry them."""

    def __init__(self, data: Corpus, choice: random.Random) -> None:
        self.data, self.choice = data, choice
        self.tokenizers = {language: get_tokenizer(True, language=language, task="transcribe") for language in SHARES}
        self.base = self.tokenizers["zh"]
        self.encoded: dict[tuple[str, str], list[int]] = {}
        self.noise = np.random.default_rng(choice.randrange(2**31))

    def encode(self, language: str, text: str) -> list[int]:
        key = (language, text)
        if key not in self.encoded:
            spaced = text.translate(_HALF_WIDTH) if language == "zh" else " " + text
            self.encoded[key] = self.base.encode(spaced)
        return self.encoded[key]

    def languages(self) -> dict[int, list[str]]:
        """Languages in whose texts a token occurs, in the order of `SHARES`."""
        spoken: dict[int, list[str]] = {}
        for language, rows in self.data.rows.items():
            for _, row in rows:
                for token in self.encode(language, row[1]):
                    known = spoken.setdefault(token, [])
                    if language not in known:
                        known.append(language)
        return spoken

    def places(self, row: Row, at: float) -> list[tuple[float, float]]:
        """Start and end in seconds of each token of an utterance that begins `at`; `NOWHERE` for punctuation."""
        language, text, _, _, _, times = row
        spans = [NOWHERE] * (language != "zh")  # of each byte; the space before a text is none's
        for index, character in enumerate(text.translate(_HALF_WIDTH) if language == "zh" else text):
            start, end = times[2 * index] / 1000, times[2 * index + 1] / 1000
            size = len(character.encode())
            step = (end - start) / size
            spans += [NOWHERE if end <= 0 else (start + k * step, start + (k + 1) * step) for k in range(size)]
        found = []
        first = 0
        for token in self.encode(language, text):
            last = first + len(self.base.encoding.decode_single_token_bytes(token))
            heard = [span for span in spans[first:last] if span != NOWHERE]
            found.append((at + heard[0][0], at + heard[-1][1]) if heard else NOWHERE)
            first = last
        return found

    def window(self, seconds: float, augment: bool) -> Window:
        choice = self.choice
        audio = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
        language = choice.choices(list(SHARES), weights=list(SHARES.values()))[0]
        limit = seconds - 0.05 if seconds < 30 or choice.random() < 0.7 else choice.uniform(3, 30)
        wide = seconds >= 30
        if choice.random() < 0.02:
            audio += self.noise.standard_normal(len(audio), dtype=np.float32) * 10 ** (choice.uniform(-90, -35) / 20)
            return self._targets(audio, language, [], [], [], timed=False)
        at = choice.uniform(0, 0.4)
        tokens: list[int] = []
        places: list[tuple[float, float]] = []
        units: list[str] = []
        rows = self.data.rows[language]
        misses = 0
        pause = LONG_PAUSE if wide and choice.random() < 0.3 else 1.0
        begin = self.base.timestamp_begin
        while misses < (4 if wide else 8):
            samples, row = choice.choice(rows)
            _, text, first, last, phones, _ = row
            duration = (last - first) / SAMPLE_RATE
            if at + duration > limit:
                misses += 1
                continue
            start = int(at * SAMPLE_RATE)
            piece = samples[first:last].astype(np.float32) / 32768
            audio[start : start + len(piece)] += telephone(piece, choice, self.noise) if augment else piece
            stop = min(30.0, at + duration)
            spoken = self.encode(language, text)
            tokens += [begin + round(at / 0.02), *spoken, begin + round(stop / 0.02)]
            places += [(max(0, at - 0.1), at + 0.1), *self.places(row, at), (stop - 0.1, stop + 0.1)]
            units += phones
            at += duration + choice.uniform(0.15, pause)
        if not tokens:
            return self.window(seconds, augment)
        if augment and choice.random() < 0.5:
            audio += self.noise.standard_normal(len(audio), dtype=np.float32) * 10 ** (choice.uniform(-85, -55) / 20)
        timed = choice.random() < 0.75
        return self._targets(audio, language, tokens, places, units, timed)

    def _targets(
        self,
        audio: np.ndarray,
        language: str,
        tokens: list[int],
        places: list[tuple[float, float]],
        units: list[str],
        timed: bool,
    ) -> Window:
        base = self.base
        spoken = bool(tokens)
        tag = self.tokenizers[language].language_token
        if not timed:
            kept = [index for index, token in enumerate(tokens) if token < base.timestamp_begin]
            tokens, places = [tokens[index] for index in kept], [places[index] for index in kept]
        prefix: list[int] = []
        if spoken and self.choice.random() < 0.08:
            earlier = self.choice.choice(self.data.rows[language])[1]
            prefix = [base.sot_prev, *self.encode(language, earlier[1])]
        start = [base.sot, tag, base.transcribe] + ([] if timed else [base.no_timestamps])
        inputs = [*prefix, *start, *tokens]
        first = tag if spoken else base.no_speech
        targets = [-100] * len(prefix) + [first] + [-100] * (len(start) - 2) + [*tokens, base.eot]
        everywhere = [NOWHERE] * (len(prefix) + len(start) - 1) + [*places, NOWHERE]
        return Window(audio, inputs[:447], targets[:447], everywhere[:447], units)


def telephone(samples: np.ndarray, choice: random.Random, noise: np.random.Generator) -> np.ndarray:
    """Band limits, line noise, level and G.711 of a telephone; each by chance."""
    if choice.random() < 0.6:
        spectrum = np.fft.rfft(samples)
        frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
        low, high = choice.uniform(100, 350), choice.uniform(3000, 3900)
        spectrum /= 1 + (low / np.maximum(frequencies, 1)) ** 4
        spectrum /= 1 + (frequencies / high) ** 16
        samples = np.fft.irfft(spectrum, len(samples)).astype(np.float32)
    if choice.random() < 0.6:
        line = noise.standard_normal(len(samples), dtype=np.float32)
        samples = samples + line * np.float32(10 ** (choice.uniform(-65, -32) / 20))
    samples = samples * np.float32(10 ** (choice.uniform(-22, 0) / 20))
    if choice.random() < 0.5:
        coded = np.sign(samples) * np.log1p(255 * np.minimum(np.abs(samples), 1)) / np.log(256)
        coded = np.round(coded * 128) / 128
        samples = np.sign(coded) * (np.float32(256) ** np.abs(coded) - 1) / 255
    return samples.astype(np.float32)


def upsample(audio: np.ndarray) -> np.ndarray:
    """8 kHz to 16 kHz by zero-padding the spectrum; shape (batch, n) to (batch, 2 n)."""
    spectrum = np.fft.rfft(audio)
    return np.fft.irfft(np.pad(2 * spectrum, ((0, 0), (0, spectrum.shape[1] - 1))), 2 * audio.shape[1]).astype(
        np.float32
    )


_FILTERS, _HANN = mel_filters("cpu", 80), torch.hann_window(400)


def log_mel(audio: torch.Tensor) -> torch.Tensor:
    """`whisper.log_mel_spectrogram` with the maximum taken a window, shape (batch, 80, frames)."""
    spectrum = torch.stft(audio, 400, 160, window=_HANN, return_complex=True)[..., :-1]
    power = torch.view_as_real(spectrum).square().sum(-1)
    decades = torch.clamp(_FILTERS @ power, min=1e-10).log10()
    decades = torch.maximum(decades, decades.amax((1, 2), keepdim=True) - 8.0)
    return (decades + 4) / 4
