"""Points into two groups, and whether there are two: pure arithmetic on vectors of length 1. Nothing here is random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from qc.audio.pcm import Samples

Labels = np.ndarray
"""0 or 1 a point."""
Split = Callable[[Samples], Labels]
"""(n, size) vectors of length 1, n >= 2 -> n labels."""
_NEAREST, _FAR = 0.5, 0.01  # of each point's neighbours so many keep their weight, the others keep so much of it
_ROUNDS = 50


def spectral(vectors: Samples) -> Labels:
    """Spectral clustering into two (von Luxburg 2007, normalised Laplacian) of cosine affinities, each row thinned to
    its nearer half (Wang et al. 2018, "Speaker diarization with LSTM")."""
    affinity = np.clip(vectors @ vectors.T, 0, 1).astype(np.float64)
    border = np.quantile(affinity, 1 - _NEAREST, axis=1)
    thinned = np.where(affinity < border[:, None], affinity * _FAR, affinity)
    thinned = (thinned + thinned.T) / 2
    scale = 1 / np.sqrt(thinned.sum(axis=1))
    laplacian = np.eye(len(vectors)) - thinned * scale[:, None] * scale
    _, smallest = eigh(laplacian, subset_by_index=(0, 1))
    rows = smallest / np.maximum(np.linalg.norm(smallest, axis=1, keepdims=True), 1e-12)
    return _two_means(rows)


def _two_means(points: np.ndarray) -> Labels:
    """Lloyd's algorithm from the point farthest from the mean and the point farthest from that one."""
    first = int(_distances(points, points.mean(axis=0)).argmax())
    second = int(_distances(points, points[first]).argmax())
    centres = points[[first, second]]
    labels = np.zeros(len(points), np.int64)
    for _ in range(_ROUNDS):
        labels = np.stack([_distances(points, centre) for centre in centres]).argmin(axis=0)
        moved = np.stack([points[labels == k].mean(axis=0) if (labels == k).any() else centres[k] for k in range(2)])
        if np.array_equal(moved, centres):
            break
        centres = moved
    return labels


def _distances(points: np.ndarray, centre: np.ndarray) -> np.ndarray:
    squared: np.ndarray = ((points - centre) ** 2).sum(axis=1)
    return squared


def centroids(vectors: Samples, labels: Labels) -> Samples | None:
    """The two mean directions, (2, size); None when all points are in one group."""
    if len(set(labels.tolist())) < 2:
        return None
    means = np.stack([vectors[labels == k].mean(axis=0) for k in range(2)])
    directions: Samples = means / np.linalg.norm(means, axis=1, keepdims=True)
    return directions


def settled(vectors: Samples, labels: Labels) -> Labels:
    """Each point with the nearer mean direction, until nothing moves."""
    for _ in range(_ROUNDS):
        means = centroids(vectors, labels)
        if means is None:
            return labels
        nearer = (vectors @ means.T).argmax(axis=1)
        if np.array_equal(nearer, labels):
            break
        labels = nearer
    return labels


@dataclass(frozen=True, slots=True)
class Separation:
    """How far apart two groups are. ``likeness``: cosine of their mean directions; ``lead``: how many times more the
    points spread along their main axis than along the next."""

    likeness: float
    lead: float


def separation(vectors: Samples, labels: Labels) -> Separation:
    """Of two groups; of one group: the same and no lead."""
    means = centroids(vectors, labels)
    if means is None:
        return Separation(1.0, 1.0)
    spread = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False)[:2] ** 2
    return Separation(float(means[0] @ means[1]), float(spread[0] / max(spread[1], 1e-12)))
