"""Labelled utterances of a utility's hotline, for measuring redaction on wording that its authors have not seen.

Templates lie in ``templates/{zh,en,es}.yaml``: two pools, ``second`` and ``third``, each with ``private`` and ``none``.
A template is one turn or several, ``A`` (agent) or ``C`` (customer) and the text, separated by `` / ``. Slots::

    {mobile}        a private value, said anew wherever it stands; {mobile2} is another one
    {mobile:head} {mobile:tail}   its first and its last part, for a number that goes on in another turn
    {mobile:last4}  its last four digits
    {amount} {reading} {date} ...   figures that are no private data, see `tests.redact.unseen.figures`
    {amount:again}  the same figure once more
    {filler}        uh, eh, 嗯

What one could argue about has no template: agents' own names, a customer addressed by surname, the last digits of a
card, birth dates, post codes, a street without a number, a town.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qc.private import Kind
from tests.redact.unseen import forms, spelling
from tests.redact.unseen.figures import FIGURES, figure
from tests.redact.unseen.forms import Form
from tests.redact.unseen.spelling import Piece
from tests.redact.unseen.values import KINDS, Value, make

POOLS = ("second", "third")
PRIVATE_SHARE = 0.65
"""Of the utterances; at most 40 % may be without private data."""
BARE_SHARE = 0.25
"""Of the utterances, as a recogniser writes that knows neither capitals nor punctuation."""
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_ROLES = {"A": "agent", "C": "customer"}


@dataclass(frozen=True, slots=True)
class Label:
    """Private data at characters ``[start, end)`` of turn `turn`.

    ``carrying``: where the value itself is, also ``(start, end)`` in the turn's text: fillers, separators and slips
    that the speaker took back lie between them. ``part``: whole, head, tail or last4; ``style``: how it is said, see
    `Form`.
    """

    turn: int
    kind: Kind
    start: int
    end: int
    carrying: tuple[tuple[int, int], ...]
    slot: str
    part: str
    style: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """What was said: ``turns`` of (role, text), and where the private data is; ``template``: its source."""

    language: str
    turns: tuple[tuple[str, str], ...]
    labels: tuple[Label, ...]
    template: str


@cache
def templates(language: str) -> dict[str, dict[str, list[str]]]:
    """Pool -> private or none -> templates."""
    path = Path(__file__).parent / "templates" / f"{language}.yaml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def utterances(language: str, pool: str, count: int, seed: int) -> tuple[Labelled, ...]:
    """`count` different utterances, always the same for the same arguments; every template is used about as often.

    Raises ValueError for an unknown pool.
    """
    if pool not in POOLS:
        raise ValueError(f"no pool {pool!r}: {', '.join(POOLS)}")
    choice = random.Random(f"redact/{language}/{pool}/{seed}")
    private = round(count * PRIVATE_SHARE)
    found = [
        *_drawn(language, templates(language)[pool]["private"], private, choice),
        *_drawn(language, templates(language)[pool]["none"], count - private, choice),
    ]
    choice.shuffle(found)
    return tuple(found)


def _drawn(language: str, among: Sequence[str], count: int, choice: random.Random) -> Iterator[Labelled]:
    """Round after round over all templates; what was there already is left out."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    while len(seen) < count:
        before = len(seen)
        for template in choice.sample(among, len(among)):
            one = fill(template, language, choice)
            if one.turns not in seen and len(seen) < count:
                seen.add(one.turns)
                yield one
        if len(seen) == before:
            raise ValueError(f"{len(among)} templates give only {before} different utterances")


def fill(template: str, language: str, choice: random.Random) -> Labelled:
    """One utterance from a template."""
    return Filler(language, choice, bare=choice.random() < BARE_SHARE).fill(template)


class Filler:
    """Puts values into a template; remembers them, so that a slot is the same value wherever it stands again."""

    def __init__(self, language: str, choice: random.Random, *, bare: bool = False) -> None:
        self.language, self.choice, self.bare = language, choice, bare
        self.values: dict[str, Value] = {}
        self.cuts: dict[str, int] = {}
        self.figures: dict[str, str] = {}

    def fill(self, template: str) -> Labelled:
        turns, labels = [], []
        for index, turn in enumerate(template.split(" / ")):
            code, _, wording = turn.strip().partition(" ")
            text, found = self._turn(wording, index)
            turns.append((_ROLES[code], text))
            labels += found
        return Labelled(self.language, tuple(turns), tuple(labels), template)

    def _turn(self, wording: str, turn: int) -> tuple[str, list[Label]]:
        text, labels, at = "", [], 0
        for match in _SLOT.finditer(wording):
            text += self._plain(wording[at : match.start()])
            at = match.end()
            name, part = match.groups()
            slot = name.rstrip("0123456789")
            if slot not in KINDS:
                text += self._plain(self._unlabelled(slot, repeated=part == "again"))
                continue
            form = self._said(name, slot, part or "whole")
            start, carrying = len(text), []
            for piece in form.pieces:
                if piece.carries:
                    carrying.append((len(text), len(text) + len(piece.text)))
                text += piece.text
            labels.append(
                Label(turn, KINDS[slot], start, len(text), tuple(carrying), slot, part or "whole", form.style)
            )
        return text + self._plain(wording[at:]), labels

    def _unlabelled(self, slot: str, repeated: bool) -> str:
        if slot == "filler":
            return self.choice.choice(forms.FILLERS[self.language])
        if not repeated:
            self.figures[slot] = figure(slot, self.language, self.choice)
        return self.figures[slot]

    def _plain(self, text: str) -> str:
        if not self.bare:
            return text
        signs = r"[，。？！、；]" if self.language == "zh" else r"[,?!¿¡;]|\.(?=\s|$)"
        (piece,) = spelling.bare([Piece(text)], self.language)
        return re.sub(signs, "", piece.text)

    def _said(self, name: str, slot: str, part: str) -> Form:
        value = self.values.setdefault(name, make(slot, self.language, self.choice))
        return self.say(self._part(name, value, part))

    def say(self, value: Value) -> Form:
        """A value as it is said here."""
        return forms.say(value, self.language, self.choice, bare=self.bare)

    def _part(self, name: str, value: Value, part: str) -> Value:
        if part == "whole":
            return value
        if part == "last4":
            return replace(value, text=value.text[-4:], country="")
        lengths = list(map(len, forms.groups(value.text, value.country, self.choice)))
        cut = self.cuts.setdefault(name, sum(lengths[: self.choice.randint(1, len(lengths) - 1)]))
        return replace(value, text=value.text[:cut] if part == "head" else value.text[cut:], country="")


assert not set(KINDS) & set(FIGURES), "a slot is private or not"
