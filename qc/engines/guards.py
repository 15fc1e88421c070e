"""Quality guards of a decoded window. Batched decoding has none of its own; a window that fails is decoded again."""

from __future__ import annotations

import math
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
LEAST_FAST = 4
"""Units that may be said too fast: borders of voice activity are not exact enough for less."""
OUTSIDE = 0.3
"""Share of a window's words that the model put where there is no voice."""
FEW, HALF = 4, math.log(0.5)
"""So few words with less than half a probability, all that a window says, are a guess: a hum, a cough."""
QUIET_VOICE, SLOWEST = 5.0, 0.2
"""Seconds of voice from which fewer units a second than this are too few to be all that was said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a window's text; ``reasons`` is empty when nothing is: ``compression``, ``loop``, ``fast``,
    ``sparse``, ``improbable``, ``unsure``, ``unfinished``, ``outside``, ``invented``."""

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


def too_fast(units: int, voice: float, language: str) -> bool:
    """Whether nobody can say so many units in `voice` seconds."""
    return units > LEAST_FAST and units > voice * FASTEST.get(language, FASTEST_WORDS)


def judge(
    text: str,
    units: Sequence[str],
    voice: float,
    avg_logprob: float,
    language: str,
    finished: bool = True,
    word_logprob: float = 0.0,
    outside: float = 0.0,
    invented: bool = False,
) -> Verdict:
    """`units`: characters (zh) or words; `voice`: seconds of speech in the window; `avg_logprob`: mean natural
    logarithm of the probabilities of the text's tokens, `word_logprob`: of its words, without punctuation; `outside`:
    share of the words that were put where there is no voice; `invented`: text was taken out (see
    `qc.engines.invented`)."""
    found = {
        "compression": bool(text) and compression_ratio(text) > COMPRESSION,
        "loop": has_loop(units),
        "fast": too_fast(len(units), voice, language),
        "sparse": voice >= QUIET_VOICE and len(units) < voice * SLOWEST,
        "improbable": avg_logprob < LOGPROB,
        "unsure": 0 < len(units) <= FEW and word_logprob < HALF,
        "unfinished": not finished,
        "outside": outside > OUTSIDE,
        "invented": invented,
    }
    return Verdict(tuple(reason for reason, fails in found.items() if fails), avg_logprob)
