"""Phrases in what a party said, mapped back to word times, and which of them count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from qc.call import Call, Role, Utterance, Word
from qc.interval import Interval, intersection, total
from qc.language import Rule
from qc.phrases.matching import matches
from qc.phrases.text import normalise

MIN_PROBABILITY = 0.3
"""Mean word probability under which a phrase does not count: what a recogniser invents over noise lies below."""
TURN_GAP = 1.0
"""Seconds: utterances of one party that are closer are read as one text, so a breath does not split a phrase."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's phrase in an utterance. ``utterance`` and ``word`` are indexes of its first word (word 0 where the
    transcript has no word times); ``probability`` is the mean of its words'; ``similarity`` 0..100, 100 = the same."""

    rule: str
    pattern: str
    role: Role
    interval: Interval
    quote: str
    utterance: int
    word: int
    probability: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Passage:
    """Utterances of one party in a row as one normalised text; ``origin[i]`` is the source of character i."""

    text: str
    origin: tuple[int, ...]
    sources: tuple[tuple[Utterance, int, Word], ...]
    interval: Interval


def passages(utterances: Sequence[Utterance], language: str) -> tuple[Passage, ...]:
    """The texts of one party's utterances (sorted), those closer than `TURN_GAP` seconds in one."""
    groups: list[list[Utterance]] = []
    for utterance in utterances:
        if groups and utterance.interval.start - groups[-1][-1].interval.end < TURN_GAP:
            groups[-1].append(utterance)
        else:
            groups.append([utterance])
    return tuple(_passage(group, language) for group in groups)


def _passage(group: Sequence[Utterance], language: str) -> Passage:
    sources = tuple(source for utterance in group for source in _words(utterance))
    parts = [normalise(word.text, language) for _, _, word in sources]
    space = "" if language == "zh" else " "
    pieces = [(part + space, index) for index, part in enumerate(parts) if part]
    text = "".join(piece for piece, _ in pieces)
    span = Interval(group[0].interval.start, max(utterance.interval.end for utterance in group))
    return Passage(text.strip(), tuple(index for piece, index in pieces for _ in piece), sources, span)


def _words(utterance: Utterance) -> Iterator[tuple[Utterance, int, Word]]:
    """The words; without word times, the text's words share the utterance's time evenly by length."""
    if utterance.words or not utterance.text.strip():
        yield from ((utterance, index, word) for index, word in enumerate(utterance.words))
        return
    parts = utterance.text.split() if " " in utterance.text.strip() else list(utterance.text)
    ends = list(accumulate(len(part) for part in parts))
    start, step = utterance.interval.start, utterance.interval.duration / ends[-1]
    for index, (part, end) in enumerate(zip(parts, ends, strict=True)):
        span = Interval(start + step * (end - len(part)), start + step * end)
        yield utterance, index, Word(span, part, utterance.probability)


def find(rule: Rule, utterances: Sequence[Utterance], language: str) -> tuple[Hit, ...]:
    """Hits of a rule in utterances of one party, sorted by time, believed or not."""
    found = []
    for passage in passages(utterances, language):
        for match in matches(rule, passage.text, language):
            first, last = passage.origin[match.start], passage.origin[match.end - 1]
            span = passage.sources[first : last + 1]
            utterance, index, _ = span[0]
            words = [word for _, _, word in span]
            quote = ("" if language == "zh" else " ").join(word.text.strip() for word in words)
            interval = Interval(words[0].interval.start, max(word.interval.end for word in words))
            mean = sum(word.probability for word in words) / len(words)
            at = (utterance.index, index, mean, match.similarity)
            found.append(Hit(rule.id, match.pattern, utterance.role, interval, quote, *at))
    return tuple(found)


def heard(
    call: Call, rule: Rule, *, min_probability: float = MIN_PROBABILITY, role: Role | None = None
) -> tuple[Hit, ...]:
    """Hits of a rule that count: recognised surely enough, and with voice activity under at least half of them.

    `role` (default: the rule's own) says whose words are searched; what another party says never counts.
    """
    role = role or rule.role
    hits = find(rule, call.transcript.of(role), call.transcript.language)
    voice = call.voice(role)
    return tuple(
        hit
        for hit in hits
        if hit.probability >= min_probability
        and total(intersection((hit.interval,), voice)) >= hit.interval.duration / 2
    )
