"""What the classifier has to beat: TF-IDF of character n-grams with logistic regression, one model a set.

The baseline is tuned as well as it can be: `C` and the class weights are chosen by macro-F1 on a tenth of the
training rows, then it is trained on all of them. Its out-of-fold probabilities are also what the transformer is
shown beside the labels (knowledge distillation), so they are kept in the work folder with the results.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline

from models.sentiment.data import LABELS, Row

STRENGTHS = (0.5, 2.0, 8.0, 32.0)
"""Tried values of C, the inverse of the regularisation."""
FOLDS = 3


@dataclass(frozen=True, slots=True)
class Baseline:
    """``predicted``: a label for each validation row; ``soft``: out-of-fold probabilities (n training rows, 3)."""

    choice: str
    predicted: np.ndarray
    soft: np.ndarray


def macro_f1(truth: Sequence[int] | np.ndarray, predicted: Sequence[int] | np.ndarray) -> float:
    """Mean F1 of the classes that occur in `truth`."""
    return float(f1_score(truth, predicted, labels=sorted(set(map(int, truth))), average="macro", zero_division=0))


def _pipeline(language: str, strength: float, weight: str | None) -> Pipeline:
    grams: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (1, 5)}
    if language == "zh":
        grams = {"analyzer": "char", "ngram_range": (1, 3)}
    return Pipeline(
        [
            ("tfidf", TfidfVectorizer(min_df=2, sublinear_tf=True, dtype=np.float32, **grams)),
            ("model", LogisticRegression(C=strength, class_weight=weight, max_iter=200, tol=1e-3)),
        ]
    )


def _fit(rows: Sequence[Row], strength: float, weight: str | None) -> Pipeline:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _pipeline(rows[0].language, strength, weight).fit([r.text for r in rows], [r.label for r in rows])


def _probabilities(model: Pipeline, rows: Sequence[Row]) -> np.ndarray:
    result = np.zeros((len(rows), len(LABELS)), np.float32)
    result[:, model.classes_] = model.predict_proba([row.text for row in rows])
    return result


def fit(training: Sequence[Row], validation: Sequence[Row]) -> Baseline:
    """Tune on a tenth of `training`, train on all of it, answer `validation`."""
    inner = np.array([_fold(row.text, 10) == 0 for row in training])
    fitting = [row for row, aside in zip(training, inner, strict=True) if not aside]
    tuning = [row for row, aside in zip(training, inner, strict=True) if aside]

    def quality(strength: float, weight: str | None) -> float:
        model = _fit(fitting, strength, weight)
        return macro_f1([r.label for r in tuning], model.predict([r.text for r in tuning]))

    scores = {(strength, None): quality(strength, None) for strength in STRENGTHS}
    best = max(scores, key=lambda key: scores[key])
    for strength in {best[0], best[0] / 2}:
        scores[strength, "balanced"] = quality(strength, "balanced")  # type: ignore[index]
    strength, weight = max(scores, key=lambda key: scores[key])
    predicted = _fit(training, strength, weight).predict([row.text for row in validation])
    soft = np.zeros((len(training), len(LABELS)), np.float32)
    folds = np.array([_fold(row.text, FOLDS) for row in training])
    for fold in range(FOLDS):
        rest = [row for row, own in zip(training, folds, strict=True) if own != fold]
        aside = np.flatnonzero(folds == fold)
        soft[aside] = _probabilities(_fit(rest, strength, weight), [training[index] for index in aside])
    return Baseline(f"C={strength:g}, class weight {weight or 'none'}", np.asarray(predicted), soft)


def _fold(text: str, folds: int) -> int:
    return int(hashlib.sha256(b"fold" + text.encode()).hexdigest()[:8], 16) % folds


def cached(name: str, training: Sequence[Row], validation: Sequence[Row], folder: Path) -> Baseline:
    """`fit`, or what it gave for exactly these rows before."""
    key = hashlib.sha256(repr([(r.text, r.label) for r in (*training, *validation)]).encode()).hexdigest()[:16]
    path = folder / f"baseline-{name}-{key}.npz"
    if not path.exists():
        result = fit(training, validation)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(path, choice=np.array(result.choice), predicted=result.predicted, soft=result.soft)
    with np.load(path, allow_pickle=False) as loaded:
        return Baseline(str(loaded["choice"]), loaded["predicted"], loaded["soft"])


def of_all(rows: Sequence[Row], folder: Path) -> dict[str, Baseline]:
    """The baseline of every set in `rows`, by its name."""
    result = {}
    for name in dict.fromkeys(row.set for row in rows):
        own = [row for row in rows if row.set == name]
        training, validation = [row for row in own if not row.validation], [row for row in own if row.validation]
        result[name] = cached(name, training, validation, folder)
    return result


def bootstrap(truth: np.ndarray, predicted: np.ndarray, samples: int = 1000) -> tuple[float, float]:
    """95 % percentile interval of macro-F1 over resampled rows (Efron and Tibshirani 1993, chapter 13)."""
    choice = np.random.default_rng(0)
    count, classes = len(truth), sorted(set(map(int, truth)))
    values = []
    for _ in range(samples):
        rows = choice.integers(count, size=count)
        pairs = np.bincount(truth[rows] * len(LABELS) + predicted[rows], minlength=9).reshape(3, 3)
        hits, given, said = np.diag(pairs), pairs.sum(1), pairs.sum(0)
        values.append(np.mean([2 * hits[c] / max(1, given[c] + said[c]) for c in classes]))
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
