"""The Whisper adapter: utterances packed into windows, decoded in batches, guarded, and every word timed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer

from qc.audio import Audio
from qc.call import QualityNote, Word
from qc.engines import alignment, checkpoint, guards, models, words
from qc.engines.alignment import Span
from qc.engines.decoding import Decoded, Decoder
from qc.engines.protocols import Transcription
from qc.engines.vocabulary import Vocabulary
from qc.engines.windows import LONGEST, Window, cut, pack
from qc.errors import LanguageError
from qc.interval import Interval, Timeline

SETTINGS = 1
"""Raised by hand when a change of this engine changes its words."""
TEMPERATURES = (0.2, 0.5, 0.8)
"""A window that fails its guards is decoded again at these, at most; `whisper.transcribe` climbs to 1.0 in five."""
SHORT_WINDOW = 12.0
"""Seconds of a window for checkpoints trained on short ones: attention grows with the square."""
BATCH, LARGE_BATCH, LARGE = 8, 4, 1024
"""Windows of a batch; fewer for checkpoints as wide as `medium`."""
VOTES = 4
"""The longest windows vote on the language."""
TOKENS, TOKENS_A_SECOND = 24, 14.0
"""Room for the tokens of a window: some, and so many for each second of voice; more is a loop."""
NEAR = 0.3
"""Text that the model puts further than this from any piece, seconds, was not spoken."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A window's best decoding, what its guards said, and how often it was decoded."""

    window: Window
    decoded: Decoded
    words: tuple[words.TimedWord, ...]
    verdict: guards.Verdict
    first: guards.Verdict


@dataclass(frozen=True, slots=True)
class _Model:
    """A checkpoint in use: its encoder and decoder, the token embedding in float32 (bfloat16 logits would round to an
    eighth), how many languages its tokenizer has tokens for, windows of a batch."""

    encoder: checkpoint.Encoder
    decoder: Decoder
    embedding: Tensor
    multilingual: bool
    languages: int
    batch: int


class WhisperTranscriber:
    """Any checkpoint of openai-whisper's format as a `Transcriber`."""

    name = "whisper"

    def __init__(
        self,
        model: str | Path = "builtin",
        languages: Sequence[str] = ("zh", "en", "es"),
        device: str = "cpu",
        threads: int = 1,
        folder: Path = models.FOLDER,
        short_windows: bool | None = None,
    ) -> None:
        """`model`: a name or path for `models.resolve`; `languages`: those that may be chosen or asked for;
        `short_windows`: the checkpoint was trained on windows under 30 s (None: as the manifest says).

        Raises ModelError for a model that is missing, changed or unlisted; its weights are read at first use.
        """
        self.path = models.resolve(model, folder)
        entry = models.entry_of(self.path, folder)
        options = entry.options if entry else {}
        self.short = bool(options.get("short_windows", False)) if short_windows is None else short_windows
        self._heads = options.get("alignment_heads") or models.official_name(models.file_hash(self.path))
        self._allowed = tuple(languages)
        self.device, self.threads = device, threads
        # Precision is left out: it follows the hardware, and no recording is heard again for another processor.
        self.version = f"{models.file_hash(self.path)[:16]}/{SETTINGS}{'s' if self.short else ''}"

    @cached_property
    def _model(self) -> _Model:
        """Read at first use."""
        model = checkpoint.load(self.path, self.device, self._heads)
        dtype = checkpoint.precision(self.device)
        embedding = model.decoder.token_embedding.weight.detach().float()
        encoder = checkpoint.Encoder(model, dtype, self.short)
        model.decoder.to(dtype)
        batch = LARGE_BATCH if model.dims.n_audio_state >= LARGE else BATCH
        return _Model(encoder, Decoder(model, embedding), embedding, model.is_multilingual, model.num_languages, batch)

    def _tokenizer(self, language: str) -> Tokenizer:
        number = self._model.languages
        return get_tokenizer(self._model.multilingual, num_languages=number, language=language, task="transcribe")

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Those of the allowed languages that the checkpoint was trained on."""
        if not self._model.multilingual:
            return tuple(language for language in self._allowed if language == "en")
        tokenizer = self._tokenizer("en")
        known = set(tokenizer.all_language_codes)
        return tuple(
            language
            for language in self._allowed
            if language in known and bool(self._model.embedding[tokenizer.to_language_token(language)].any())
        )

    def transcribe(self, audio: Audio, speech: Sequence[Timeline], language: str | None = None) -> Transcription:
        """Words of each channel; see `qc.engines.protocols.Transcriber`. Deterministic on one machine."""
        if language is not None and language not in self._allowed:
            name = LANGUAGES.get(language, language)
            raise LanguageError(f"{name} is not among the languages {', '.join(self._allowed)}")
        torch.set_num_threads(self.threads)
        with torch.inference_mode():
            return self._transcribe(audio, speech, language)

    def _transcribe(self, audio: Audio, speech: Sequence[Timeline], language: str | None) -> Transcription:
        chosen = self._known(language) if language else None
        windows = [window for channel, line in enumerate(speech) for window in self._pack(audio, channel, line)]
        windows.sort(key=lambda window: (-window.duration, window.channel, window.source.start))
        heard: list[_Heard] = []
        for first in range(0, len(windows), self._model.batch):
            batch = windows[first : first + self._model.batch]
            features = self._encode(audio, batch)
            if chosen is None:
                chosen = self._vote(features[:VOTES], batch[:VOTES])
            heard += self._hear(features, batch, chosen)
        found: list[list[Word]] = [[] for _ in speech]
        for each in heard:
            found[each.window.channel] += _located(each.window, each.words)
        ordered = tuple(tuple(sorted(channel, key=lambda word: word.interval)) for channel in found)
        heard.sort(key=lambda each: (each.window.channel, each.window.source.start))
        notes = tuple(_notes(heard))
        count = Counter(note.code for note in notes)
        details = {
            "windows": float(len(windows)),
            "window_seconds": round(math.fsum(window.duration for window in windows), 2),
            "fallbacks": float(count["window_fallback"]),
            "doubtful": float(count["window_doubtful"]),
            "tokens": float(sum(len(each.decoded.tokens) for each in heard)),
        }
        return Transcription(chosen or self._known(None), ordered, notes, details)

    def _known(self, language: str | None) -> str:
        if not self.languages:
            raise LanguageError(f"{self.path.name} knows none of the languages {', '.join(self._allowed)}")
        if language is not None and language not in self.languages:
            raise LanguageError(f"{self.path.name} knows {', '.join(self.languages)}, not {language}")
        return language or self.languages[0]

    def _pack(self, audio: Audio, channel: int, line: Timeline) -> tuple[Window, ...]:
        parts = [part for each in line for part in cut(each, partial(audio.read, channel=channel))]
        return pack(parts, channel, SHORT_WINDOW if self.short else LONGEST)

    def _encode(self, audio: Audio, batch: Sequence[Window]) -> Tensor:
        encoder, decoder = self._model.encoder, self._model.decoder
        samples = [window.samples(partial(audio.read, channel=window.channel)) for window in batch]
        return encoder(encoder.mel(samples)).to(decoder.dtype)

    def _vote(self, features: Tensor, batch: Sequence[Window]) -> str:
        """The language with the most probability, windows weighted by their speech."""
        decoder = self._model.decoder
        first = self._known(None)
        if len(self.languages) == 1:
            return first
        logits = decoder.language_logits(features, self._tokenizer(first), self.languages)
        weights = torch.tensor([window.voice for window in batch], device=logits.device)
        return self.languages[int((logits.softmax(1) * weights[:, None]).sum(0).argmax())]

    def _hear(self, features: Tensor, batch: Sequence[Window], language: str) -> list[_Heard]:
        """Decode, and decode again what fails its guards, warmer each time; the best is kept."""
        best: dict[int, _Heard] = {}
        rows = list(range(len(batch)))
        for attempt, temperature in enumerate((0.0, *TEMPERATURES)):
            decoded = self._decode(features[rows], [batch[row] for row in rows], language, temperature, attempt)
            for row, one in zip(rows, decoded, strict=True):
                new = self._judged(batch[row], one, language, best.get(row))
                if row not in best or new.verdict.rank > best[row].verdict.rank:
                    best[row] = new
            rows = [row for row in rows if best[row].verdict.reasons]
            if not rows:
                break
        return [best[row] for row in range(len(batch))]

    def _decode(
        self, features: Tensor, batch: Sequence[Window], language: str, temperature: float, seed: int
    ) -> list[Decoded]:
        decoder = self._model.decoder
        tokenizer = self._tokenizer(language)
        limits = [TOKENS + int(TOKENS_A_SECOND * window.voice) for window in batch]
        return decoder.decode(features, tokenizer, self._vocabulary, limits, temperature=temperature, seed=seed)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self._model.embedding, self._tokenizer("en"))

    def _judged(self, window: Window, decoded: Decoded, language: str, earlier: _Heard | None) -> _Heard:
        read = read_words(window, decoded, self._tokenizer(language), language)
        verdict = guards.judge(
            ("" if language in words.UNSPACED else " ").join(word.text for word in read),
            [word.text for word in read],
            window.voice,
            _text_logprob(decoded, self._vocabulary.begin),
            language,
            decoded.finished,
        )
        if decoded.no_speech > guards.SILENT and "improbable" in verdict.reasons:
            read = ()
        return _Heard(window, decoded, read, verdict, earlier.first if earlier else verdict)


def read_words(window: Window, decoded: Decoded, tokenizer: Tokenizer, language: str) -> tuple[words.TimedWord, ...]:
    """Words of a decoded window in window time. Text that the model's timestamps put outside every piece is dropped."""
    pieces = [piece.inside for piece in window.pieces]
    frames = np.unique(np.concatenate([_frames(piece, decoded.attention.shape[-1]) for piece in pieces]))
    utterances = [
        Span(each.first, each.last, each.inside and alignment.snapped(each.inside, pieces))
        for each in alignment.spans(decoded.tokens, tokenizer.timestamp_begin)
    ]
    lengths = [words.length(token, tokenizer) for token in decoded.tokens]
    lengths += [0.0] * (len(decoded.logprobs) - len(lengths))
    times = alignment.token_times(decoded.attention.float().cpu().numpy(), frames, utterances, lengths)
    kept = [
        at
        for span in utterances
        if span.inside is None or any(piece.gap(span.inside) < NEAR for piece in pieces)
        for at in range(span.first, span.last)
        if decoded.tokens[at] < tokenizer.eot
    ]
    said, heard = [decoded.tokens[at] for at in kept], [decoded.logprobs[at] for at in kept]
    return tuple(words.assemble(said, [times[at] for at in kept], heard, tokenizer, language))


def _frames(piece: Interval, frames: int) -> NDArray[np.intp]:
    return np.arange(math.floor(piece.start / alignment.FRAME), min(frames, math.ceil(piece.end / alignment.FRAME)))


def _text_logprob(decoded: Decoded, begin: int) -> float:
    """Mean over the text's tokens: probabilities of timestamps are low by nature."""
    text = [logprob for token, logprob in zip(decoded.tokens, decoded.logprobs, strict=False) if token < begin]
    return math.fsum(text) / len(text) if text else 0.0


def _located(window: Window, read: Sequence[words.TimedWord]) -> Iterator[Word]:
    for word in read:
        place = window.locate(Interval(word.start, max(word.end, word.start + alignment.FRAME)))
        if place is not None:
            yield Word(place, word.text, word.probability)


def _notes(heard: Sequence[_Heard]) -> Iterator[QualityNote]:
    for each in heard:
        if not each.first.reasons:
            continue
        source = each.window.source
        place: dict[str, str | float] = {
            "channel": float(each.window.channel), "start": round(source.start, 2), "end": round(source.end, 2)
        }  # fmt: skip
        if each.verdict.reasons:
            place |= {"reasons": ", ".join(each.verdict.reasons), "probability": _rounded(each.verdict.avg_logprob)}
            yield QualityNote("window_doubtful", place)
        else:
            place |= {"reasons": ", ".join(each.first.reasons), "temperature": each.decoded.temperature}
            yield QualityNote("window_fallback", place)


def _rounded(logprob: float) -> float:
    return round(math.exp(logprob), 3)
