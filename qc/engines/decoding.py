"""Greedy decoding of a batch of windows with Whisper's decoder, lean enough for two CPU cores.

What `whisper.decode` spends beside the arithmetic is left out: rules in Python for each row and step, hooks, growing
caches, finished rows that are carried along. Keys and values of the audio are computed once, caches are allocated
once, a finished row gives its place to the last one, and the cross-attention that word times need is kept as it is
computed, so no second pass is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from whisper.model import ResidualAttentionBlock, Whisper
from whisper.tokenizer import Tokenizer

from qc.engines.guards import has_loop
from qc.engines.vocabulary import State, Vocabulary

LOOP_CHECK, LONG_LOOP = 16, 32
"""Every so many tokens a row is given up when it has said the same over and over for so many."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one window said.

    ``tokens`` hold text and timestamps, no prompt and no end; ``logprobs`` are natural logarithms, one a token and
    one more for the end where it was reached. ``attention`` has shape (heads, len(logprobs), frames): how much each
    token, when it was chosen, looked at each encoder frame of 0.02 s.
    """

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    attention: Tensor
    no_speech: float
    finished: bool
    temperature: float = 0.0

    @property
    def avg_logprob(self) -> float:
        """Mean over tokens and end, as `whisper.DecodingResult.avg_logprob`."""
        return sum(self.logprobs) / (len(self.tokens) + 1)


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of one decoder layer; query, key and value of self-attention in one matrix."""

    norm: tuple[Tensor, Tensor]
    qkv: tuple[Tensor, Tensor]
    out: tuple[Tensor, Tensor]
    cross_norm: tuple[Tensor, Tensor]
    query: tuple[Tensor, Tensor]
    key: Tensor
    value: tuple[Tensor, Tensor]
    cross_out: tuple[Tensor, Tensor]
    mlp_norm: tuple[Tensor, Tensor]
    wide: tuple[Tensor, Tensor]
    narrow: tuple[Tensor, Tensor]
    heads: Tensor
    """Indices of this layer's alignment heads."""

    @classmethod
    def of(cls, block: ResidualAttentionBlock, heads: Tensor) -> Layer:
        """Copied from a block of `whisper.model.TextDecoder`."""
        own, cross, mlp = block.attn, block.cross_attn, block.mlp
        bias = torch.cat([own.query.bias, torch.zeros_like(own.query.bias), own.value.bias])
        # Both scalings of whisper.model.MultiHeadAttention, width ** -0.25 each, go to the key.
        scale = (cross.key.weight.shape[0] // cross.n_head) ** -0.5
        return cls(
            norm=(block.attn_ln.weight, block.attn_ln.bias),
            qkv=(torch.cat([own.query.weight, own.key.weight, own.value.weight]), bias),
            out=(own.out.weight, own.out.bias),
            cross_norm=(block.cross_attn_ln.weight, block.cross_attn_ln.bias),
            query=(cross.query.weight, cross.query.bias),
            key=cross.key.weight * scale,
            value=(cross.value.weight, cross.value.bias),
            cross_out=(cross.out.weight, cross.out.bias),
            mlp_norm=(block.mlp_ln.weight, block.mlp_ln.bias),
            wide=(mlp[0].weight, mlp[0].bias),
            narrow=(mlp[2].weight, mlp[2].bias),
            heads=heads,
        )


@dataclass(slots=True)
class Cache:
    """Keys and values of one layer: of the tokens so far, shape (rows, heads, context, width), and of the audio;
    ``audio_keys`` are transposed, shape (rows, heads, width, frames)."""

    keys: Tensor
    values: Tensor
    audio_keys: Tensor
    audio_values: Tensor

    def copy(self, source: int, target: int, length: int) -> None:
        """Row `source` takes the place of row `target`."""
        self.keys[target, :, :length] = self.keys[source, :, :length]
        self.values[target, :, :length] = self.values[source, :, :length]
        self.audio_keys[target] = self.audio_keys[source]
        self.audio_values[target] = self.audio_values[source]


class Decoder:
    """The decoder of a checkpoint, ready for batches of windows. Weights are those of `model`, of its type."""

    def __init__(self, model: Whisper, embedding: Tensor | None = None) -> None:
        """`embedding`: the token embedding in more precision than the model's, for language and no-speech logits."""
        decoder = model.decoder
        self.heads, self.context = model.dims.n_text_head, model.dims.n_text_ctx
        self.embedding, self.positions = decoder.token_embedding.weight, decoder.positional_embedding
        self.output = self.embedding if embedding is None else embedding
        self.norm = (decoder.ln.weight, decoder.ln.bias)
        alignment = model.alignment_heads.to_dense()
        self.layers = [
            Layer.of(block, alignment[number].nonzero()[:, 0]) for number, block in enumerate(decoder.blocks)
        ]
        self.dtype, self.device = self.embedding.dtype, self.embedding.device

    def caches(self, audio: Tensor, length: int) -> list[Cache]:
        """`audio`: encoder output, shape (rows, frames, width); `length`: tokens to make room for."""
        rows, frames, width = audio.shape
        shape = (rows, frames, self.heads, width // self.heads)
        own = (rows, self.heads, length, width // self.heads)
        return [
            Cache(
                audio.new_empty(own),
                audio.new_empty(own),
                F.linear(audio, layer.key).view(shape).permute(0, 2, 3, 1).contiguous(),
                F.linear(audio, *layer.value).view(shape).transpose(1, 2).contiguous(),
            )
            for layer in self.layers
        ]

    def step(self, tokens: Tensor, at: int, caches: Sequence[Cache]) -> tuple[Tensor, list[Tensor]]:
        """One token a row at position `at`: hidden states, shape (rows, width), and the cross-attention of the
        alignment heads, a tensor of shape (rows, heads, frames) a layer that has any."""
        rows = len(tokens)
        x = self.embedding[tokens] + self.positions[at]
        width = x.shape[1]
        size = (width,)
        split = (rows, self.heads, 1, width // self.heads)
        looks: list[Tensor] = []
        for layer, cache in zip(self.layers, caches, strict=True):
            query, key, value = (
                F.linear(F.layer_norm(x, size, *layer.norm), *layer.qkv).view(rows, 3, *split[1:]).unbind(1)
            )
            cache.keys[:rows, :, at : at + 1] = key
            cache.values[:rows, :, at : at + 1] = value
            heard = F.scaled_dot_product_attention(
                query, cache.keys[:rows, :, : at + 1], cache.values[:rows, :, : at + 1]
            )
            x = x + F.linear(heard.reshape(rows, width), *layer.out)
            query = F.linear(F.layer_norm(x, size, *layer.cross_norm), *layer.query).view(split)
            look = (query @ cache.audio_keys[:rows]).softmax(-1)
            if len(layer.heads):
                looks.append(look[:, layer.heads, 0])
            x = x + F.linear((look @ cache.audio_values[:rows]).reshape(rows, width), *layer.cross_out)
            x = x + F.linear(F.gelu(F.linear(F.layer_norm(x, size, *layer.mlp_norm), *layer.wide)), *layer.narrow)
        return F.layer_norm(x, size, *self.norm), looks

    @staticmethod
    def _stuck(tokens: Sequence[int], begin: int) -> bool:
        return has_loop([token for token in tokens[-3 * LONG_LOOP :] if token < begin], LONG_LOOP)

    def language_logits(self, audio: Tensor, tokenizer: Tokenizer, languages: Sequence[str]) -> Tensor:
        """Logits of the language tokens after the start token, float32 of shape (rows, len(languages))."""
        start = torch.full((len(audio),), tokenizer.sot, device=self.device)
        hidden, _ = self.step(start, 0, self.caches(audio, 1))
        tokens = [tokenizer.to_language_token(language) for language in languages]
        return hidden.to(self.output.dtype) @ self.output[tokens].T

    def decode(
        self,
        audio: Tensor,
        tokenizer: Tokenizer,
        vocabulary: Vocabulary,
        limits: Sequence[int],
        timed: bool = True,
        temperature: float = 0.0,
        seed: int = 0,
    ) -> list[Decoded]:
        """Decode the windows whose encoder output is `audio`, shape (rows, frames, width).

        ``limits[row]`` is the largest number of tokens; a row that has not ended by then is not `finished`. At
        `temperature` 0 the most probable token is chosen, above it is drawn with `seed`.
        """
        prompt = tokenizer.sot_sequence if timed else tokenizer.sot_sequence_including_notimestamps
        rows = len(audio)
        room = min(max(limits), self.context - len(prompt))
        caches = self.caches(audio, len(prompt) + room)
        hidden = audio[:, 0]
        looks: list[Tensor] = []
        no_speech = audio.new_zeros(rows, dtype=torch.float32)
        for at, token in enumerate(prompt):
            hidden, looks = self.step(torch.full((rows,), token, device=self.device), at, caches)
            if token == tokenizer.sot:
                no_speech = (hidden.to(self.output.dtype) @ self.output.T).float().softmax(1)[:, tokenizer.no_speech]
        generator = torch.Generator(self.device).manual_seed(seed)
        state = State.start(rows, self.device)
        attention = audio.new_empty((rows, sum(len(layer.heads) for layer in self.layers), room + 1, audio.shape[1]))
        slots = list(range(rows))
        said: list[list[int]] = [[] for _ in slots]
        logprobs: list[list[float]] = [[] for _ in slots]
        ended = [False] * rows
        for number in range(room + 1):
            logits = vocabulary.logits(hidden, state, number == 0, timed)
            columns, probabilities = vocabulary.choose(logits, temperature, generator)
            attention[slots, :, number] = torch.cat(looks, 1)
            vocabulary.advance(state, columns)
            tokens = vocabulary.ids[columns]
            at = len(prompt) + number
            for slot, (token, logprob) in reversed(
                list(enumerate(zip(tokens.tolist(), probabilities.tolist(), strict=True)))
            ):
                row = slots[slot]
                ended[row] = token == tokenizer.eot
                if ended[row] or number < min(limits[row], room):
                    logprobs[row].append(logprob)
                if not ended[row] and number < min(limits[row], room):
                    said[row].append(token)
                    if len(said[row]) % LOOP_CHECK or not self._stuck(said[row], vocabulary.begin):
                        continue
                last = len(slots) - 1
                if slot != last:
                    for cache in caches:
                        cache.copy(last, slot, at)
                    state.copy(last, slot)
                    tokens[slot] = tokens[last]
                    slots[slot] = slots[last]
                slots.pop()
            if not slots:
                break
            tokens = tokens[: len(slots)]
            state = State(state.timed[: len(slots)], state.paired[: len(slots)], state.latest[: len(slots)])
            hidden, looks = self.step(tokens, at, caches)
        return [
            Decoded(
                tuple(said[row]),
                tuple(logprobs[row]),
                attention[row, :, : len(logprobs[row])],
                no_speech[row].item(),
                ended[row],
                temperature,
            )
            for row in range(rows)
        ]
