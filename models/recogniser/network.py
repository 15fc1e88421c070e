"""The builtin recogniser while it learns: Whisper's modules, what stands beside them in training, and the losses."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from itertools import accumulate, chain, pairwise
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import Tokenizer

from models.recogniser.sounds import features
from models.recogniser.windows import NOWHERE, Window, log_mel, upsample

WIDTH, HEADS, ENCODER_LAYERS, DECODER_LAYERS = 256, 4, 4, 2
VOCABULARY = 51865
GUIDED_HEADS = (2, 4)
"""Heads of each decoder layer that are shown where in the audio to look: in the first layer where the token just read
was spoken, which its sound tells, and in the last one where the next is, all heads."""
TOLERANCE = 0.05
"""Seconds beside a token's own time in which attention counts half as near."""
MISREAD = 0.1
"""Share of the text tokens that the decoder is shown wrong, so that it does not only guess from the text."""
OWN = 0.3
"""Share of the tokens for which it is shown what it took them for when it last read the window: errors such as it makes
itself, after which it must find its place again."""


class Network(torch.nn.Module):
    """Whisper of `WIDTH`, a CTC layer over phonetic units, and token embeddings that share their sounds.

    `units` are the names of the phonetic units, `tokens` those of the tokenizer that occur at all, `spoken_in` the
    languages in whose texts a token occurs.
    """

    def __init__(
        self, tokenizer: Tokenizer, units: list[str], tokens: list[int], spoken_in: Mapping[int, list[str]]
    ) -> None:
        super().__init__()
        self.units, self.tokens, self.spoken_in = units, tokens, spoken_in
        self.model = Whisper(
            ModelDimensions(80, 1500, WIDTH, HEADS, ENCODER_LAYERS, VOCABULARY, 448, WIDTH, HEADS, DECODER_LAYERS)
        )
        torch.nn.init.normal_(self.model.decoder.positional_embedding, std=0.01)
        # The whole table is only written when saved: `embedding` is what learns.
        self.model.decoder.token_embedding.weight.requires_grad_(False).zero_()
        self.ctc = torch.nn.Linear(WIDTH, len(units) + 1)
        self.before = torch.nn.Linear(WIDTH, WIDTH)
        self.free = torch.nn.Parameter(torch.randn(len(tokens), WIDTH) * 0.04)
        *self.bags, number = features(tokenizer, tokens, spoken_in)
        self.sounds = torch.nn.Parameter(torch.randn(number, WIDTH) * 0.02)
        self.unit_index = {unit: index + 1 for index, unit in enumerate(units)}
        self.token_index = torch.full((VOCABULARY,), -1)
        self.token_index[torch.tensor(tokens)] = torch.arange(len(tokens))
        self.words = sum(token < tokenizer.eot for token in tokens)
        self.eot = tokenizer.eot
        # One more logit stands for all the tokens that never occur, so that none of them can win.
        self.never = math.log(VOCABULARY - len(tokens))

    @property
    def embedding(self) -> torch.Tensor:
        """Of every token that occurs, shape (tokens, width): its own part, and what its sounds give it."""
        indices, offsets, weights = self.bags
        return self.free + F.embedding_bag(indices, self.sounds, offsets, mode="sum", per_sample_weights=weights)

    def checkpoint(self) -> dict[str, Any]:
        """The content of a file that `whisper.load_model` opens, in float16."""
        weight = self.model.decoder.token_embedding.weight
        with torch.no_grad():
            weight.zero_()
            weight[torch.tensor(self.tokens)] = self.embedding
        halves = {name: value.half() for name, value in self.model.state_dict().items()}
        return {"dims": self.model.dims.__dict__, "model_state_dict": halves}

    def start_from(self, checkpoint: Mapping[str, Any]) -> None:
        """Take the weights of a checkpoint of ours; the CTC layer starts anew."""
        self.model.load_state_dict({name: value.float() for name, value in checkpoint["model_state_dict"].items()})
        with torch.no_grad():
            known = self.model.decoder.token_embedding.weight[torch.tensor(self.tokens)]
            self.free += known - self.embedding

    def hear(
        self, batch: list[Window], masked: range, settling: bool
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Encoder output, shape (batch, frames, width), its CTC loss on phonetic units, and how well it names tokens.

        The mel bands `masked` are zero. While a new CTC layer is `settling`, the encoder does not learn from it.
        """
        with torch.no_grad():
            mel = log_mel(torch.from_numpy(upsample(np.stack([window.audio for window in batch]))))
            mel[:, masked.start : masked.stop] = 0
        with torch.autocast("cpu", dtype=torch.bfloat16):
            audio = self._encode(mel)
            frames = self.ctc(audio.detach() if settling else audio).float().log_softmax(-1).transpose(0, 1)
        wanted = [[self.unit_index[unit] for unit in window.units if unit in self.unit_index] for window in batch]
        # A window without speech is left out: its loss, a sum over all frames, would drown the others.
        lengths = torch.tensor([len(window) for window in wanted])
        spoken = lengths > 0
        if not spoken.any():
            return audio, frames.sum() * 0, (self._told(audio).sum() + self.embedding.sum()) * 0
        loss = F.ctc_loss(
            frames[:, spoken],
            torch.tensor(list(chain.from_iterable(wanted))),
            torch.full((int(spoken.sum()),), len(frames)),
            lengths[spoken],
            zero_infinity=True,
        )
        return audio, loss, self._naming(audio, batch, settling)

    def _naming(self, audio: torch.Tensor, batch: list[Window], settling: bool) -> torch.Tensor:
        """Cross entropy of each token told from the encoder's output where it is spoken, and from nothing else, as the
        decoder's last layer would take it; and half that of the token before, by which the decoder finds the place.

        Without the first the decoder learned the sentences, not to listen.
        """
        rows, targets, spans = [], [], []
        for row, window in enumerate(batch):
            for token, span in zip(window.targets, window.places, strict=True):
                if span != NOWHERE and token < self.eot:
                    rows.append(row)
                    targets.append(token)
                    spans.append(span)
        first = (torch.tensor(spans) / 0.02).floor().long().clamp(0, audio.shape[1] - 1)[:, 0]
        last = (torch.tensor(spans) / 0.02).ceil().long().clamp(1, audio.shape[1])[:, 1].maximum(first + 1)
        sums = F.pad(audio.float().cumsum(1), (0, 0, 1, 0))
        place = torch.tensor(rows)
        means = (sums[place, last] - sums[place, first]) / (last - first)[:, None]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            embedding = self.embedding
            logits = self._told(means) @ embedding.T
            after = [index + 1 for index, (one, other) in enumerate(pairwise(rows)) if one == other]
            earlier = self.before((means.detach() if settling else means)[after]) @ embedding.T
        names = self.token_index[torch.tensor(targets)]
        naming: torch.Tensor = _CrossEntropy.apply(logits, names, self.never)
        if not after:
            return naming + 0 * earlier.sum()
        return naming + 0.5 * _CrossEntropy.apply(earlier, names[torch.tensor(after) - 1], self.never)

    def _told(self, audio: torch.Tensor) -> torch.Tensor:
        """What the decoder's last layer takes from encoder output that all its attention is on."""
        attention = self.model.decoder.blocks[-1].cross_attn
        told: torch.Tensor = attention.out(attention.value(audio))
        return told

    def read(
        self, audio: torch.Tensor, batch: list[Window], choice: random.Random
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Cross entropy of the decoder over encoder output of shape (batch, frames, width), guidance, and how well the
        last layer's attention to the audio names the next token by itself; all scalars.

        The last makes the decoder say what it hears: without it the attention was in place and the encoder's output
        named the token (1.5 nats), and still the decoder guessed from the text (3.0 nats on new sentences).
        """
        longest = max(len(window.inputs) for window in batch)
        inputs = torch.full((len(batch), longest), self.eot)
        targets = torch.full((len(batch), longest), -100)
        guesses = torch.full((len(batch), longest), -1)
        for row, window in enumerate(batch):
            guesses[row, 1 : len(window.guesses) + 1] = torch.tensor(window.guesses)
            inputs[row, : len(window.inputs)] = torch.tensor(window.inputs)
            targets[row, : len(window.targets)] = torch.tensor(window.targets)
        shown = self.token_index[inputs]
        noise = torch.Generator().manual_seed(choice.randrange(2**31))
        misread = (torch.rand(shown.shape, generator=noise) < MISREAD) & (inputs < self.eot)
        shown = torch.where(misread, torch.randint(self.words, shown.shape, generator=noise), shown)
        own = (torch.rand(shown.shape, generator=noise) < OWN) & (guesses >= 0)
        shown = torch.where(own, guesses, shown)
        kept = targets >= 0
        embedding = self.embedding
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden, attention, told = self._decode(shown, embedding, audio)
            logits = hidden[kept] @ embedding.T
            words = kept & (targets < self.eot)
            copied = told[words] @ embedding.T
        names = self.token_index[targets[kept]]
        cross = _CrossEntropy.apply(logits, names, self.never)
        self._remember(batch, kept, names, logits.detach().argmax(-1))
        copying = (
            _CrossEntropy.apply(copied, self.token_index[targets[words]], self.never) if len(copied) else 0 * cross
        )
        return cross, self._guidance(attention, batch), copying

    def _remember(self, batch: list[Window], kept: torch.Tensor, names: torch.Tensor, taken: torch.Tensor) -> None:
        """Note in each window what the decoder took its tokens for; a word for a time or the reverse is not kept."""
        guesses = torch.full(kept.shape, -1)
        guesses[kept] = torch.where((taken < self.words) == (names < self.words), taken, -1)
        for row, window in enumerate(batch):
            window.guesses = guesses[row, : len(window.targets) - 1].tolist()

    def _encode(self, mel: torch.Tensor) -> torch.Tensor:
        """As Whisper's encoder, for a mel of any length up to 30 s."""
        encoder = self.model.encoder
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        x = x + encoder.positional_embedding[: x.shape[1]]
        for block in encoder.blocks:
            x = block(x)
        return encoder.ln_post(x)

    def _decode(
        self, tokens: torch.Tensor, embedding: torch.Tensor, audio: torch.Tensor
    ) -> tuple[torch.Tensor, list[torch.Tensor], torch.Tensor]:
        """Hidden states, the attention of each layer's guided heads (batch, head, token, frame), and what the last
        layer takes from the audio."""
        decoder = self.model.decoder
        x = F.embedding(tokens, embedding) + decoder.positional_embedding[: tokens.shape[1]]
        attention = []
        for block, guided in zip(decoder.blocks, GUIDED_HEADS, strict=True):
            x = x + block.attn(block.attn_ln(x), mask=decoder.mask)[0]
            query = block.cross_attn_ln(x)
            told = block.cross_attn(query, audio)[0]
            x = x + told
            x = x + block.mlp(block.mlp_ln(x))
            heads = WIDTH // HEADS * guided
            q, k = block.cross_attn.query(query)[..., :heads], block.cross_attn.key(audio)[..., :heads]
            q, k = (part.unflatten(-1, (guided, -1)).transpose(1, 2) for part in (q, k))
            attention.append((q @ k.transpose(-1, -2)).float() * (WIDTH // HEADS) ** -0.5)
        return decoder.ln(x), attention, told

    def _guidance(self, attention: list[torch.Tensor], batch: list[Window]) -> torch.Tensor:
        """How far the guided heads look past where they should: -log of the attention near it.

        After Tachibana et al., "Efficiently trainable text-to-speech system based on deep convolutional networks with
        guided attention" (2017). Without it the decoder learned to guess from the text alone and never to listen. Shown
        the next token's place in both layers, it looked for the token that it guessed, and lost its place with every
        wrong guess; the place of the token just read needs no guess, and the next is after it.
        """
        longest, frames = attention[0].shape[2], attention[0].shape[3]
        following = torch.zeros(len(batch), longest, 2)
        read = torch.zeros(len(batch), longest, 2)
        for row, window in enumerate(batch):
            following[row, : len(window.places)] = torch.tensor(window.places)
            latest = accumulate(window.places, lambda known, place: known if place == NOWHERE else place)
            read[row, 1 : len(window.places)] = torch.tensor(list(latest)[:-1])
        times = (torch.arange(frames) + 0.5) * 0.02
        total = torch.zeros(())
        for scores, places in zip(attention, (read, following), strict=True):
            heard = places[..., 1] > 0
            if heard.any():
                first, last = places[heard][..., None].unbind(-2)
                outside = (first - times).clamp(min=0) + (times - last).clamp(min=0)
                near = -((outside / TOLERANCE) ** 2) / 2
                shares = scores.transpose(1, 2)[heard].log_softmax(-1)
                total = total - torch.logsumexp(shares + near[:, None], -1).mean()
        return total / len(attention)


class _CrossEntropy(torch.autograd.Function):
    """Mean cross entropy with one more constant logit; in a third of the memory traffic of torch's own."""

    @staticmethod
    def forward(ctx: Any, logits: torch.Tensor, targets: torch.Tensor, constant: float) -> torch.Tensor:
        total = torch.logaddexp(logits.float().logsumexp(-1), torch.tensor(constant))
        ctx.save_for_backward(logits, targets, total)
        return (total - logits.gather(-1, targets[:, None])[:, 0].float()).mean()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        logits, targets, total = ctx.saved_tensors
        shares = logits.float().sub_(total[:, None]).exp_()
        shares[torch.arange(len(targets)), targets] -= 1
        return shares.mul_(gradients[0] / len(targets)).to(logits.dtype), None, None
