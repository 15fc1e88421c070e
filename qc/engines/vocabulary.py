"""Which token may come next: suppressed tokens, Whisper's timestamp rules and tokens that a checkpoint never learned.

The rules are those of `whisper.decoding` (Radford et al. 2022, section 4.5), but every one is a tensor operation on
the whole batch: the originals loop over rows and over all earlier tokens at each step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from whisper.tokenizer import Tokenizer

LATEST_START = 50
"""The first timestamp of a window is at most 50 * 0.02 s = 1.0 s, as in `whisper.DecodingOptions`."""


@dataclass(slots=True)
class State:
    """What the timestamp rules remember of each row, tensors of shape (rows,)."""

    timed: Tensor
    """The last token was a timestamp, or there was none."""
    paired: Tensor
    """The one before it was too, or there was none."""
    latest: Tensor
    """The last timestamp in units of 0.02 s; -1 before the first."""

    @classmethod
    def start(cls, rows: int, device: torch.device) -> State:
        """Before the first token."""
        return cls(
            torch.ones(rows, dtype=torch.bool, device=device),
            torch.ones(rows, dtype=torch.bool, device=device),
            torch.full((rows,), -1, device=device),
        )

    def copy(self, source: int, target: int) -> None:
        """Row `source` takes the place of row `target`."""
        for tensor in (self.timed, self.paired, self.latest):
            tensor[target] = tensor[source]


class Vocabulary:
    """Columns of the vocabulary projection.

    A checkpoint that was trained on few tokens has embedding rows of zeros. Their logit is always 0, so one of them
    stands for all: the choice is the same, and the normaliser counts it as often as there are such rows.
    """

    def __init__(self, embedding: Tensor, tokenizer: Tokenizer) -> None:
        """`embedding`: shape (tokens, width)."""
        device = embedding.device
        silent = {
            tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm, tokenizer.no_speech, tokenizer.no_timestamps,
            tokenizer.transcribe, tokenizer.translate, *tokenizer.all_language_tokens, *tokenizer.non_speech_tokens,
        }  # fmt: skip
        self.eot, self.begin = tokenizer.eot, tokenizer.timestamp_begin
        self.learned = embedding.abs().amax(1) > 0
        unlearned = [token for token in (~self.learned[: self.eot]).nonzero()[:, 0].tolist() if token not in silent]
        if unlearned:
            kept = self.learned.clone()
            kept[unlearned[0]] = True
            self.ids = kept.nonzero()[:, 0]
            self.weight = embedding[self.ids]
        else:
            self.ids = torch.arange(len(embedding), device=device)
            self.weight = embedding
        # Columns: text, end of text at `text`, special tokens, timestamps from `times` on.
        self.text = int((self.ids < self.eot).sum())
        self.times = int((self.ids < self.begin).sum())
        self.timestamps = len(self.ids) - self.times
        mute = torch.tensor(sorted(silent), device=device)
        self.bias = torch.zeros(len(self.ids), device=device)
        self.bias[torch.isin(self.ids, mute)] = -math.inf
        blank = torch.tensor([*tokenizer.encode(" "), self.eot], device=device)
        self.blank = torch.isin(self.ids, blank)
        self.count = torch.zeros(len(self.ids), device=device)
        if unlearned:
            self.count[self.ids == unlearned[0]] = math.log(len(unlearned))
        self._clock = torch.arange(self.timestamps, device=device)

    def logits(self, hidden: Tensor, state: State, first: bool, timed: bool) -> Tensor:
        """Logits after all rules, float32 of shape (rows, columns); forbidden ones are -inf.

        `hidden`: shape (rows, width). `first`: no token has been chosen yet. `timed`: timestamps are to be written.
        """
        logits = (hidden.to(self.weight.dtype) @ self.weight.T).float() + self.bias
        if not timed:
            logits[:, self.times :] = -math.inf
            return logits.masked_fill_(self.blank, -math.inf) if first else logits
        words, times = logits[:, : self.times], logits[:, self.times :]
        if first:
            words.fill_(-math.inf)
            times[:, LATEST_START + 1 :] = -math.inf
            return logits
        closing = state.timed & ~state.paired
        words[:, : self.text].masked_fill_(closing[:, None], -math.inf)
        # The next utterance may start where this one ends; an utterance must last.
        early = self._clock < (state.latest + (~closing).long())[:, None]
        times.masked_fill_(early | (state.timed & state.paired)[:, None], -math.inf)
        prefer_time = times.logsumexp(1) > words.amax(1)
        words.masked_fill_(prefer_time[:, None], -math.inf)
        return logits

    def choose(self, logits: Tensor, temperature: float, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """(columns, natural logarithms of their probabilities at temperature 1), both of shape (rows,)."""
        if temperature > 0:
            columns = torch.multinomial((logits / temperature).softmax(1), 1, generator=generator)[:, 0]
        else:
            columns = logits.argmax(1)
        chosen = logits.gather(1, columns[:, None])[:, 0]
        return columns, chosen - (logits + self.count).logsumexp(1)

    def advance(self, state: State, columns: Tensor) -> None:
        """Remember the chosen columns in `state`."""
        state.paired, state.timed = state.timed, columns >= self.times
        state.latest = torch.where(state.timed, columns - self.times, state.latest)
