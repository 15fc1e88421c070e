"""Train the builtin recogniser: ``python -m models.recogniser.train --work FOLDER --minutes 110``.

A checkpoint of Whisper's own architecture and file format, trained from nothing on synthetic speech
(`models.recogniser.corpus` makes it; shards that appear while training runs are taken up). The encoder starts with a
CTC loss on phonetic units alone, then the decoder learns to read the frozen encoder's output (`reading`), then both
train together. The learning rate follows elapsed minutes, so a run interrupted and started again with the
same command goes on where it stopped. Stop it at any time: the newest weights are in ``WORK/builtin.pt``.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from whisper.model import ModelDimensions, Whisper, disable_sdpa

from models.recogniser import corpus
from models.recogniser.reading import hear, read
from models.recogniser.sounds import features
from models.recogniser.speech import SAMPLE_RATE
from models.recogniser.windows import BATCH_SECONDS, Corpus, Window, Windows, log_mel, upsample

WIDTH, HEADS, ENCODER_LAYERS, DECODER_LAYERS = 256, 4, 4, 2
CTC_ONLY, CTC_LEARNED = 0.4, 0.65
"""The encoder learns phonetic units alone until their loss is this low, at most for this share of the run."""
PEAK_RATE = 1e-3
READING, READING_ROUNDS, READING_WINDOWS = 0.3, 3, 6000
"""Share of the run in which the decoder learns alone, from so many windows in each of so many rounds."""
COOLING = 0.75
"""Share of the run after which the learning rate falls to nothing along a cosine."""
GUIDED_HEADS = 2
"""Heads of each decoder layer that are shown where in the audio a token is heard."""


class Trainer:
    """Model, optimiser and their state on disk."""

    def __init__(self, work: Path, minutes: float, seed: int) -> None:
        torch.manual_seed(seed)
        self.work, self.minutes = work, minutes
        self.choice = random.Random(seed)
        self.data = Corpus(work)
        self.windows = Windows(self.data, self.choice)
        self.model = Whisper(
            ModelDimensions(80, 1500, WIDTH, HEADS, ENCODER_LAYERS, 51865, 448, WIDTH, HEADS, DECODER_LAYERS)
        )
        torch.nn.init.zeros_(self.model.decoder.token_embedding.weight)
        torch.nn.init.normal_(self.model.decoder.positional_embedding, std=0.01)
        saved: dict[str, Any] | None = None
        if (work / "state.pt").exists():
            saved = torch.load(work / "state.pt", weights_only=True)
        phones = {unit for rows in self.data.rows.values() for _, row in rows for unit in row[4]}
        self.units = list(saved["units"]) if saved else sorted(phones)
        self.unit_index = {unit: index + 1 for index, unit in enumerate(self.units)}
        self.tokens = list(saved["tokens"]) if saved else self._tokens()
        self.ctc = torch.nn.Linear(WIDTH, len(self.units) + 1)
        self.free = torch.nn.Parameter(torch.randn(len(self.tokens), WIDTH) * 0.04)
        *self.bags, number = features(self.windows.base, self.tokens, self._languages())
        self.sounds = torch.nn.Parameter(torch.randn(number, WIDTH) * 0.02)
        named = [p for name, p in self.model.named_parameters() if "token_embedding" not in name]
        self.parameters = [*named, self.free, *self.ctc.parameters(), self.sounds]
        self.optimiser = torch.optim.AdamW(self.parameters, lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
        self.step, self.elapsed, self.ctc_only, self.rounds = 0, 0.0, True, 0
        if saved:
            self.model.load_state_dict(saved["model"])
            self.ctc.load_state_dict(saved["ctc"])
            self.free.data, self.sounds.data = saved["free"], saved["sounds"]
            self.optimiser.load_state_dict(saved["optimiser"])
            self.step, self.elapsed, self.ctc_only = saved["step"], saved["elapsed"], saved["ctc_only"]
            self.rounds = saved.get("rounds", 0)
            self.choice.seed(self.step)
            print(f"resumed at step {self.step}, {self.elapsed:.1f} min", flush=True)
        self.token_index = torch.full((51865,), -1)
        self.token_index[torch.tensor(self.tokens)] = torch.arange(len(self.tokens))
        # One more logit stands for all the tokens that never occur, so that none of them can win.
        self.never = math.log(51865 - len(self.tokens))

    @property
    def embedding(self) -> torch.Tensor:
        """Of every token that occurs, shape (tokens, width): its own part, and what its sounds give it."""
        indices, offsets, weights = self.bags
        return self.free + F.embedding_bag(indices, self.sounds, offsets, mode="sum", per_sample_weights=weights)

    def _languages(self) -> dict[int, set[str]]:
        """Languages in whose texts a token occurs."""
        spoken: dict[int, set[str]] = {}
        for language, rows in self.data.rows.items():
            for _, row in rows:
                for token in self.windows.encode(language, row[1]):
                    spoken.setdefault(token, set()).add(language)
        return spoken

    def _tokens(self) -> list[int]:
        """Every token that may occur: those of the shards that are there, of those to come, and the special ones."""
        base = self.windows.base
        used = {
            token
            for shard in range(12)
            for language, text in corpus.texts(shard, 12_000)
            for token in self.windows.encode(language, text)
        }
        self.windows.encoded.clear()
        used |= set(self._languages())
        special = {base.eot, base.sot, base.sot_prev, base.transcribe, base.no_timestamps, base.no_speech}
        languages = {tokenizer.language_token for tokenizer in self.windows.tokenizers.values()}
        times = set(range(base.timestamp_begin, base.timestamp_begin + 1501))
        return sorted(used | special | languages | times)

    def save(self) -> None:
        """Weights as openai-whisper reads them (float16), and the state to go on from."""
        weight = self.model.decoder.token_embedding.weight
        with torch.no_grad():
            weight.zero_()
            weight[torch.tensor(self.tokens)] = self.embedding
        halves = {name: value.half() for name, value in self.model.state_dict().items()}
        state = {
            "model": self.model.state_dict(), "ctc": self.ctc.state_dict(), "free": self.free.data,
            "sounds": self.sounds.data,
            "optimiser": self.optimiser.state_dict(), "step": self.step, "elapsed": self.elapsed,
            "ctc_only": self.ctc_only, "rounds": self.rounds, "units": self.units, "tokens": self.tokens,
        }  # fmt: skip
        for name, content in (
            ("builtin.pt", {"dims": self.model.dims.__dict__, "model_state_dict": halves}),
            ("state.pt", state),
        ):
            torch.save(content, self.work / f"{name}.part")
            (self.work / f"{name}.part").rename(self.work / name)

    def start_from(self, checkpoint: Path) -> None:
        """Take the weights of a checkpoint of ours; the CTC layer and the optimiser start anew."""
        weights = torch.load(checkpoint, weights_only=True)["model_state_dict"]
        self.model.load_state_dict({name: value.float() for name, value in weights.items()})
        with torch.no_grad():
            known = self.model.decoder.token_embedding.weight[torch.tensor(self.tokens)]
            self.free += known - self.embedding

    def encode(self, mel: torch.Tensor) -> torch.Tensor:
        """Encoder output, shape (batch, frames / 2, width), of a mel of any length up to 30 s."""
        encoder = self.model.encoder
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        x = x + encoder.positional_embedding[: x.shape[1]]
        for block in encoder.blocks:
            x = block(x)
        return encoder.ln_post(x)

    def _decode(
        self, tokens: torch.Tensor, embedding: torch.Tensor, audio: torch.Tensor
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Hidden states, and the attention of each layer's first `GUIDED_HEADS` heads (batch, head, token, frame)."""
        decoder = self.model.decoder
        x = F.embedding(tokens, embedding) + decoder.positional_embedding[: tokens.shape[1]]
        attention = []
        for block in decoder.blocks:
            x = x + block.attn(block.attn_ln(x), mask=decoder.mask)[0]
            query = block.cross_attn_ln(x)
            x = x + block.cross_attn(query, audio)[0]
            x = x + block.mlp(block.mlp_ln(x))
            heads = WIDTH // HEADS * GUIDED_HEADS
            q, k = block.cross_attn.query(query)[..., :heads], block.cross_attn.key(audio)[..., :heads]
            q, k = (part.unflatten(-1, (GUIDED_HEADS, -1)).transpose(1, 2) for part in (q, k))
            attention.append((q @ k.transpose(-1, -2)).float() * (WIDTH // HEADS) ** -0.5)
        return decoder.ln(x), attention

    def _guidance(self, attention: list[torch.Tensor], batch: list[Window]) -> torch.Tensor:
        """How far the guided heads look past where a token is heard: -log of the attention near it.

        After Tachibana et al., "Efficiently trainable text-to-speech system based on deep convolutional networks with
        guided attention" (2017). Without it the decoder learned to guess from the text alone and never to listen.
        """
        longest, frames = attention[0].shape[2], attention[0].shape[3]
        places = torch.zeros(len(batch), longest, 2)
        for row, window in enumerate(batch):
            places[row, : len(window.places)] = torch.tensor(window.places)
        heard = places[..., 1] > 0
        if not heard.any():
            return torch.zeros(())
        middle, tolerance = places[heard].unbind(-1)
        times = (torch.arange(frames) + 0.5) * 0.02
        near = -((times - middle[:, None]) ** 2) / (2 * tolerance[:, None] ** 2)
        total = torch.zeros(())
        for scores in attention:
            shares = scores.transpose(1, 2)[heard].log_softmax(-1)
            total = total - torch.logsumexp(shares + near[:, None], -1).mean()
        return total / len(attention)

    def losses(
        self, batch: list[Window], ctc_only: bool, augment: bool
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Cross entropy of the decoder, CTC of the encoder and guidance of the attention, all scalars."""
        with torch.no_grad():
            mel = log_mel(torch.from_numpy(upsample(np.stack([window.audio for window in batch]))))
            if augment and self.choice.random() < 0.4:
                low = self.choice.randrange(70)
                mel[:, low : low + self.choice.randrange(8)] = 0
        with torch.autocast("cpu", dtype=torch.bfloat16):
            audio = self.encode(mel)
            units = self.ctc(audio)
        frames = units.float().log_softmax(-1).transpose(0, 1)
        wanted = [[self.unit_index[unit] for unit in window.units if unit in self.unit_index] for window in batch]
        # A window without speech is left out: its loss, a sum over all frames, would drown the others.
        lengths = torch.tensor([len(window) for window in wanted])
        spoken = lengths > 0
        ctc = F.ctc_loss(
            frames[:, spoken],
            torch.tensor(list(chain.from_iterable(wanted))),
            torch.full((int(spoken.sum()),), len(frames)),
            lengths[spoken],
            zero_infinity=True,
        )
        if ctc_only:
            return torch.zeros(()), ctc, torch.zeros(())
        cross, guidance = self.decoder_losses(audio, batch)
        return cross, ctc, guidance

    def decoder_losses(self, audio: torch.Tensor, batch: list[Window]) -> tuple[torch.Tensor, torch.Tensor]:
        """Cross entropy and guidance over encoder output, shape (batch, frames, width); both scalars."""
        longest = max(len(window.inputs) for window in batch)
        inputs = torch.full((len(batch), longest), self.windows.base.eot)
        targets = torch.full((len(batch), longest), -100)
        for row, window in enumerate(batch):
            inputs[row, : len(window.inputs)] = torch.tensor(window.inputs)
            targets[row, : len(window.targets)] = torch.tensor(window.targets)
        kept = targets >= 0
        embedding = self.embedding
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden, attention = self._decode(self.token_index[inputs], embedding, audio)
            logits = hidden[kept] @ embedding.T
        logits = torch.cat([logits.float(), torch.full((len(logits), 1), self.never)], -1)
        return F.cross_entropy(logits, self.token_index[targets[kept]]), self._guidance(attention, batch)

    def _rate(self, share: float) -> float:
        cooled = max(0.0, min(1.0, (share - COOLING) / (1 - COOLING)))
        return PEAK_RATE * min(1.0, self.step / 400) * (0.5 * (1 + math.cos(math.pi * cooled)) + 0.01)

    def _seconds(self, share: float) -> int:
        if self.ctc_only:
            return self.choice.choice((3, 4, 5, 6))
        return self.choice.choice((4, 5, 6, 6, 8, 8, 30) if share < 0.85 else (6, 12, 30))

    def run(self) -> Iterator[tuple[int, float, list[float]]]:
        """Train until the minutes are over; yields step, minutes and the means of 50 steps of the three losses."""
        history: list[tuple[float, float, float]] = []
        last = saved = time.monotonic()
        while self.elapsed < self.minutes:
            share = self.elapsed / self.minutes
            if not self.ctc_only and self.rounds < READING_ROUNDS:
                began = time.monotonic()
                heard = hear(self, READING_WINDOWS)
                self.elapsed += (time.monotonic() - began) / 60
                self.rounds += 1
                yield from read(self, heard, READING * self.minutes / READING_ROUNDS)
                last = saved = time.monotonic()
                continue
            self.ctc_only = self.ctc_only and share < CTC_ONLY
            augment = share > 0.05
            seconds = self._seconds(share)
            count = max(2, BATCH_SECONDS // seconds)
            batch = [self.windows.window(seconds, augment) for _ in range(count)]
            # On short windows plain attention is faster than the fused kernel.
            with disable_sdpa() if seconds < 10 else nullcontext():
                cross, ctc, guidance = self.losses(batch, self.ctc_only, augment)
            loss = ctc if self.ctc_only else cross + 0.5 * ctc + guidance
            for group in self.optimiser.param_groups:
                group["lr"] = self._rate(share)
            self.optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.optimiser.step()
            self.step += 1
            now = time.monotonic()
            self.elapsed += (now - last) / 60
            last = now
            history.append((cross.item(), ctc.item(), guidance.item()))
            if self.step % 50 == 0:
                recent = np.mean(history[-50:], axis=0)
                self.ctc_only = self.ctc_only and recent[1] > CTC_LEARNED
                yield self.step, self.elapsed, recent.tolist()
            if now - saved > 240:
                self.save()
                saved = now
                self.data.refresh()
        self.save()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--work", type=Path, default=Path("build/recogniser"))
    parser.add_argument("--minutes", type=float, default=110, help="in all, earlier runs included")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="go on from this checkpoint where WORK has no state of its own")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    trainer = Trainer(arguments.work, arguments.minutes, arguments.seed)
    if arguments.start and trainer.step == 0:
        trainer.start_from(arguments.start)
    hours = {k: sum(r[3] - r[2] for _, r in rows) / SAMPLE_RATE / 3600 for k, rows in trainer.data.rows.items()}
    print({k: round(v, 1) for k, v in hours.items()}, "h;", len(trainer.tokens), "tokens", len(trainer.units), "units")
    with (arguments.work / "curve.csv").open("a", encoding="utf-8") as curve:
        for step, minutes, (cross, ctc, guidance) in trainer.run():
            curve.write(f"{step},{minutes:.2f},{cross:.4f},{ctc:.4f},{guidance:.4f}\n")
            curve.flush()
            print(f"step {step} {minutes:.1f} min, {cross=:.3f} {ctc=:.3f} {guidance=:.3f}", flush=True)


if __name__ == "__main__":
    main()
