"""Calibration: several people rate the same calls blind, the machine is one rater more, and then they compare. Pure.

Before a session is closed nobody sees anybody's answers, nor the machine's; what a person answers is theirs until then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import combinations

from qc.coaching import (
    Measure,
    fleiss_kappa,
    kappa,
    kappa_interval,
    krippendorff_alpha,
    measured,
    pairwise_agreement,
    proportion,
)
from qc.errors import Refused
from qc.result import Proportion, verdict

MACHINE = ""
"""The machine's name among the raters: no person can have it."""
TERM = timedelta(days=14)
"""After which any rater may close a session."""
FEW = 10
"""Calls under which a figure says little, as of a coaching point."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rater says of an item of a call. ``value`` as of `CheckResult`: None = does not apply."""

    recording_id: str
    item: str
    rater: str
    value: float | None
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """``raters``: when each handed in, None: still rating. ``calls``: recordings with the judgement by which the
    machine answers, in the order in which they are rated. ``seed``: of the draw; None: chosen by hand."""

    number: int
    title: str
    organiser: str
    at: datetime
    seed: int | None
    raters: Mapping[str, datetime | None]
    calls: tuple[tuple[str, str], ...]
    closed_at: datetime | None = None
    closed_by: str | None = None

    @property
    def open(self) -> bool:
        """Whether answers are still secret."""
        return self.closed_at is None

    @property
    def complete(self) -> bool:
        """Whether everybody handed in."""
        return all(self.raters.values())


def draw(recording_ids: Iterable[str], number: int, seed: int) -> tuple[str, ...]:
    """So many recordings by chance: the same for the same seed, in whatever order they come. Those that are stored
    later change no more of the draw than they take for themselves."""
    return tuple(sorted(set(recording_ids), key=lambda one: sha256(f"{seed}:{one}".encode()).digest())[:number])


def check_rating(session: Session, rater: str) -> None:
    """Raise Refused unless the rater may answer now."""
    if not session.open:
        raise Refused(f"the session was closed by {session.closed_by} on {_moment(session.closed_at)}", "closed")
    if rater not in session.raters:
        raise Refused(f"{rater} is no rater of this session", "not_a_rater")
    if session.raters[rater] is not None:
        raise Refused(f"{rater} handed in on {_moment(session.raters[rater])}", "handed_in")


def check_closing(session: Session, person: str, at: datetime) -> None:
    """Raise Refused unless the person may close the session: its organiser at any time, a rater when all handed in, and
    after `TERM`, lest calls stay hidden from raters because somebody left."""
    if not session.open:
        raise Refused(f"the session was closed by {session.closed_by} on {_moment(session.closed_at)}", "closed")
    if person != session.organiser and not session.complete and at < session.at + TERM:
        raise Refused(
            f"only {session.organiser} may close a session before all handed in, or {TERM.days} days have passed",
            "not_organiser",
        )


def check_result(session: Session) -> None:
    """Raise Refused while answers are secret."""
    if session.open:
        raise Refused("answers are shown when the session is closed", "still_open")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters: answers that agree, of the calls that both answered, and Cohen's kappa where there is one."""

    one: str
    other: str
    agreed: Proportion
    kappa: Measure | None


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """One item: ``calls`` with two answers or more. ``people``: alpha without the machine. ``fleiss`` is None where
    somebody left a call out."""

    item: str
    calls: int
    observed: Measure | None
    alpha: Measure | None
    people: Measure | None
    fleiss: Measure | None
    pairs: tuple[Pair, ...]

    @property
    def few(self) -> bool:
        """Whether there are too few calls to say much."""
        return self.calls < FEW


@dataclass(frozen=True, slots=True)
class Split:
    """A call and an item of which the raters do not agree; ``answers`` by rater."""

    recording_id: str
    item: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A closed session. ``differs``: by rater, how many answers were others than what most of the rest said.
    ``splits``: the most divided first."""

    raters: tuple[str, ...]
    items: tuple[ItemAgreement, ...]
    differs: Mapping[str, Proportion]
    splits: tuple[Split, ...]


def compare(answers: Iterable[Answer], raters: Sequence[str], items: Sequence[str]) -> Comparison:
    """Answers of all raters, the machine's too, each once a call and item. `items`: their order."""
    cells: dict[tuple[str, str], dict[str, Answer]] = defaultdict(dict)
    for one in answers:
        cells[one.item, one.recording_id][one.rater] = one
    order = (*raters, MACHINE)
    by_item: dict[str, list[dict[str, str]]] = {item: [] for item in items}
    for (item, _), given in sorted(cells.items()):
        by_item.setdefault(item, []).append({rater: verdict(one.value) for rater, one in given.items()})
    splits = [
        Split(recording_id, item, given)
        for (item, recording_id), given in cells.items()
        if len({verdict(one.value) for one in given.values()}) > 1
    ]
    splits.sort(key=lambda one: (-_divided(one), items.index(one.item) if one.item in items else 0, one.recording_id))
    return Comparison(
        raters=order,
        items=tuple(_item(item, rows, order) for item, rows in by_item.items() if rows),
        differs=_differs([row for rows in by_item.values() for row in rows], order),
        splits=tuple(splits),
    )


def _item(item: str, rows: Sequence[Mapping[str, str]], order: Sequence[str]) -> ItemAgreement:
    full = [[row.get(rater) for rater in order] for row in rows]
    people = [[row.get(rater) for rater in order if rater != MACHINE] for row in rows]
    return ItemAgreement(
        item=item,
        calls=sum(len(row) > 1 for row in rows),
        observed=measured(full, pairwise_agreement),
        alpha=measured(full, krippendorff_alpha),
        people=measured(people, krippendorff_alpha),
        fleiss=measured(full, fleiss_kappa),
        pairs=tuple(_pair(one, other, rows) for one, other in combinations(order, 2)),
    )


def _pair(one: str, other: str, rows: Sequence[Mapping[str, str]]) -> Pair:
    counts = Counter((row[one], row[other]) for row in rows if one in row and other in row)
    agreed = sum(count for (first, second), count in counts.items() if first == second)
    value = kappa(counts) if counts else None
    measure = None if value is None else Measure(value, kappa_interval(counts))
    return Pair(one, other, proportion(agreed, sum(counts.values())), measure)


def _differs(rows: Sequence[Mapping[str, str]], order: Sequence[str]) -> dict[str, Proportion]:
    """Where the rest has no majority, nobody differs from it."""
    found: dict[str, Counter[bool]] = {rater: Counter() for rater in order}
    for row in rows:
        for rater, answer in row.items():
            rest = Counter(other for name, other in row.items() if name != rater).most_common(2)
            if rest and (len(rest) == 1 or rest[0][1] > rest[1][1]):
                found[rater][answer != rest[0][0]] += 1
    return {rater: proportion(counts[True], counts.total()) for rater, counts in found.items()}


def _divided(split: Split) -> float:
    """Share of the pairs of answers that differ."""
    agreed = pairwise_agreement([[verdict(one.value) for one in split.answers.values()]])
    return 0.0 if agreed is None else 1 - agreed


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def checked_raters(raters: Collection[str]) -> tuple[str, ...]:
    """Names without blanks around them, each once. Raises Refused where they are under two: one alone agrees with
    nobody."""
    found = tuple(dict.fromkeys(name for one in raters if (name := " ".join(one.split()))))
    if len(found) < 2:
        raise Refused("a calibration needs two raters or more", "few_raters")
    return found
