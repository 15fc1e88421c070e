"""Find phrases in what was said, and when. Pure.

Texts are compared after `normalise`: Traditional and Simplified Chinese, full and half width, capitals, punctuation
and Spanish accents make no difference. A recogniser writes a homophone or a wrong letter now and then, so a plain
pattern of a rule is found in three ways, in this order:

1. the same characters (in en and es at word boundaries), or the regular expression;
2. zh, patterns of 3 characters and more: the same toneless syllables (pypinyin, character by character);
3. patterns of 6 (zh) or 10 (en, es) characters and more: alike by the rule's ``similarity`` (rapidfuzz ratio on
   syllables in zh, on letters in en and es).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from opencc import OpenCC
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from qc.call import Call, Role, Utterance, Word
from qc.interval import Interval, intersection, total
from qc.language import LanguagePack, Rule

MIN_PROBABILITY = 0.3
"""Mean word probability under which a phrase does not count: what a recogniser invents over noise lies below."""
TURN_GAP = 1.0
"""Seconds: utterances of one party that are closer are read as one text, so a breath does not split a phrase."""
PINYIN_LENGTH, ALIKE_LENGTH_ZH, ALIKE_LENGTH = 3, 6, 10
"""Characters from which a pattern is found by its sound (zh), and by likeness (zh; en and es)."""

_SIMPLIFIED = OpenCC("t2s")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_UNITS = re.compile(r"\d|[^\W\d_]+(?:['’][^\W\d_]+)*")


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
class Match:
    """Where a pattern is in a normalised text: characters ``[start, end)``."""

    start: int
    end: int
    pattern: str
    similarity: float


@lru_cache(maxsize=65536)
def normalise(text: str, language: str) -> str:
    """NFKC, lower case, Simplified Chinese, no accents, no punctuation; zh without spaces, else single spaces."""
    text = unicodedata.normalize("NFKC", text).lower()
    if language == "zh":
        if _HAN.search(text):
            simple = _SIMPLIFIED.convert(text)
            text = simple if len(simple) == len(text) else "".join(map(_SIMPLIFIED.convert, text))
        return "".join(character for character in text if character.isalnum())
    bare = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c) and c not in "'’`´")
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


def spoken_units(text: str, unit: str) -> int:
    """What is counted for the speech rate. ``character``: Han characters, plus each Latin letter and digit;
    ``word``: words, each digit being one. Punctuation and spaces never count."""
    text = unicodedata.normalize("NFKC", text)
    if unit == "character":
        return sum(character.isalnum() for character in text)
    return len(_UNITS.findall(text))


def all_listed(text: str, tokens: Iterable[str], language: str) -> bool:
    """Whether the text is made of nothing but these tokens (backchannels), and of at least one."""
    return bool(_listed(frozenset(tokens), language).fullmatch(normalise(text, language)))


@lru_cache(maxsize=32)
def _listed(tokens: frozenset[str], language: str) -> re.Pattern[str]:
    ordered = sorted((normalise(token, language) for token in tokens), key=len, reverse=True)
    choice = "|".join(map(re.escape, ordered))
    return re.compile(f"(?:{choice})+" if language == "zh" else f"(?:{choice})(?: (?:{choice}))*")


def matches(rule: Rule, text: str, language: str) -> tuple[Match, ...]:
    """Where a rule's patterns are in a text that is already normalised; overlapping finds are one, the best."""
    excluded = [match for pattern in rule.exclude for match in _exact(pattern, text, language)]
    found = [match for pattern in rule.any for match in _exact(pattern, text, language)]
    if not found and rule.similarity < 100:
        found = [match for pattern in rule.any for match in _alike(pattern, text, language, rule.similarity)]
    result: list[Match] = []
    for match in sorted(found, key=lambda m: (-m.similarity, m.start - m.end, m.start)):
        if not any(match.start < other.end and other.start < match.end for other in (*excluded, *result)):
            result.append(match)
    return tuple(sorted(result, key=lambda m: m.start))


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern made ready: what to search for as written, by sound, and alike; empty where it does not apply."""

    written: re.Pattern[str]
    sounds: str
    alike: str


@lru_cache(maxsize=16384)
def _ready(pattern: str, language: str) -> _Pattern:
    zh = language == "zh"
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        decomposed = unicodedata.normalize("NFD", pattern[1:-1])
        return _Pattern(_bounded("".join(c for c in decomposed if not unicodedata.combining(c)), zh), "", "")
    plain = normalise(pattern, language)
    comparable = _syllables(plain) if zh else plain
    sounds = comparable if zh and len(plain) >= PINYIN_LENGTH else ""
    alike = comparable if len(plain) >= (ALIKE_LENGTH_ZH if zh else ALIKE_LENGTH) else ""
    return _Pattern(_bounded(re.escape(plain), zh), sounds, alike)


def _bounded(expression: str, zh: bool) -> re.Pattern[str]:
    return re.compile(expression if zh else rf"(?<!\w)(?:{expression})(?!\w)")


def _exact(pattern: str, text: str, language: str) -> Iterator[Match]:
    ready = _ready(pattern, language)
    for found in ready.written.finditer(text):
        if found.end() > found.start():
            yield Match(found.start(), found.end(), pattern, 100.0)
    if not ready.sounds:
        return
    heard, size = _syllables(text), len(ready.sounds)
    at = heard.find(ready.sounds)
    while at >= 0:
        if not ready.written.match(text, at):
            yield Match(at, at + size, pattern, 99.0)
        at = heard.find(ready.sounds, at + 1)


def _alike(pattern: str, text: str, language: str, similarity: float) -> Iterator[Match]:
    wanted = _ready(pattern, language).alike
    if not wanted:
        return
    said = _syllables(text) if language == "zh" else text
    best = fuzz.partial_ratio_alignment(wanted, said, score_cutoff=similarity)
    if best is None:
        return
    start, end = best.dest_start, best.dest_end
    if language != "zh":
        start = said.rfind(" ", 0, start + 1) + 1
        end = len(said) if (space := said.find(" ", end)) < 0 else space
    ratio = fuzz.ratio(wanted, said[start:end])
    # A pattern's own half is like it too; the share of its characters that are there must be as high.
    present = ratio * (len(wanted) + end - start) / (2 * len(wanted))
    if min(ratio, present) >= similarity:
        yield Match(start, end, pattern, min(98.0, ratio))


@lru_cache(maxsize=65536)
def _syllables(text: str) -> str:
    """One private character a syllable, so that sounds compare like letters."""
    return "".join(map(_syllable, text))


_KNOWN: dict[str, str] = {}


@lru_cache(maxsize=32768)
def _syllable(character: str) -> str:
    sound = lazy_pinyin(character)[0]
    if sound == character:
        return character
    return _KNOWN.setdefault(sound, chr(0xE000 + len(_KNOWN)))


@dataclass(frozen=True, slots=True)
class Passage:
    """Utterances of one party in a row as one normalised text; ``origin[i]`` is the source of character i."""

    text: str
    origin: tuple[int, ...]
    sources: tuple[tuple[Utterance, int, Word], ...]


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
    return Passage(text.strip(), tuple(index for piece, index in pieces for _ in piece), sources)


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


@dataclass(frozen=True, slots=True)
class Cues:
    """What a language pack finds in a call's words and measures of time need: spans of the agent's hold notices, thanks
    for waiting and questions, and the indexes of utterances that are nothing but backchannel tokens."""

    hold_notices: tuple[Interval, ...] = ()
    wait_thanks: tuple[Interval, ...] = ()
    questions: tuple[Interval, ...] = ()
    listening: frozenset[int] = frozenset()


def cues(call: Call, pack: LanguagePack) -> Cues:
    """The cues of a call. Where roles are unknown (mono), everybody's words are searched."""
    roles = [Role.AGENT] if call.transcript.of(Role.AGENT) else [Role.UNKNOWN]
    question = pack.rule("question")
    asked = tuple(
        utterance.interval
        for role in roles
        for utterance in call.transcript.of(role)
        if utterance.text.rstrip().endswith(("?", "？"))
        or matches(question, normalise(utterance.text, pack.code), pack.code)
    )

    def spans(name: str) -> tuple[Interval, ...]:
        return tuple(hit.interval for role in roles for hit in heard(call, pack.rule(name), role=role))

    return Cues(
        spans("hold_notice"),
        spans("waiting_thanks"),
        asked,
        frozenset(u.index for u in call.transcript.utterances if all_listed(u.text, pack.backchannels, pack.code)),
    )
