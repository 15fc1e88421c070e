"""Sentiment by any sequence-classification model in transformers' format: the builtin one, a folder, or a hub model.

Weights are read from safetensors only, and no code that comes with a model is ever run. Of a folder the library is
given a private copy of the bytes that were hashed, and no network. ``owner/name`` is a hub model: what the site's
manifest lists of it, else what is in the local cache and on the hub, because the user named it.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from qc.call import Sentiment
from qc.engines import models
from qc.engines.batching import Batching
from qc.errors import ModelError

BATCH_TOKENS = 2048
"""Padded tokens of one forward pass."""
LOADED = frozenset({".json", ".txt", ".model", ".jinja", ".tiktoken", ".spm", ".bpe", ".vocab", ".safetensors"})
"""Suffixes of a model's files that are read; others (pickles, code) are not even looked at."""
LONGEST = 512
"""Tokens; longer texts are cut. A model with a shorter limit of its own is given no more than that."""
NEUTRAL = Sentiment(0.0, 1.0, 0.0)
"""What an empty text is."""
WEIGHTS = ".safetensors"
CLASSES = ("negative", "neutral", "positive")
_SPELLINGS = (
    ("negative", "very negative", "neg", "n", "negativo", "muy negativo", "消极", "负面", "负向"),
    ("neutral", "neu", "mixed", "neutro", "中性", "中立"),
    ("positive", "very positive", "pos", "p", "positivo", "muy positivo", "积极", "正面", "正向"),
)
_NAMES = {spelling: number for number, spellings in enumerate(_SPELLINGS) for spelling in spellings}
_STARS = re.compile(r"([1-5]) ?(?:star|stars|星|estrella|estrellas)")


def classes_of(labels: Mapping[int, str], name: str) -> tuple[int, ...]:
    """The class (0 negative, 1 neutral, 2 positive) of each output.

    Known names are negative, neutral, positive, their short forms and translations, and star ratings (1 and 2 negative,
    3 neutral, 4 and 5 positive). A model without neutral gives it probability 0. Raises ModelError for any other name,
    such as ``LABEL_0``, and when negative or positive is missing.
    """
    found: list[int] = []
    for index in sorted(labels):
        label = re.sub(r"[_\-\s]+", " ", str(labels[index])).strip().lower()
        stars = _STARS.fullmatch(label)
        number = (0, 0, 1, 2, 2)[int(stars.group(1)) - 1] if stars else _NAMES.get(label)
        if number is None:
            raise ModelError(
                f"sentiment model {name}: its label {labels[index]!r} is none of negative, neutral, positive or 1 to 5 "
                "stars; name the labels in id2label of its config.json"
            )
        found.append(number)
    if not {0, 2} <= set(found):
        missing = "negative" if 0 not in found else "positive"
        raise ModelError(f"sentiment model {name} has no {missing} label: it cannot be mapped to three classes")
    return tuple(found)


class TransformersSentiment:
    """Classifies utterances in batches of similar length. The model is read at the first use."""

    name = "transformers_sentiment"

    def __init__(
        self,
        model: str | Path = "builtin",
        folder: Path = models.FOLDER,
        device: str = "cpu",
        threads: int = 1,
        manifest: Path | None = None,
    ) -> None:
        """`model`: ``builtin`` or another name of the manifest in `folder` or of the site's `manifest`, the path of a
        folder, or ``owner/name`` on the hub. Raises ModelError when a named model is missing, changed or unlisted."""
        self.model = str(model)
        self.device = device
        self.threads = threads
        self._batching = Batching(BATCH_TOKENS)
        hub = self._is_hub(folder, manifest)
        if hub and manifest is not None:
            raise ModelError(f"hub model {self.model} is not listed in {manifest}: 'qc models pin' lists it")
        self._chosen = None if hub else models.choose(model, folder, models.SENTIMENT, manifest)
        self.path = self._chosen.path if self._chosen is not None else None
        self._shipped = self.path is not None and self.path.resolve().is_relative_to(folder.resolve())
        if self.path is not None and not self.path.is_dir():
            raise ModelError(f"sentiment model {self.model} must be a folder with config.json and model.safetensors")

    def _is_hub(self, folder: Path, manifest: Path | None) -> bool:
        entries = (*models.manifest(folder), *models.of_site(manifest))
        listed = any(entry.name == self.model and entry.kind == models.SENTIMENT for entry in entries)
        looks_so = re.fullmatch(r"[\w.-]+/[\w.-]+", self.model) is not None
        return looks_so and not listed and not Path(self.model).expanduser().exists()

    @cached_property
    def version(self) -> str:
        """Hash of the files (of what the project ships: of the weights), or name and revision of a hub model."""
        if self.path is None:
            revision = getattr(self._parts[1].config, "_commit_hash", None) or "unknown revision"
            return f"{self.model}@{revision[:16]}"
        files = self._files
        if self._shipped:
            return "/".join(sha256[:16] for name, sha256 in files if name.endswith(WEIGHTS))
        return hashlib.sha256("\n".join(f"{name} {sha256}" for name, sha256 in files).encode()).hexdigest()[:16]

    @cached_property
    def _files(self) -> tuple[tuple[str, str], ...]:
        """Name and sha256 of the files that are read: as listed, else as they are when first asked for. A hub model has
        none."""
        if self._chosen is None:
            return ()
        there = {path.name for path in self._chosen.path.iterdir() if path.is_file()}
        names = sorted(there if self._chosen.listed is None else self._chosen.listed)
        found = [name for name in names if Path(name).suffix in LOADED]
        if not any(name.endswith(WEIGHTS) for name in found):
            raise ModelError(f"sentiment model {self.path} has no safetensors weights")
        return tuple((name, self._chosen.sha256(name)) for name in found)

    @cached_property
    def _parts(self) -> tuple[Any, Any, Tensor]:
        """Tokenizer, network, and the matrix (outputs, 3) that adds outputs up to classes."""
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        options: dict[str, Any] = {"trust_remote_code": False, "local_files_only": self.path is not None}
        loading: dict[str, Any] = {"use_safetensors": True, "dtype": torch.float32, "output_loading_info": True}
        try:
            if self.path is None:
                tokenizer = AutoTokenizer.from_pretrained(self.model, **options)
                network, report = AutoModelForSequenceClassification.from_pretrained(self.model, **loading, **options)
            else:
                with tempfile.TemporaryDirectory(prefix="qc-model-") as copy:
                    models.copied(self.path, dict(self._files), Path(copy))
                    tokenizer = AutoTokenizer.from_pretrained(copy, **options)
                    network, report = AutoModelForSequenceClassification.from_pretrained(copy, **loading, **options)
        except ModelError:
            raise
        except Exception as error:
            raise self._unreadable(error) from None
        if report["missing_keys"]:
            raise ModelError(f"sentiment model {self.model} has no trained classification head: choose another model")
        classes = classes_of(network.config.id2label, self.model)
        matrix = torch.zeros(len(classes), len(CLASSES))
        matrix[range(len(classes)), list(classes)] = 1.0
        return tokenizer, network.eval().to(self.device), matrix.to(self.device)

    def _unreadable(self, error: Exception) -> ModelError:
        if self.path is None:
            return ModelError(
                f"sentiment model {self.model} is not here and could not be fetched from the hub (no network, no such "
                "model, or no safetensors weights): choose builtin or the folder of a model"
            )
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        return ModelError(
            f"sentiment model {self.path} cannot be read: it must be a sequence-classification model of transformers "
            f"with safetensors weights and no code of its own ({reason})"
        )

    def classify(self, texts: Sequence[str], language: str) -> list[Sentiment]:
        """A `Sentiment` a text, in order; empty texts are neutral. `language` is not needed: the text shows it."""
        unique = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
        known = dict(zip(unique, self._probabilities(unique), strict=True)) if unique else {}
        return [known.get(text.strip(), NEUTRAL) for text in texts]

    @torch.inference_mode()
    def _probabilities(self, texts: Sequence[str]) -> list[Sentiment]:
        tokenizer, network, matrix = self._parts
        if self.device == "cpu":
            torch.set_num_threads(self.threads)
        longest = min(LONGEST, tokenizer.model_max_length)
        encoded = tokenizer(list(texts), truncation=True, max_length=longest)
        lengths = [len(one) for one in encoded["input_ids"]]
        result: list[Sentiment] = [NEUTRAL] * len(texts)

        def classified(batch: Sequence[int]) -> list[list[float]]:
            inputs = tokenizer.pad(
                {key: [values[i] for i in batch] for key, values in encoded.items()}, return_tensors="pt"
            )
            logits = network(**inputs.to(self.device)).logits.float()
            rows: list[list[float]] = (logits.softmax(-1) @ matrix).tolist()
            return rows

        for batch in batches(lengths):
            for index, row in zip(batch, self._batching.results(batch, classified), strict=True):
                result[index] = Sentiment(*row)
        return result


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions, similar lengths together, at most `BATCH_TOKENS` padded tokens a batch (one text may be more)."""
    current: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if current and lengths[index] * (len(current) + 1) > BATCH_TOKENS:
            yield current
            current = []
        current.append(index)
    if current:
        yield current
