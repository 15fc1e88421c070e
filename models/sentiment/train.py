"""Train the builtin sentiment classifier: ``python -m models.sentiment.train --data FOLDER --work FOLDER``.

Tokenizer, first embeddings from counts, masked-language training on all text, then classification of all sets
together with the baseline's out-of-fold probabilities as a second teacher. The learning rate follows elapsed
minutes; a run interrupted and started again with the same command goes on where it stopped. At the end the model is
exported and measured against the baseline (`models.sentiment.evaluate`).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.sentiment import baseline, batches, data, domain, network
from models.sentiment.evaluate import evaluate, predict
from models.sentiment.network import tag

MASKED_SHARE = 0.15
"""Share of the run that is masked-language training."""
RATES = {"masked": 1.5e-3, "classify": 1.4e-3}
AVERAGE, AVERAGE_EVERY = 0.98, 5
"""Decay of the running mean of the weights, which is what is shipped, and the steps between its updates."""
SAVE_EVERY = 120.0
MEASURE_EVERY = 420.0
DRAWN = 300
"""Validation rows of each set that the curve is measured on."""


class Run:
    """A training run and its state in the work folder."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.work: Path = arguments.work
        self.budget = arguments.minutes * 60.0
        self.elapsed, self.steps, self.stage = 0.0, 0, "masked"
        self.curve: list[dict[str, Any]] = []
        self.work.mkdir(parents=True, exist_ok=True)
        self.rows = data.labelled(arguments.data, arguments.permissive) + domain.rows()
        self.training = [row for row in self.rows if not row.validation]
        self.plain = list(data.plain_text(arguments.data, arguments.permissive)) + hotline_text()
        self.tokenizer = self._tokenizer()
        self.pieces = self.tokenizer.get_vocab_size()
        self.state_path = self.work / "state.pt"
        self.state = torch.load(self.state_path, weights_only=True) if self.state_path.exists() else None

    def _tokenizer(self) -> Tokenizer:
        path = self.work / "tokenizer.json"
        if not path.exists():
            chinese = [row.text for row in self.training if row.language == "zh"]
            random.Random(0).shuffle(chinese)
            texts = chinese[:50_000] + [row.text for row in self.training if row.language == "en"]
            texts += [row.text for row in self.training if row.language == "es"] * 3 + self.plain
            names = [source.name for source in data.SOURCES]
            network.train_tokenizer(texts, names).save(str(path))
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.enable_truncation(network.MAX_TOKENS)
        return tokenizer

    def go(self) -> None:
        """Both stages, then export and measure."""
        if self.state:
            self.elapsed, self.steps, self.stage = (self.state[key] for key in ("elapsed", "steps", "stage"))
            self.curve = json.loads(self.state["curve"])
        if self.stage == "masked":
            self._masked()
        self._classify()

    def _variants(self) -> list[list[list[int]]]:
        """Pieces of every training row, cut in `batches.VARIANTS` ways; the first is how texts are read later."""
        path = self.work / "pieces.npz"
        if not path.exists():
            order = random.Random(0)
            for number in range(batches.VARIANTS):
                texts = [batches.varied(row, order) for row in self.training]
                pieces = batches.pieces_of(self.tokenizer, texts, batches.DROPOUT if number else None)
                self._pack(self.work / f"pieces{number}.npz", pieces)
            self._pack(path, batches.pieces_of(self.tokenizer, self.plain, None))
        return [self._unpack(self.work / f"pieces{number}.npz") for number in range(batches.VARIANTS)]

    @staticmethod
    def _pack(path: Path, pieces: list[list[int]]) -> None:
        ends = np.cumsum([len(one) for one in pieces])
        np.savez(path, ends=ends, flat=np.concatenate([np.asarray(one, np.int32) for one in pieces]))

    @staticmethod
    def _unpack(path: Path) -> list[list[int]]:
        with np.load(path, allow_pickle=False) as loaded:
            return [one.tolist() for one in np.split(loaded["flat"], loaded["ends"][:-1])]

    def _masked(self) -> None:
        model = network.masked_language_model(self.pieces)
        variants, plain = self._variants(), self._unpack(self.work / "pieces.npz")
        if not self.state:
            model.model.embeddings.tok_embeddings.weight.data.copy_(
                network.first_embeddings([*variants[0], *plain], self.pieces)
            )
        firsts = [self.tokenizer.token_to_id(tag(row.set)) for row in self.training]
        texts = [*zip(variants[0], firsts, strict=True), *((one, None) for one in plain)]
        data_source = batches.Masked(texts, seed=self.steps)

        def loss(batch: tuple[torch.Tensor, torch.Tensor, torch.Tensor]) -> torch.Tensor:
            shown, mask, target = batch
            hidden = model.model(input_ids=shown, attention_mask=mask).last_hidden_state
            chosen = target >= 0
            return F.cross_entropy(model.decoder(model.head(hidden[chosen])).float(), target[chosen])

        self._train(model, iter(data_source), loss, MASKED_SHARE)
        self.stage, self.state = "classify", {"model": model.model.state_dict(), "fresh": True}

    def _classify(self) -> None:
        model = network.classifier(self.pieces)
        if self.state and self.state.get("fresh"):
            model.model.load_state_dict(self.state["model"])
            self.state = None
        soft = {name: own.soft for name, own in baseline.of_all(self.rows, self.work / "baseline").items()}
        variants = self._variants()
        tags = {source.name: self.tokenizer.token_to_id(tag(source.name)) for source in data.SOURCES}
        full, bag = (
            batches.Labelled(self.training, variants, tags, soft, self.steps + number, most)
            for number, most in enumerate((batches.BATCH_TOKENS, batches.BAG_TOKENS))
        )

        def loss_of(logits: torch.Tensor, batch: batches.Batch) -> torch.Tensor:
            logs = F.log_softmax(logits.float().masked_fill(~batch.allowed, -1e4), dim=-1)
            return (-(batch.target * logs).sum(-1) * batch.weight).mean()

        def loss(pair: tuple[batches.Batch, batches.Batch]) -> torch.Tensor:
            one, many = pair
            whole = loss_of(model(input_ids=one.pieces, attention_mask=one.mask).logits, one)
            return whole + loss_of(network.without_layers(model, many.pieces, many.mask), many)

        self._train(model, zip(full, bag, strict=True), loss, 1.0)
        network.export(model, self.tokenizer, self.work / "builtin")
        evaluate(
            self.rows, self.work / "builtin", baseline.of_all(self.rows, self.work / "baseline"), self.work, self.curve
        )

    def _train(self, model: torch.nn.Module, source: Iterator[Any], loss_of: Any, until: float) -> None:
        began = 0.0 if self.stage == "masked" else MASKED_SHARE
        mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE))
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
        if self.state:
            model.load_state_dict(self.state["model"])
            mean.load_state_dict(self.state["mean"])
            optimizer.load_state_dict(self.state["optimizer"])
        saved = measured = last = time.monotonic()
        losses: list[float] = []
        model.train()
        while (done := (self.elapsed / self.budget - began) / (until - began)) < 1:
            rate = RATES[self.stage] * min(1.0, done / 0.06 + 0.01) * max(0.02, 1 - done)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with torch.autocast("cpu", torch.bfloat16):
                loss = loss_of(next(source))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            if self.steps % AVERAGE_EVERY == 0:
                mean.update_parameters(model)
            losses.append(float(loss.detach()))
            self.steps += 1
            now = time.monotonic()
            self.elapsed += now - last
            last = now
            if now - measured > MEASURE_EVERY:
                self._note(losses, mean.module if self.stage == "classify" else None)
                losses, measured = [], time.monotonic()
                model.train()
                last = time.monotonic()
            if now - saved > SAVE_EVERY:
                self._save(model, mean, optimizer)
                saved = last = time.monotonic()
        if losses:
            self._note(losses, None)
        model.load_state_dict(mean.module.state_dict())

    def _note(self, losses: list[float], model: Any) -> None:
        entry: dict[str, Any] = {
            "minutes": round(self.elapsed / 60, 1), "stage": self.stage, "steps": self.steps,
            "loss": round(float(np.mean(losses)), 4),
        }  # fmt: skip
        if model is not None:
            for name in dict.fromkeys(row.set for row in self.rows):
                rows = [row for row in self.rows if row.set == name and row.validation]
                rows = random.Random(0).sample(rows, min(DRAWN, len(rows)))
                answers = predict(model.eval(), self.tokenizer, rows, tagged=True)
                entry[name] = round(baseline.macro_f1([row.label for row in rows], answers), 3)
            network.export(model, self.tokenizer, self.work / "latest")
        self.curve.append(entry)
        print(json.dumps(entry), flush=True)

    def _save(self, model: Any, mean: Any, optimizer: Any) -> None:
        part = self.state_path.with_suffix(".part")
        torch.save(
            {
                "model": model.state_dict(), "mean": mean.state_dict(), "optimizer": optimizer.state_dict(),
                "elapsed": self.elapsed, "steps": self.steps, "stage": self.stage, "curve": json.dumps(self.curve),
            },
            part,
        )  # fmt: skip
        part.replace(self.state_path)


def hotline_text(count: int = 4000) -> list[str]:
    """Sentences of the hotline without labels, from the recogniser's training grammar."""
    from models.recogniser.sentences import training_sentences

    return [text for language in domain.LANGUAGES for text in training_sentences(language, count, seed=7)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints and results")
    parser.add_argument("--minutes", type=float, default=60.0, help="wall time of training")
    parser.add_argument("--permissive", action="store_true", help="only sets whose licence allows any use")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    Run(arguments).go()


if __name__ == "__main__":
    main()
