"""Quality guards of a decoded window. Batched decoding has none of its own; a window that fails is decoded again."""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

COMPRESSION = 2.4
"""Text that compresses better repeats itself (`whisper.transcribe`: compression_ratio_threshold)."""
LOGPROB = -1.0
"""Mean natural logarithm of the token probabilities below which a text is a guess (`whisper.transcribe`)."""
SILENT = 0.6
"""Probability of no speech above which an improbable text is dropped (`whisper.transcribe`: no_speech_threshold)."""
FASTEST = {"zh": 12.0}
FASTEST_WORDS = 7.0
"""Units a second of voice that nobody speaks: zh characters (720 a minute), words (420 a minute). The fastest speech
that the speech-rate check expects is 420 characters or 320 words a minute."""
SHORTEST_LOOP, LOOP_TURNS, LONGEST_PERIOD = 8, 4, 16
"""A loop: a phrase of up to 16 units at least 4 times in a row, 8 units or more in all."""
QUIET_VOICE, SLOWEST = 5.0, 0.2
"""Seconds of voice from which fewer units a second than this are too few to be all that was said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a window's text; ``reasons`` is empty when nothing is: ``compression``, ``loop``, ``fast``,
    ``sparse``, ``improbable``, ``unfinished``."""

    reasons: tuple[str, ...]
    avg_logprob: float

    @property
    def rank(self) -> tuple[int, float]:
        """Larger is better: fewer reasons first, then probability."""
        return -len(self.reasons), self.avg_logprob


def compression_ratio(text: str) -> float:
    """Bytes of the UTF-8 text by bytes of it compressed, as `whisper.utils.compression_ratio`."""
    data = text.encode()
    return len(data) / len(zlib.compress(data))


def has_loop(units: Sequence[Hashable], shortest: int = SHORTEST_LOOP) -> bool:
    """Whether a run of units is said over and over, `shortest` units or more in all."""
    for period in range(1, min(LONGEST_PERIOD, len(units) // LOOP_TURNS) + 1):
        same = 0
        for one, other in zip(units, units[period:], strict=False):
            same = same + 1 if one == other else 0
            if same + period >= max(shortest, LOOP_TURNS * period):
                return True
    return False


def judge(
    text: str, units: Sequence[str], voice: float, avg_logprob: float, language: str, finished: bool = True
) -> Verdict:
    """`units`: characters (zh) or words; `voice`: seconds of speech in the window; `avg_logprob`: mean natural
    logarithm of the probabilities of the text's tokens."""
    reasons = []
    if text and compression_ratio(text) > COMPRESSION:
        reasons.append("compression")
    if has_loop(units):
        reasons.append("loop")
    if len(units) > 4 and len(units) > voice * FASTEST.get(language, FASTEST_WORDS):
        reasons.append("fast")
    if voice >= QUIET_VOICE and len(units) < voice * SLOWEST:
        reasons.append("sparse")
    if avg_logprob < LOGPROB:
        reasons.append("improbable")
    if not finished:
        reasons.append("unfinished")
    return Verdict(tuple(reasons), avg_logprob)
