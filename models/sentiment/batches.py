"""What the network sees: rows as pieces, mixed over the sets, in batches of similar length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from models.sentiment.data import LABELS, Row
from models.sentiment.network import END, MASK, MAX_TOKENS, PAD, START

BATCH_TOKENS, BAG_TOKENS = 3072, 9216
"""Padded pieces a step through the whole network, and through embeddings and head alone."""
VARIANTS = 3
"""Ways in which each text is cut into pieces."""
DROPOUT = 0.1
"""Share of the tokenizer's merges that are skipped at random (Provilkov et al. 2020)."""
TAGGED = 0.75
"""Share of the rows that say of which set they are."""
TEACHER = 0.5
"""Weight of the baseline's out-of-fold probabilities in the target."""
OWN_SHARE = 1.5
"""How much more often rows of this domain are seen than their number asks for."""
OWN_SET = "_hotline"
"""Rows of this domain never carry a tag, so that a text without one is read by this domain's conventions."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step. ``target`` (b, 3) are probabilities, ``allowed`` (b, 3) the classes that the set knows."""

    pieces: torch.Tensor
    mask: torch.Tensor
    target: torch.Tensor
    weight: torch.Tensor
    allowed: torch.Tensor


def pieces_of(tokenizer: Tokenizer, texts: Sequence[str], dropout: float | None) -> list[list[int]]:
    """Pieces without the marks of start and end."""
    tokenizer.model.dropout = dropout
    return [one.ids for one in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]


def framed(pieces: Sequence[int], first: int | None) -> list[int]:
    """With start, tag and end, cut to the longest."""
    head = [START] if first is None else [START, first]
    return [*head, *pieces[: MAX_TOKENS - len(head) - 1], END]


def padded(sequences: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces and attention mask, both (b, longest)."""
    longest = max(map(len, sequences))
    pieces = torch.full((len(sequences), longest), PAD)
    for index, one in enumerate(sequences):
        pieces[index, : len(one)] = torch.tensor(one)
    return pieces, (pieces != PAD).long()


def by_length(lengths: Sequence[int], order: random.Random, most: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Positions in batches of at most `most` padded pieces, similar lengths together, batches in random order."""
    batches: list[list[int]] = []
    current: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: (lengths[index], order.random())):
        if current and lengths[index] * (len(current) + 1) > most:
            batches.append(current)
            current = []
        current.append(index)
    batches.append(current)
    order.shuffle(batches)
    yield from batches


class Labelled:
    """Endless batches of labelled rows; a set's share grows with the square root of its size."""

    def __init__(
        self, rows: Sequence[Row], variants: Sequence[Sequence[list[int]]], tags: Mapping[str, int],
        soft: Mapping[str, np.ndarray], seed: int, most: int,
    ) -> None:  # fmt: skip
        """`variants[i][n]` are pieces of row n; `soft[set]` (n, 3) the teacher's probabilities in the order of rows;
        `most` is the number of padded pieces of a batch."""
        self.order = random.Random(seed)
        self.variants, self.tags, self.most = variants, tags, most
        self.sets: dict[str, list[int]] = {}
        for index, row in enumerate(rows):
            self.sets.setdefault(row.set, []).append(index)
        self.names = list(self.sets)
        self.shares = [
            len(own) ** 0.5 * (OWN_SHARE if name.endswith(OWN_SET) else 1.0) for name, own in self.sets.items()
        ]
        self.target = np.zeros((len(rows), len(LABELS)), np.float32)
        self.weight = np.zeros(len(rows), np.float32)
        self.allowed: dict[str, np.ndarray] = {}
        labels = np.array([row.label for row in rows])
        for name, own in self.sets.items():
            share = np.bincount(labels[own], minlength=len(LABELS)) / len(own)
            raw = np.where(share > 0, np.maximum(share, 1e-6) ** -0.5, 0.0)
            self.weight[own] = (raw / (raw * share).sum())[labels[own]]
            self.target[own] = (1 - TEACHER) * np.eye(len(LABELS))[labels[own]] + TEACHER * soft[name]
            self.allowed[name] = share > 0

    def __iter__(self) -> Iterator[Batch]:
        while True:
            names = self.order.choices(self.names, self.shares, k=max(3000, self.most // 2))
            picks = [self.order.choice(self.sets[name]) for name in names]
            sequences = [
                framed(self.order.choice(self.variants)[index], self._tag(name))
                for name, index in zip(names, picks, strict=True)
            ]
            for batch in by_length([len(one) for one in sequences], self.order, self.most):
                chosen = [picks[index] for index in batch]
                pieces, mask = padded([sequences[index] for index in batch])
                yield Batch(
                    pieces,
                    mask,
                    torch.from_numpy(self.target[chosen]),
                    torch.from_numpy(self.weight[chosen]),
                    torch.from_numpy(np.stack([self.allowed[names[index]] for index in batch])),
                )

    def _tag(self, name: str) -> int | None:
        return None if name.endswith(OWN_SET) or self.order.random() >= TAGGED else self.tags[name]


def varied(row: Row, order: random.Random) -> str:
    """As a recogniser may write it: hotline sentences with a full stop, or without any mark."""
    if not row.set.endswith(OWN_SET):
        return row.text
    if order.random() < 0.5:
        return row.text.replace("，", "") if row.language == "zh" else row.text.replace(",", "")
    return row.text + ("。" if row.language == "zh" else ".")


class Masked:
    """Endless batches of text in which pieces are hidden: pieces, attention mask, and the true pieces (-100: shown)."""

    def __init__(self, texts: Sequence[tuple[list[int], int | None]], seed: int) -> None:
        """Pieces of each text, and the tag of its set."""
        self.texts = texts
        self.order = random.Random(seed)
        self.random = torch.Generator().manual_seed(seed)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        while True:
            picks = self.order.sample(self.texts, min(3000, len(self.texts)))
            sequences = [framed(one[:62], first if self.order.random() < 0.5 else None) for one, first in picks]
            for batch in by_length([len(one) for one in sequences], self.order):
                yield self._batch([sequences[index] for index in batch])

    def _batch(self, sequences: Sequence[list[int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        pieces, mask = padded(sequences)
        chance = torch.rand(pieces.shape, generator=self.random)
        hidden = (chance < 0.2) & (pieces > MASK)
        target = torch.where(hidden, pieces, -100)
        shown = torch.where(hidden & (chance < 0.17), torch.tensor(MASK), pieces)
        return shown, mask, target
