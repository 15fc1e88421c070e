"""Word times from cross-attention: which token was heard in which frame of a window.

Every frame of speech belongs to one token and every token has a frame: a forced alignment, where `whisper.timing` uses
dynamic time warping. Three things decide: how much attention the token paid to the frame, averaged over the alignment
heads; the timestamps that the model wrote around its utterance, moved to the border of a piece when one is near; and
where the token would be if the utterance were spoken evenly. The last counts as a Brownian bridge: exact at both ends,
freest in the middle, so that a checkpoint with blurred attention still gives sensible times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qc.interval import Interval

FRAME = 0.02
"""Seconds of one encoder frame (`whisper.audio.TOKENS_PER_SECOND` = 50) and of one timestamp."""
SNAP = 0.4
"""A timestamp this close to the border of a piece means the border, seconds."""
OUTSIDE = 10.0
"""Penalty a second for a token outside its utterance, and for a timestamp on the wrong side of its time."""
WANDER, STILL = 0.12, 0.1
"""Variance of the bridge a second of utterance, seconds squared a second, and its deviation at the ends, seconds:
measured on synthetic calls, 100 ms median error of word starts against 330 ms with attention alone."""

Matrix = NDArray[np.float64]
Frames = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Span:
    """Text tokens ``[first, last)`` of a window and the utterance, in window seconds, that the model put them in;
    None where one of the two timestamps is missing."""

    first: int
    last: int
    inside: Interval | None


def spans(tokens: Sequence[int], begin: int) -> Iterator[Span]:
    """Runs of text between timestamps; `begin` is the token of time 0."""
    first = 0
    for at in range(len(tokens) + 1):
        if at < len(tokens) and tokens[at] < begin:
            continue
        if at > first:
            inside = None
            if first > 0 and at < len(tokens) and tokens[first - 1] < tokens[at]:
                inside = Interval((tokens[first - 1] - begin) * FRAME, (tokens[at] - begin) * FRAME)
            yield Span(first, at, inside)
        first = at + 1


def snapped(inside: Interval, pieces: Sequence[Interval]) -> Interval:
    """`inside` with its ends moved to borders of pieces that are near."""
    start = min((piece.start for piece in pieces), key=lambda border: abs(border - inside.start))
    end = min((piece.end for piece in pieces), key=lambda border: abs(border - inside.end))
    start = start if abs(start - inside.start) < SNAP else inside.start
    end = end if abs(end - inside.end) < SNAP else inside.end
    return Interval(start, end) if start < end else inside


def token_times(
    attention: NDArray[np.float32], frames: Frames, utterances: Sequence[Span], lengths: Sequence[float]
) -> list[tuple[float, float]]:
    """(start, end) of each token in window seconds.

    `attention`: shape (heads, tokens, all frames); `frames`: those with speech, ascending; `lengths`: how long each
    token takes to say, in any unit. With fewer frames than tokens they share evenly what there is.
    """
    tokens = attention.shape[1]
    if tokens == 0 or len(frames) == 0:
        return [(0.0, 0.0)] * tokens
    if tokens > len(frames):
        firsts = np.arange(tokens) * len(frames) // tokens
        lasts = np.maximum(firsts, np.append(firsts[1:], len(frames)) - 1)
    else:
        firsts = best_path(_emission(attention, frames, utterances, np.asarray(lengths, np.float64)))
        lasts = np.append(firsts[1:], len(frames)) - 1
    return [
        (float(frames[first]) * FRAME, float(frames[last] + 1) * FRAME)
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _emission(
    attention: NDArray[np.float32], frames: Frames, utterances: Sequence[Span], lengths: NDArray[np.float64]
) -> Matrix:
    weights = attention[:, :, frames].astype(np.float64)
    weights /= np.maximum(weights.sum(-1, keepdims=True), 1e-9)
    result: Matrix = weights.mean(0) / FRAME
    times = (frames + 0.5) * FRAME
    for span in utterances:
        if span.inside is None:
            continue
        start, end = span.inside.start, span.inside.end
        rows = slice(span.first, span.last)
        result[rows] -= OUTSIDE * np.maximum(0, np.maximum(start - times, times - end))
        # Speech before the first utterance and after the last belongs to their timestamps.
        result[span.first - 1] -= OUTSIDE * np.maximum(0, times - start)
        result[span.last :] -= OUTSIDE * np.maximum(0, end - times)
        heard = times[(times >= start) & (times < end)]
        if len(heard) < 2:
            continue
        share = (np.cumsum(lengths[rows]) - lengths[rows] / 2) / lengths[rows].sum()
        expected = heard[(share * len(heard)).astype(int)]
        variance = STILL**2 + WANDER * len(heard) * FRAME * share * (1 - share)
        result[rows] -= (times - expected[:, None]) ** 2 / (2 * variance[:, None])
    return result


def best_path(emission: Matrix) -> Frames:
    """First column of each row on the path of the largest sum that visits every row, in order, one row a column.

    Shape (rows,); raises ValueError with more rows than columns.

    ::

        row 0  ███
        row 1     ██
        row 2       █████
    """
    rows, columns = emission.shape
    if rows > columns:
        raise ValueError(f"{rows} rows do not fit {columns} columns")
    score = np.full(rows, -np.inf)
    score[0] = emission[0, 0]
    moved = np.zeros((columns, rows), dtype=bool)
    before = np.full(rows, -np.inf)
    for column in range(1, columns):
        before[1:] = score[:-1]
        np.greater(before, score, out=moved[column])
        score = np.maximum(before, score) + emission[:, column]
    firsts = np.zeros(rows, dtype=np.intp)
    row = rows - 1
    for column in range(columns - 1, 0, -1):
        if moved[column, row]:
            firsts[row] = column
            row -= 1
    return firsts
