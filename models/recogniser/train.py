"""Train the builtin recogniser: ``python -m models.recogniser.train --work FOLDER --minutes 110``.

A checkpoint of Whisper's own architecture and file format, trained from nothing on synthetic speech
(`models.recogniser.corpus` makes it; shards that appear while training runs are taken up). The encoder first learns
phonetic units alone (CTC); then every step hears new windows with encoder and decoder, and lets the decoder read some
that the encoder heard lately (`replay`). Each worker is a process of one thread; their gradients are averaged. The
learning rate follows elapsed minutes, so a run interrupted and started again with the same command goes on where it
stopped. Stop it at any time: the newest weights are in ``WORK/builtin.pt``.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as workers
from whisper.model import disable_sdpa

from models.recogniser import corpus
from models.recogniser.network import Network
from models.recogniser.replay import Replay
from models.recogniser.speech import SAMPLE_RATE
from models.recogniser.windows import BATCH_SECONDS, Corpus, Windows

CTC_ONLY, CTC_LEARNED = 0.25, 0.65
"""The encoder learns phonetic units alone until their loss is this low, at most for this share of the run."""
MUON_RATE, ADAM_RATE = 1.2e-3, 6e-4
"""Peak learning rates: of the matrices inside the layers (Muon), and of all else (AdamW). With AdamW alone at 1e-3 an
hour of steps brought less than the twelve minutes in which the rate then fell; Muon against AdamW: see the card."""
WARM_STEPS = 200
COOLING = 0.1
"""Share of the run after which the learning rate falls to nothing along a cosine."""
LENGTHS = {0.0: (4, 6, 6, 8, 8, 12, 30), 0.6: (4, 6, 8, 12, 30, 30)}
"""Seconds of a window to draw from, from a share of the run on."""
SAVE_SECONDS = 240


class Trainer:
    """Network, optimiser and their state on disk, in one of `count` worker processes."""

    def __init__(self, work: Path, minutes: float, seed: int, start: Path | None, rank: int) -> None:
        torch.manual_seed(seed)
        self.work, self.minutes, self.rank = work, minutes, rank
        self.choice = random.Random(seed)
        self.data = Corpus(work)
        self.windows = Windows(self.data, self.choice)
        saved: dict[str, Any] = {}
        if (work / "state.pt").exists():
            saved = torch.load(work / "state.pt", weights_only=True)
        phones = {unit for rows in self.data.rows.values() for _, row in rows for unit in row[4]}
        self.network = Network(
            self.windows.base,
            saved.get("units") or sorted(phones),
            saved.get("tokens") or self._tokens(),
            saved.get("spoken_in") or self.windows.languages(),
        )
        self.parameters = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimisers = self._optimisers()
        self.step, self.elapsed, self.started, self.ctc_only = 0, 0.0, start is not None, start is None
        if saved:
            self.network.load_state_dict(saved["network"])
            for optimiser, state in zip(self.optimisers, saved["optimisers"], strict=True):
                optimiser.load_state_dict(state)
            self.step, self.elapsed, self.ctc_only = saved["step"], saved["elapsed"], saved["ctc_only"]
            print(f"worker {rank} goes on at step {self.step}, {self.elapsed:.1f} min", flush=True)
        elif start:
            self.network.start_from(torch.load(start, weights_only=True))
        self.choice.seed(f"{seed}/{self.step}/{rank}")
        self.windows.noise = np.random.default_rng(self.choice.randrange(2**31))
        self.replay = Replay(self.choice)

    def _optimisers(self) -> list[torch.optim.Optimizer]:
        """Muon for the matrices inside Whisper's layers, AdamW for all else."""
        matrices = [
            parameter
            for name, parameter in self.network.model.named_parameters()
            if ".blocks." in name and parameter.ndim == 2
        ]
        inside = {id(parameter) for parameter in matrices}
        others = [parameter for parameter in self.parameters if id(parameter) not in inside]
        return [
            torch.optim.Muon(matrices, lr=MUON_RATE, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0.01),
        ]

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
        used |= set(self.windows.languages())
        special = {base.eot, base.sot, base.sot_prev, base.transcribe, base.no_timestamps, base.no_speech}
        languages = {tokenizer.language_token for tokenizer in self.windows.tokenizers.values()}
        times = set(range(base.timestamp_begin, base.timestamp_begin + 1501))
        return sorted(used | special | languages | times)

    def save(self) -> None:
        """Weights as openai-whisper reads them, and the state to go on from."""
        state = {
            "network": self.network.state_dict(), "optimisers": [one.state_dict() for one in self.optimisers],
            "step": self.step, "elapsed": self.elapsed, "ctc_only": self.ctc_only,
            "units": self.network.units, "tokens": self.network.tokens, "spoken_in": self.network.spoken_in,
        }  # fmt: skip
        for name, content in (("builtin.pt", self.network.checkpoint()), ("state.pt", state)):
            torch.save(content, self.work / f"{name}.part")
            (self.work / f"{name}.part").rename(self.work / name)

    def run(self) -> Iterator[tuple[int, float, list[float]]]:
        """Train until the minutes are over; yields step, minutes, and the means of 50 steps of cross entropy, CTC,
        naming, guidance and copying of windows just heard, and of the cross entropy of windows read again."""
        history: list[tuple[float, ...]] = []
        last = saved = time.monotonic()
        while self.elapsed < self.minutes:
            history = [*history[-49:], self._train(self.elapsed / self.minutes)]
            self.step += 1
            now = time.monotonic()
            self.elapsed += (now - last) / 60
            last = now
            recent = np.mean(history, axis=0)
            self.ctc_only = self.ctc_only and recent[1] > CTC_LEARNED
            self._agree()
            if self.step % 50 == 0:
                yield self.step, self.elapsed, recent.tolist()
            if now - saved > SAVE_SECONDS:
                if self.rank == 0:
                    self.save()
                saved = now
                self.data.refresh()
        if self.rank == 0:
            self.save()

    def _train(self, share: float) -> tuple[float, ...]:
        """Hear new windows once, then read earlier ones; the six losses of `run`."""
        augment = self.started or self.step > 500
        lengths = [length for begin, length in LENGTHS.items() if share >= begin][-1]
        together = random.Random(self.step)  # the same in all workers: none waits for another's longer windows
        seconds = together.choice((3, 4, 5, 6) if self.ctc_only else lengths)
        batch = [self.windows.window(seconds, augment) for _ in range(max(2, BATCH_SECONDS // seconds))]
        low = self.choice.randrange(70) if augment and self.choice.random() < 0.4 else 0
        masked = range(low, low + self.choice.randrange(8)) if low else range(0)
        # On short windows plain attention is faster than the fused kernel.
        with disable_sdpa() if seconds < 10 else torch.enable_grad():
            audio, ctc, naming = self.network.hear(batch, masked, self.started and self.step < WARM_STEPS)
            if self.ctc_only:
                (ctc + naming).backward()
                self._learn(share)
                return 0.0, ctc.item(), naming.item(), 0.0, 0.0, 0.0
            cross, guidance, copying = self.network.read(audio, batch, self.choice)
            (cross + 0.5 * ctc + naming + guidance + copying).backward()
        self.replay.add(audio, batch)
        with disable_sdpa():
            again = self.network.read(*self.replay.draw(together.random()), self.choice)
            sum(again, start=torch.zeros(())).backward()
        self._learn(share)
        return tuple(loss.item() for loss in (cross, ctc, naming, guidance, copying, again[0]))

    def _learn(self, share: float) -> None:
        """One step of the optimisers, with the gradients of all workers."""
        cooled = max(0.0, min(1.0, (share - COOLING) / (1 - COOLING)))
        height = min(1.0, (self.step + 1) / WARM_STEPS) * (0.5 * (1 + math.cos(math.pi * cooled)) + 0.01)
        for optimiser, peak in zip(self.optimisers, (MUON_RATE, ADAM_RATE), strict=True):
            for group in optimiser.param_groups:
                group["lr"] = peak * height
        if workers.is_initialized():
            for parameter in self.parameters:  # a silent batch leaves parts of the network out, and not in all workers
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
            gradients = [parameter.grad for parameter in self.parameters if parameter.grad is not None]
            flat = torch.cat([gradient.flatten() for gradient in gradients]).bfloat16()
            workers.all_reduce(flat)
            shared = flat.float().div_(workers.get_world_size()).split([gradient.numel() for gradient in gradients])
            for gradient, mean in zip(gradients, shared, strict=True):
                gradient.copy_(mean.view_as(gradient))
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()

    def _agree(self) -> None:
        """All workers go by the first one's clock and stage."""
        if workers.is_initialized():
            told = torch.tensor([self.elapsed, float(self.ctc_only)], dtype=torch.float64)
            workers.broadcast(told, 0)
            self.elapsed, self.ctc_only = float(told[0]), bool(told[1])


def work(rank: int, arguments: argparse.Namespace) -> None:
    """One worker process."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    if arguments.workers > 1:
        meeting = f"file://{(arguments.work / 'workers').absolute()}"
        workers.init_process_group("gloo", init_method=meeting, rank=rank, world_size=arguments.workers)
    trainer = Trainer(arguments.work, arguments.minutes, arguments.seed, arguments.start, rank)
    if rank == 0:
        hours = {k: sum(r[3] - r[2] for _, r in rows) / SAMPLE_RATE / 3600 for k, rows in trainer.data.rows.items()}
        print({k: round(v, 1) for k, v in hours.items()}, "h;", len(trainer.network.tokens), "tokens", flush=True)
    with (arguments.work / f"curve-{rank}.csv").open("a", encoding="utf-8") as curve:
        for step, minutes, losses in trainer.run():
            curve.write(f"{step},{minutes:.2f}," + ",".join(f"{loss:.4f}" for loss in losses) + "\n")
            curve.flush()
            if rank == 0:
                told = zip(("cross", "ctc", "naming", "guidance", "copying", "again"), losses, strict=True)
                print(f"{step=} {minutes=:.1f}", *(f"{name}={loss:.3f}" for name, loss in told), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--work", type=Path, default=Path("build/recogniser"))
    parser.add_argument("--minutes", type=float, default=110, help="in all, earlier runs included")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="go on from this checkpoint where WORK has no state of its own")
    arguments = parser.parse_args()
    (arguments.work / "workers").unlink(missing_ok=True)
    if arguments.workers > 1:
        torch.multiprocessing.spawn(work, (arguments,), arguments.workers)  # type: ignore[no-untyped-call]
    else:
        work(0, arguments)


if __name__ == "__main__":
    main()
