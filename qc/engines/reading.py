"""A decoded window read: its words in window time, what its guards say of them, and the notes for the record."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from whisper.tokenizer import Tokenizer

from qc.call import QualityNote, Word
from qc.engines import alignment, guards, words
from qc.engines.alignment import Span
from qc.engines.decoding import Decoded
from qc.engines.invented import without_invented
from qc.engines.windows import Window
from qc.engines.words import TimedWord
from qc.interval import Interval

NEAR = 0.3
"""Text that the model puts further than this from any piece, seconds, was not spoken."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``segments``: words as the model divided them into utterances; ``outside``: how many it put where there is no
    voice, left out here."""

    segments: tuple[tuple[TimedWord, ...], ...]
    outside: int

    @property
    def words(self) -> tuple[TimedWord, ...]:
        """All that is left."""
        return tuple(word for segment in self.segments for word in segment)


@dataclass(frozen=True, slots=True)
class Heard:
    """A window's best decoding (without its attention, gigabytes over hours), the words that count, the verdict on it
    and on the first decoding, how many words lay outside the voice, the invented texts, and the text that was too
    unsure to keep."""

    window: Window
    decoded: Decoded
    words: tuple[TimedWord, ...]
    verdict: guards.Verdict
    first: guards.Verdict
    outside: int
    invented: tuple[str, ...]
    dropped: str


def heard(window: Window, decoded: Decoded, tokenizer: Tokenizer, language: str, earlier: Heard | None = None) -> Heard:
    """Read and judge a decoding; `earlier`: what an earlier one of the same window came to."""
    reading = read(window, decoded, tokenizer, language)
    said, invented = without_invented(reading.segments, language, decoded.no_speech)
    text = _joined(said, language)
    verdict = guards.judge(
        text,
        [word.text for word in said],
        window.voice,
        _text_logprob(decoded, tokenizer.timestamp_begin),
        language,
        decoded.finished,
        word_logprob=_mean([math.log(max(word.probability, 1e-10)) for word in said]),
        outside=reading.outside / max(1, reading.outside + len(reading.words)),
        invented=bool(invented),
    )
    unsure = "unsure" in verdict.reasons or (decoded.no_speech > guards.SILENT and "improbable" in verdict.reasons)
    first = earlier.first if earlier else verdict
    kept = replace(decoded, attention=decoded.attention.new_empty(0))
    result = Heard(window, kept, said, verdict, first, reading.outside, invented, "")
    return replace(result, words=(), dropped=text) if unsure else result


def read(window: Window, decoded: Decoded, tokenizer: Tokenizer, language: str) -> Reading:
    """Words of a decoded window. Text that the model's timestamps put outside every piece is counted and left out."""
    pieces = [piece.inside for piece in window.pieces]
    frames = np.unique(np.concatenate([_frames(piece, decoded.attention.shape[-1]) for piece in pieces]))
    utterances = [
        Span(each.first, each.last, each.inside and alignment.snapped(each.inside, pieces))
        for each in alignment.spans(decoded.tokens, tokenizer.timestamp_begin)
    ]
    lengths = [words.length(token, tokenizer) for token in decoded.tokens]
    lengths += [0.0] * (len(decoded.logprobs) - len(lengths))
    times = alignment.token_times(decoded.attention.float().cpu().numpy(), frames, utterances, lengths)

    def assembled(spans: Sequence[Span]) -> list[TimedWord]:
        at = [each for span in spans for each in range(span.first, span.last) if decoded.tokens[each] < tokenizer.eot]
        said, probable = [decoded.tokens[each] for each in at], [decoded.logprobs[each] for each in at]
        return words.assemble(said, [times[each] for each in at], probable, tokenizer, language)

    voiced = [
        span for span in utterances if span.inside is None or any(piece.gap(span.inside) < NEAR for piece in pieces)
    ]
    starts = [times[span.first][0] for span in voiced]
    segments: list[list[TimedWord]] = [[] for _ in voiced]
    for word in assembled(voiced):
        segments[max(0, bisect_right(starts, word.start) - 1)].append(word)
    outside = assembled([span for span in utterances if span not in voiced])
    return Reading(tuple(tuple(segment) for segment in segments if segment), len(outside))


def located(window: Window, read: Sequence[TimedWord]) -> Iterator[Word]:
    """The words in recording time."""
    for word in read:
        place = window.locate(Interval(word.start, max(word.end, word.start + alignment.FRAME)))
        if place is not None:
            yield Word(place, word.text, word.probability)


def notes(windows: Sequence[Heard]) -> Iterator[QualityNote]:
    """What a reader of the call must know: windows that were decoded again or stay doubtful, and invented texts, each
    once with its count."""
    for each in windows:
        if not each.first.reasons:
            continue
        source = each.window.source
        place: dict[str, str | float] = {
            "channel": float(each.window.channel), "start": round(source.start, 2), "end": round(source.end, 2)
        }  # fmt: skip
        if each.verdict.reasons:
            place |= {"reasons": ", ".join(each.verdict.reasons), "probability": _rounded(each.verdict.avg_logprob)}
            yield QualityNote("window_doubtful", place | ({"dropped": each.dropped} if each.dropped else {}))
        else:
            place |= {"reasons": ", ".join(each.first.reasons), "temperature": each.decoded.temperature}
            yield QualityNote("window_fallback", place)
    for text, count in Counter(text for each in windows for text in each.invented).items():
        yield QualityNote("invented_text", {"text": text, "count": float(count)})


def _frames(piece: Interval, frames: int) -> NDArray[np.intp]:
    return np.arange(math.floor(piece.start / alignment.FRAME), min(frames, math.ceil(piece.end / alignment.FRAME)))


def _text_logprob(decoded: Decoded, begin: int) -> float:
    """Mean over the text's tokens: probabilities of timestamps are low by nature."""
    return _mean([logprob for token, logprob in zip(decoded.tokens, decoded.logprobs, strict=False) if token < begin])


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _joined(said: Sequence[TimedWord], language: str) -> str:
    return ("" if language in words.UNSPACED else " ").join(word.text for word in said)


def _rounded(logprob: float) -> float:
    return round(math.exp(logprob), 3)
