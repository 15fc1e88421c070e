"""A clip as it is taught: what is said in it, what the card asks, and what to do instead. Everything is masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qc.captions import Cue, cues
from qc.language import load, say
from qc.packs.pack import Pack, tidy
from qc.result import Excerpt, Inspection, ItemResult, Message
from qc.words import Words, clock

_CODE = re.compile("[^a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """What the card asks, and what the machine found of it here. ``lines``: label and value, in words; ``evidence``:
    what hit, with seconds from the clip's start where they are known; ``facts``: the same for programs."""

    item: str
    section: str
    verdict: str
    lines: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[float | None, str], ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One clip of a pack. ``counterparts``: numbers and titles of those that show the item the other way."""

    number: int
    title: str
    item: str
    good: bool
    tip: str
    tags: tuple[str, ...]
    seconds: float
    where: str
    agent: str
    cues: tuple[Cue, ...]
    rule: Rule | None
    counterparts: tuple[tuple[int, str], ...]
    stem: str
    ending: str

    @property
    def audio(self) -> str:
        """Path in the archive."""
        return f"audio/{self.stem}.{self.ending}"

    @property
    def captions(self) -> str:
        """Path in the archive."""
        return f"captions/{self.stem}.vtt"

    @property
    def transcript(self) -> str:
        """Path in the archive."""
        return f"transcripts/{self.stem}.txt"


def lesson_of(pack: Pack, number: int, clip: Excerpt, shown: Inspection, words: Words) -> Lesson:
    """`shown`: the call, masked. No name from outside goes into the name of a file."""
    row = shown.score.item(clip.item) if clip.item else None
    span = clip.interval
    return Lesson(
        number,
        title_of(clip, number, words),
        clip.item,
        clip.good,
        clip.tip or ("" if clip.good or not clip.item else _tip(clip.item, words.language)),
        clip.tags,
        span.duration,
        f"{clock(span.start)}–{clock(span.end)}",
        tidy(shown.call.metadata.agent or "", 60) if pack.agents else "",
        cues(shown.call, span),
        None if row is None else _rule(row, clip, words),
        tuple((other, title_of(pack.clips[other - 1], other, words)) for other in pack.counterparts(clip)),
        f"{number:02d}-{_CODE.sub('-', clip.item.casefold())[:40].strip('-_') or 'clip'}",
        pack.sound.value,
    )


def title_of(clip: Excerpt, number: int, words: Words) -> str:
    """The trainer's own, else the item's, else its number."""
    if clip.title or not clip.item:
        return clip.title or words("pack.clip", number=number)
    return words("pack.good_title", item=words.item(clip.item)) if clip.good else words.item(clip.item)


def transcript(lesson: Lesson, words: Words) -> str:
    """What is said, a line an utterance, under the clip's title."""
    said = [f"{clock(one.interval.start)}  {words.heading('role', one.role.value)}: {one.text}" for one in lesson.cues]
    return "\n".join([f"{lesson.number}. {lesson.title}", "", *(said or [words("pack.silent")]), ""])


def _rule(row: ItemResult, clip: Excerpt, words: Words) -> Rule:
    result = row.result
    span = clip.interval
    verdict = say(result.explanation, words.language)
    lines = []
    if result.threshold is not None:
        lines.append((words("pack.threshold"), words.quantity(result.threshold, result.unit)))
    if result.measured is not None:
        lines.append((words("pack.measured"), words.quantity(result.measured, result.unit)))
    inside = [one for one in result.findings if one.interval is None or one.interval.overlaps(span)]
    evidence, facts = [], []
    for one in inside:
        at = None if one.interval is None else max(0.0, one.interval.start - span.start)
        note = say(one.note, words.language)
        said = f"“{one.quote}”" if one.quote else ""
        shown = [text for text in ("" if note == verdict and said else note, said) if text]
        evidence.append((at, " — ".join(shown)))
        facts.append(
            {"at": None if at is None else round(at, 3), "rule": one.note.key, "quote": one.quote, "says": note}
        )
    section = words.term("section", row.section)
    known = {
        "item": row.item,
        "section": row.section,
        "check": result.check,
        "kind": row.kind.value,
        "value": result.value,
        "measured": result.measured,
        "threshold": result.threshold,
        "unit": result.unit,
        "found": facts,
    }
    return Rule(words.item(row.item), section, verdict, tuple(lines), tuple(evidence), known)


def _tip(item: str, language: str) -> str:
    """The language pack's; an item of the site's own has none."""
    message = Message(f"tip.{item}")
    return say(message, language) if message.key in load(language).messages else ""
