"""What is said in a call without its private data: texts and words, and where everything went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qc.call import Transcript, Utterance, Word
from qc.interval import Interval
from qc.private import Hit
from qc.words import Words

Span = tuple[int, int]
"""Characters ``[start, end)`` of a text."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A placeholder: ``[start, end)`` of the text as it was, ``shown`` at ``at`` of the text as it is."""

    start: int
    end: int
    shown: str
    at: int


@dataclass(frozen=True, slots=True)
class Edited:
    """An utterance before and after. ``words[i]`` is the index that word i has after."""

    before: Utterance
    after: Utterance
    covers: tuple[Cover, ...]
    words: tuple[int, ...]

    @property
    def spans(self) -> tuple[Span, ...] | None:
        """The characters of each word in the text before; None where words and text do not say the same."""
        return word_spans(self.before)

    def part(self, start: int, end: int) -> str:
        """What ``[start, end)`` of the text before reads like after; a placeholder that it touches is there whole."""
        inside = [one for one in self.covers if one.start < end and start < one.end]
        if not inside:
            return self.before.text[start:end]
        first, last = inside[0], inside[-1]
        head = self.before.text[start : first.start] if start < first.start else ""
        tail = self.before.text[last.end : end] if last.end < end else ""
        return head + self.after.text[first.at : last.at + len(last.shown)] + tail

    def touches(self, start: int, end: int) -> bool:
        """Whether something of ``[start, end)`` is covered."""
        return any(one.start < end and start < one.end for one in self.covers)


def placeholder(hit: Hit, language: str) -> str:
    """``[电话]``, ``[phone]``, ``[teléfono]``."""
    return f"[{Words(language).term('private', hit.kind.value)}]"


def covers(text: str, hits: Iterable[Hit], language: str) -> tuple[Cover, ...]:
    """The placeholders of a text by place; of hits that overlap the first gives its name to all."""
    found: list[tuple[int, int, str]] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        start, end = max(0, hit.start), min(len(text), hit.end)
        if start >= end:
            continue
        if found and start < found[-1][1]:
            begin, stop, shown = found[-1]
            found[-1] = (begin, max(stop, end), shown)
        else:
            found.append((start, end, placeholder(hit, language)))
    result, shift = [], 0
    for start, end, shown in found:
        result.append(Cover(start, end, shown, start + shift))
        shift += len(shown) - (end - start)
    return tuple(result)


def covered(text: str, places: Iterable[Cover]) -> str:
    """The text with its placeholders."""
    shown, at = "", 0
    for one in places:
        shown += text[at : one.start] + one.shown
        at = one.end
    return shown + text[at:]


def edit(transcript: Transcript, hits: Sequence[Hit]) -> tuple[dict[int, Edited], tuple[Hit, ...]]:
    """Each utterance by its index, and the hits as they lie in the texts after: masked again, nothing changes."""
    by_utterance: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_utterance[hit.utterance].append(hit)
    edited = {one.index: _edited(one, by_utterance[one.index], transcript.language) for one in transcript.utterances}
    return edited, tuple(_moved(edited, hits))


def _moved(edited: dict[int, Edited], hits: Iterable[Hit]) -> Iterator[Hit]:
    for hit in sorted(hits, key=lambda one: (one.utterance, one.start, -one.end)):
        places = edited[hit.utterance].covers if hit.utterance in edited else ()
        for one in places:
            if one.start < hit.end and hit.start < one.end:
                yield replace(hit, start=one.at, end=one.at + len(one.shown))


def _edited(one: Utterance, hits: Sequence[Hit], language: str) -> Edited:
    places = covers(one.text, hits, language) if hits else ()
    if not places:
        return Edited(one, one, (), tuple(range(len(one.words))))
    spans = word_spans(one)
    after = replace(one, text=covered(one.text, places))
    so_far = Edited(one, after, places, ())
    groups: list[list[int]] = []
    held: set[int] = set()
    for number in range(len(one.words)):
        found = _covered_by(number, one, spans, places, hits)
        if held & found:
            groups[-1].append(number)
            held |= found
        else:
            groups.append([number])
            held = set(found)
    words = tuple(_word(so_far, group, hits, spans) for group in groups)
    index = tuple(place for place, group in enumerate(groups) for _ in group)
    return replace(so_far, after=replace(after, words=words), words=index)


def _word(edited: Edited, group: Sequence[int], hits: Sequence[Hit], spans: Sequence[Span] | None) -> Word:
    """The words of a group as one, which reads as the text does; a word that nothing covers as it is."""
    one, places = edited.before, edited.covers
    words = [one.words[number] for number in group]
    held = frozenset[int]().union(*(_covered_by(number, one, spans, places, hits) for number in group))
    if not held:
        return words[0]
    first = words[0]
    lead = first.text[: len(first.text) - len(first.text.lstrip())]
    if spans is not None:
        shown = edited.part(spans[group[0]][0], spans[group[-1]][1])
    else:
        shown = edited.part(places[min(held)].start, places[max(held)].end)
    interval = Interval(first.interval.start, max(word.interval.end for word in words))
    return Word(interval, lead + shown, min(word.probability for word in words))


def _covered_by(
    number: int, one: Utterance, spans: Sequence[Span] | None, places: Sequence[Cover], hits: Sequence[Hit]
) -> frozenset[int]:
    """The placeholders that a word belongs to. Where words and text do not say the same the hits' times tell; where
    there are none either, no word is shown."""
    if spans is not None:
        start, end = spans[number]
        return frozenset(i for i, place in enumerate(places) if place.start < max(end, start + 1) and start < place.end)
    timed = [hit for hit in hits if hit.interval is not None]
    if len(timed) < len(hits):
        return frozenset(range(len(places)))
    heard = one.words[number].interval
    return frozenset(
        i
        for i, place in enumerate(places)
        for hit in timed
        if hit.interval is not None and hit.interval.overlaps(heard) and hit.start < place.end and place.start < hit.end
    )


def word_spans(one: Utterance) -> tuple[Span, ...] | None:
    """The characters of each word in the text, letters and digits counted off; None where they are not the same.

    A word of signs alone is where they are before the next letter; an empty span there where they are not.
    """
    places = [at for at, sign in enumerate(one.text) if sign.isalnum()]
    letters = [[sign for sign in word.text if sign.isalnum()] for word in one.words]
    said = [one.text[at].casefold() for at in places]
    if said != [sign.casefold() for word in letters for sign in word]:
        return None
    spans, at = [], 0
    for word, letters_of_word in zip(one.words, letters, strict=True):
        end = at + len(letters_of_word)
        if letters_of_word:
            spans.append((places[at], places[end - 1] + 1))
        else:
            last, following = places[at - 1] + 1 if at else 0, places[at] if at < len(places) else len(one.text)
            sign = word.text.strip()
            place = one.text.find(sign, last, following) if sign else -1
            spans.append((place, place + len(sign)) if place >= 0 else (following, following))
        at = end
    return tuple(spans)
