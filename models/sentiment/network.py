"""The classifier's tokenizer and network, and how both start.

A ModernBERT (Warner et al. 2024) of two layers, because its rotary positions and local attention learn word
sequences from little text and its mean pooling suits short utterances; nothing of it is pretrained elsewhere.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import coo_matrix, csr_matrix
from sklearn.utils.extmath import randomized_svd
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    ModernBertConfig,
    ModernBertForMaskedLM,
    ModernBertForSequenceClassification,
    PreTrainedTokenizerFast,
)

from models.sentiment.data import LABELS

WIDTH, LAYERS, HEADS, INNER = 256, 2, 4, 384
PIECES = 24_000
MAX_TOKENS = 160
"""Longer texts are cut."""
PAD, UNKNOWN, START, END, MASK = range(5)
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WINDOW = 5
"""Pieces on each side that count as neighbours for the first embeddings."""


def tag(name: str) -> str:
    """The special piece that says by whose conventions a text is labelled: ``[zh_cped]``."""
    return f"[{name}]"


def train_tokenizer(texts: Iterable[str], tags: Sequence[str]) -> Tokenizer:
    """Byte-pair pieces of lower-case text without accents, all digits alike; ``▁`` begins a Latin word."""
    tokenizer = Tokenizer(models.BPE(unk_token=_SPECIAL[UNKNOWN]))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.NFD(),
            normalizers.StripAccents(),
            normalizers.Replace(Regex("[0-9]"), "0"),
            normalizers.Replace(Regex("(?<![a-z])(?=[a-z])"), "▁"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES - len(tags),
        special_tokens=list(_SPECIAL),
        limit_alphabet=5500,
        max_token_length=14,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([tag(name) for name in tags])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", START), ("[SEP]", END)]
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def configuration(pieces: int) -> ModernBertConfig:
    """Three classes, named as the interface names them."""
    return ModernBertConfig(
        vocab_size=pieces,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
        max_position_embeddings=512,
        local_attention=8,
        classifier_pooling="mean",
        embedding_dropout=0.1,
        mlp_dropout=0.1,
        classifier_dropout=0.2,
        pad_token_id=PAD,
        bos_token_id=START,
        cls_token_id=START,
        eos_token_id=END,
        sep_token_id=END,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={name: index for index, name in enumerate(LABELS)},
        attn_implementation="eager",
    )


def first_embeddings(encoded: Sequence[Sequence[int]], pieces: int) -> torch.Tensor:
    """(pieces, WIDTH): left singular vectors of the positive pointwise mutual information of neighbouring pieces.

    Seconds of counting in place of the first hours of training (Levy and Goldberg 2014); rare pieces get the mean.
    """
    lengths = np.array([len(one) for one in encoded])
    flat = np.concatenate([np.asarray(one, np.int32) for one in encoded])
    owner = np.repeat(np.arange(len(lengths)), lengths)
    counts = csr_matrix((pieces, pieces), dtype=np.float32)
    for distance in range(1, WINDOW + 1):
        together = owner[:-distance] == owner[distance:]
        left, right = flat[:-distance][together], flat[distance:][together]
        weight = np.full(len(left), 1 / distance, np.float32)
        counts = counts + coo_matrix((weight, (left, right)), shape=(pieces, pieces)).tocsr()
    counts = (counts + counts.T).tocoo()
    seen = np.asarray(counts.tocsr().sum(1)).ravel() + 1e-6
    context = seen**0.75
    value = np.log(counts.data * context.sum() / (seen[counts.row] * context[counts.col]))
    keep = value > 0
    matrix = coo_matrix((value[keep], (counts.row[keep], counts.col[keep])), shape=(pieces, pieces)).tocsr()
    left, size, _ = randomized_svd(matrix, WIDTH, n_iter=2, random_state=0)
    vectors = left * np.sqrt(size)
    rare = seen < 3
    vectors[rare] = vectors[~rare].mean(0)
    return torch.from_numpy((vectors / vectors.std() * 0.05).astype(np.float32))


def masked_language_model(pieces: int) -> ModernBertForMaskedLM:
    """A fresh network for pre-training."""
    return ModernBertForMaskedLM(configuration(pieces))


def classifier(pieces: int) -> ModernBertForSequenceClassification:
    """A fresh network for classification; `ModernBertForMaskedLM.model` fits its ``model``."""
    return ModernBertForSequenceClassification(configuration(pieces))


def without_layers(
    network: ModernBertForSequenceClassification, pieces: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Logits (b, 3) of the same network with its layers skipped (stochastic depth at its extreme): a bag of pieces.

    It costs a tenth of a full pass, so embeddings and head learn rare pieces from many more texts.
    """
    states = network.model.final_norm(network.model.embeddings(input_ids=pieces))
    pooled = (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
    logits: torch.Tensor = network.classifier(network.drop(network.head(pooled)))
    return logits


def export(network: ModernBertForSequenceClassification, tokenizer: Tokenizer, folder: Path) -> None:
    """Write configuration, half-precision weights (safetensors) and tokenizer as transformers reads them."""
    tokenizer.model.dropout = None
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), _SPECIAL, strict=True)),
        model_max_length=MAX_TOKENS,
        model_input_names=["input_ids", "attention_mask"],
    )
    wrapped.save_pretrained(folder)
    copy.deepcopy(network).half().save_pretrained(folder)
