"""The Whisper adapter: utterances packed into windows, decoded in batches, guarded, and every word timed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import torch
from torch import Tensor
from whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer

from qc.audio import Audio
from qc.call import Word
from qc.engines import checkpoint, invented, models
from qc.engines.batching import Batching
from qc.engines.decoding import Decoded, Decoder
from qc.engines.protocols import Transcription
from qc.engines.reading import Heard, heard, located, notes
from qc.engines.vocabulary import Vocabulary
from qc.engines.windows import LONGEST, Window, cut, pack
from qc.errors import LanguageError
from qc.interval import Timeline

SETTINGS = 2
"""Raised by hand when a change of this engine changes its words."""
TEMPERATURES = (0.2, 0.5, 0.8)
"""A window that fails its guards is decoded again at these, at most; `whisper.transcribe` climbs to 1.0 in five."""
SHORT_WINDOW = 12.0
"""Seconds of a window for checkpoints trained on short ones: attention grows with the square."""
BATCH, LARGE_BATCH, LARGE = 8, 4, 1024
"""Windows of a batch; fewer for checkpoints as wide as `medium`."""
VOTES = 4
"""The longest windows vote on the language (as many of them as fit into memory together)."""
TOKENS, TOKENS_A_SECOND = 24, 14.0
"""Room for the tokens of a window: some, and so many for each second of voice; more is a loop."""


@dataclass(frozen=True, slots=True)
class _Model:
    """A checkpoint in use: its encoder and decoder, the token embedding in float32 (bfloat16 logits would round to an
    eighth), how many languages its tokenizer has tokens for, and how many windows go together."""

    encoder: checkpoint.Encoder
    decoder: Decoder
    embedding: Tensor
    multilingual: bool
    languages: int
    batching: Batching


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
        manifest: Path | None = None,
    ) -> None:
        """`model`: a name or path for `models.resolve`; `languages`: those that may be chosen or asked for;
        `short_windows`: the checkpoint was trained on windows under 30 s (None: as the manifest says);
        `manifest`: of the site.

        Raises ModelError for a model that is missing, changed or unlisted; its weights are read at first use.
        """
        models.check_package("whisper")
        chosen = models.choose(model, folder, site=manifest)
        self.path = chosen.path
        self._sha256 = chosen.sha256(chosen.path.resolve().name)
        entry = models.entry_of(self.path, folder, manifest)
        options = entry.options if entry else {}
        self.short = bool(options.get("short_windows", False)) if short_windows is None else short_windows
        self._heads = options.get("alignment_heads") or models.official_name(self._sha256)
        self._allowed = tuple(languages)
        self.device, self.threads = device, threads
        # Precision is left out: it follows the hardware, and no recording is heard again for another processor.
        code = f"{SETTINGS}{'s' if self.short else ''}"
        self.version = f"{self._sha256[:16]}/{code}+{invented.version()}"

    @cached_property
    def _model(self) -> _Model:
        """Read at first use."""
        model = checkpoint.load(self.path, self.device, self._heads, self._sha256)
        dtype = checkpoint.precision(self.device)
        embedding = model.decoder.token_embedding.weight.detach().float()
        encoder = checkpoint.Encoder(model, dtype, self.short)
        model.decoder.to(dtype)
        batching = Batching(LARGE_BATCH if model.dims.n_audio_state >= LARGE else BATCH)
        decoder = Decoder(model, embedding)
        return _Model(encoder, decoder, embedding, model.is_multilingual, model.num_languages, batching)

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
        batching, halvings = self._model.batching, self._model.batching.halvings

        def heard_together(batch: Sequence[Window]) -> list[Heard]:
            nonlocal chosen
            features = self._encode(audio, batch)
            if chosen is None:
                chosen = self._vote(features[:VOTES], batch[:VOTES])
            return self._hear(features, batch, chosen)

        every = list(batching.results(windows, heard_together))
        found: list[list[Word]] = [[] for _ in speech]
        for each in every:
            found[each.window.channel] += located(each.window, each.words)
        ordered = tuple(tuple(sorted(channel, key=lambda word: word.interval)) for channel in found)
        every.sort(key=lambda each: (each.window.channel, each.window.source.start))
        found_notes = tuple(notes(every))
        count = Counter(note.code for note in found_notes)
        details = {
            "windows": float(len(windows)),
            "window_seconds": round(math.fsum(window.duration for window in windows), 2),
            "fallbacks": float(count["window_fallback"]),
            "doubtful": float(count["window_doubtful"]),
            "tokens": float(sum(len(each.decoded.tokens) for each in every)),
            "batch": float(batching.size),
            "batch_halvings": float(batching.halvings - halvings),
            "words_outside_speech": float(sum(each.outside for each in every)),
        }
        return Transcription(chosen or self._known(None), ordered, found_notes, details)

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

    def _hear(self, features: Tensor, batch: Sequence[Window], language: str) -> list[Heard]:
        """Decode, and decode again what fails its guards, warmer each time; the best is kept."""
        best: dict[int, Heard] = {}
        tokenizer = self._tokenizer(language)
        rows = list(range(len(batch)))
        for attempt, temperature in enumerate((0.0, *TEMPERATURES)):
            decoded = self._decode(features[rows], [batch[row] for row in rows], language, temperature, attempt)
            for row, one in zip(rows, decoded, strict=True):
                new = heard(batch[row], one, tokenizer, language, best.get(row))
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
