"""Where private data is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qc.call import Call
from qc.private import Hit, Kind
from qc.redact import latin
from qc.redact.context import asked, context
from qc.redact.kinds import UNKNOWN, kind_of
from qc.redact.line import Line, line, lines
from qc.redact.run import Run, runs
from qc.redact.timing import MARGIN, heard
from qc.site import NOWHERE, Site

CHINESE = "zh"
"""Read here; every other language is read as one in Latin script (`qc.redact.latin`)."""
SAID_BACK = 4
"""Digits in a row of a private number that are private wherever they are said again: "the one that ends in 8000"."""
ECHOED = 2
"""The same while the number is being dictated."""
SURELY = 0.7
"""Probability from which a name or an address is looked for wherever it is said again."""

Found = tuple[Line, Kind, int, int, float]
"""Characters ``[start, end)`` of a line's folded text, and the probability."""


def find(text: str, language: str, site: Site = NOWHERE) -> tuple[Hit, ...]:
    """Private data in one text, as one utterance with index 0 and without times, by place."""
    if language != CHINESE:
        latin_found = latin.find_text(text, latin.of(language), site)
        return tuple(Hit(one.kind, 0, one.start, one.end, None, one.probability) for one in latin_found)
    found = _merged(_found((line(text, language),), site))
    return tuple(Hit(kind, 0, *one.folded.source(start, end), None, p) for one, kind, start, end, p in found)


def find_in(call: Call, site: Site = NOWHERE, *, margin: float = MARGIN) -> tuple[Hit, ...]:
    """Private data in what is said in a call, across turns and repeats, by utterance and place.

    `margin`: seconds that a hit's interval reaches beyond its words on both sides.
    """
    utterances = call.transcript.utterances
    duration = call.recording.duration
    hits = []
    if call.transcript.language != CHINESE:
        pieces = [latin.Piece(one.role, one.text, one.interval) for one in utterances]
        said = latin.find_all(pieces, latin.of(call.transcript.language), site)
        for utterance, found in zip(utterances, said, strict=True):
            for it in found:
                interval = heard(utterance, it.start, it.end, margin, duration)
                hits.append(Hit(it.kind, utterance.index, it.start, it.end, interval, it.probability))
        return tuple(hits)
    for one, kind, start, end, probability in _merged(_found(lines(utterances, call.transcript.language), site)):
        utterance = utterances[one.number]
        place = one.folded.source(start, end)
        interval = heard(utterance, *place, margin, call.recording.duration)
        hits.append(Hit(kind, utterance.index, *place, interval, probability))
    return tuple(hits)


def _found(said: Sequence[Line], site: Site) -> Iterator[Found]:
    numbers: list[tuple[Run, Kind, float]] = []
    others: list[Run] = []
    nobodys: set[str] = set()
    for run in runs(said):
        words = run.pieces[0].line.lexicon
        around = context(run, said)
        known = kind_of(run, around, words, site)
        if known is None and around.nobodys:
            nobodys.add(run.value)
        if known and (known[1] > UNKNOWN or run.value not in nobodys):
            numbers.append((run, *known))
        else:
            others.append(run)
    for run, kind, probability in [*(_part(one, numbers) for one in numbers), *_again(numbers, others)]:
        for piece in run.pieces:
            yield piece.line, kind, piece.start, piece.end, probability
    texts = list(_texts(said))
    yield from texts
    yield from _texts_again(said, texts)


def _part(found: tuple[Run, Kind, float], numbers: Sequence[tuple[Run, Kind, float]]) -> tuple[Run, Kind, float]:
    """A short number that is the end of a longer one is of its kind."""
    run, kind, probability = found
    for number, whole, likely in numbers:
        if len(run.digits) < len(number.digits) and number.digits.endswith(run.digits):
            return run, whole, max(probability, likely)
    return run, kind, probability


def _again(numbers: Sequence[tuple[Run, Kind, float]], others: Iterable[Run]) -> Iterator[tuple[Run, Kind, float]]:
    """Runs that say a part of a private number again."""
    for run in others:
        for number, kind, probability in numbers:
            at, other = run.pieces[0].line, number.pieces[0].line
            within = at.role is not other.role and other.number <= at.number <= number.pieces[-1].line.number + 1
            if len(run.digits) >= (ECHOED if within else SAID_BACK) and run.digits in number.digits:
                yield run, kind, probability
                break


def _texts(said: Sequence[Line]) -> Iterator[Found]:
    """What patterns find: names, addresses, e-mail, plates."""
    for one in said:
        question = asked(one, said)
        about = {cue.kind for cue in (*one.cues, *([question] if question else ()))}
        nobodys = [cue for cue in one.cues if cue.kind is None]
        for pattern, expression in one.lexicon.recognisers:
            if pattern.answer and pattern.kind not in about:
                continue
            if pattern.needs and not any(part in one.folded.text for part in pattern.needs):
                continue
            for found in expression.finditer(one.folded.text):
                start, end = found.span(next((name for name, text in found.groupdict().items() if text), 0))
                beside = any(cue.start < found.end() and found.start() < cue.end for cue in nobodys)
                if start < end and not beside:
                    yield one, pattern.kind, start, end, pattern.probability


def _texts_again(said: Sequence[Line], texts: Iterable[Found]) -> Iterator[Found]:
    """Names and addresses that are said again, in the same words."""
    known = {
        (one.folded.text[start:end], kind): probability
        for one, kind, start, end, probability in texts
        if kind in (Kind.NAME, Kind.ADDRESS, Kind.PLATE, Kind.EMAIL) and end - start > 1 and probability >= SURELY
    }
    for one in said:
        for (words, kind), probability in known.items():
            at = one.folded.text.find(words)
            while at >= 0:
                yield one, kind, at, at + len(words), probability
                at = one.folded.text.find(words, at + 1)


def _merged(found: Iterable[Found]) -> tuple[Found, ...]:
    """By place, each character once: finds that overlap are one, of the kind of the likeliest."""
    merged: list[Found] = []
    for one in sorted(found, key=lambda each: (each[0].number, each[2], -each[3])):
        if merged and merged[-1][0].number == one[0].number and one[2] < merged[-1][3]:
            last = merged.pop()
            best = max(last, one, key=lambda each: (each[4], each[3] - each[2]))
            merged.append((last[0], best[1], last[2], max(last[3], one[3]), best[4]))
        else:
            merged.append(one)
    return tuple(merged)
