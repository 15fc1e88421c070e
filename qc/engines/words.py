"""Words out of timed tokens: split at spaces, or at every character in a language without them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from whisper.tokenizer import Tokenizer

UNSPACED = frozenset({"zh"})
"""Languages written without spaces, where each character is a word."""
SILENT_LENGTH = 0.4
"""Length of a token that is only punctuation; a byte of text is 1."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word in window time, seconds; punctuation stays attached to its text and takes no time."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(slots=True)
class _Letter:
    text: str
    start: float
    end: float
    logprob: float

    @property
    def spoken(self) -> bool:
        return unicodedata.category(self.text)[0] not in "PZSC" or self.text in "%°+€$¥£"

    @property
    def joins(self) -> bool:
        """Part of a run of Latin letters or digits, not a word of its own."""
        return self.text.isascii() and self.text.isalnum()


def length(token: int, tokenizer: Tokenizer) -> float:
    """How long a token takes to say: its bytes; punctuation takes next to nothing."""
    if token >= tokenizer.eot:
        return 0.0
    data = tokenizer.encoding.decode_single_token_bytes(token).strip()
    text = data.decode(errors="ignore")
    silent = bool(text) and len(text.encode()) == len(data) and not any(_Letter(each, 0, 0, 0).spoken for each in text)
    return SILENT_LENGTH if silent or not data else float(len(data))


def assemble(
    tokens: Sequence[int],
    times: Sequence[tuple[float, float]],
    logprobs: Sequence[float],
    tokenizer: Tokenizer,
    language: str,
) -> list[TimedWord]:
    """Words of text tokens. A token that is several characters shares its time among them; a character of several
    tokens spans them all."""
    letters: list[_Letter] = []
    texts, groups = tokenizer.split_tokens_on_unicode(list(tokens))
    at = 0
    for text, group in zip(texts, groups, strict=True):
        last = at + len(group)
        start, end = times[at][0], times[last - 1][1]
        logprob = math.fsum(logprobs[at:last]) / len(group)
        whole = [_Letter(letter, 0.0, 0.0, logprob) for letter in text if letter != "\ufffd"]
        shares = sum(letter.spoken for letter in whole) or 1
        position = 0
        for letter in whole:
            letter.start = start + (end - start) * position / shares
            position += letter.spoken
            letter.end = start + (end - start) * min(position, shares) / shares
            letters.append(letter)
        at = last
    return _grouped(letters, language in UNSPACED)


def _grouped(letters: Sequence[_Letter], unspaced: bool) -> list[TimedWord]:
    """Punctuation goes to the word before it, or to the one after when it opens: by its kind, or by the space before
    it."""
    found: list[list[_Letter]] = []
    opening: list[_Letter] = []
    new = True
    for letter in [*letters, _Letter(" ", 0.0, 0.0, 0.0)]:
        if letter.text.isspace():
            if found:
                found[-1] += opening
                opening = []
            new = True
        elif not letter.spoken:
            opens = letter.text in "¿¡" or unicodedata.category(letter.text) in ("Ps", "Pi") or (new and not unspaced)
            (opening if opens or not found else found[-1]).append(letter)
            new = new or unspaced
        elif new or not found or (unspaced and not (letter.joins and found[-1][-1].joins)):
            found.append([*opening, letter])
            opening, new = [], False
        else:
            found[-1].append(letter)
    return [_word(group) for group in found]


def _word(group: Sequence[_Letter]) -> TimedWord:
    spoken = [letter for letter in group if letter.spoken]
    probability = math.exp(math.fsum(letter.logprob for letter in spoken) / len(spoken))
    return TimedWord("".join(letter.text for letter in group), spoken[0].start, spoken[-1].end, min(1.0, probability))
