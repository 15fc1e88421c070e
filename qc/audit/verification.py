"""Whether a trail is what was recorded: every edit, gap, exchange, insertion and cut is named."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from qc.audit.anchor import Anchor
from qc.audit.chain import Unreadable, hash_of, name_of
from qc.audit.entry import ACCEPT, ANCHOR, CUT, Entry

_EXPLAINED = 500
"""Wrong entries of which is looked up whether they only stand in another place; with more, all are just wrong."""


class What(StrEnum):
    """What is wrong."""

    EDITED = "edited"
    """The entry does not fit its hash, or the next one was chained to another."""
    MISSING = "missing"
    """Entries are gone between others; the number is the first one's."""
    REORDERED = "reordered"
    """The entry was made for another number."""
    INSERTED = "inserted"
    """It stands where another entry was."""
    CUT_END = "cut_end"
    """The anchor knows later entries; the number is the first one's that is gone."""
    CUT_START = "cut_start"
    """The oldest entries are gone, and no entry says that they were taken away."""
    UNSEALED = "unsealed"
    """Made without the key that is set, or with another."""
    UNANCHORED = "unanchored"
    """Behind the last entry that the anchor knows; the number is the first one's."""
    NO_ANCHOR = "no_anchor"
    """There are entries, and the anchor is gone."""
    BAD_ANCHOR = "bad_anchor"
    """The anchor cannot be read, or is not made with the key."""
    MISFIT = "misfit"
    """When this entry was made, the anchor did not fit the trail, and nobody has accepted that."""
    UNGUARDED = "unguarded"
    """The database no longer refuses changes: its triggers are gone or off. The number is the last one's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and with which number."""

    number: int
    what: What


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at. ``first`` and ``last``: numbers, 0 of an empty trail. ``hash``: the last one's. ``cut``:
    the number up to which entries were taken away by retention, 0: none. ``anchor`` None: there is none, or no place
    for one (``anchored`` False). ``accepted``: misfits that somebody accepted."""

    entries: int
    first: int
    last: int
    hash: str
    cut: int
    anchored: bool
    anchor: Anchor | None
    problems: tuple[Problem, ...]
    accepted: tuple[int, ...] = ()


def verify(
    entries: Iterable[Entry | Unreadable],
    anchor: Anchor | None,
    *,
    anchored: bool = True,
    key: bytes | None = None,
    key_from: int = 1,
    guarded: bool = True,
) -> Verification:
    """Look at all entries, by number, and at the anchor; `anchored` False: there is no place for one.

    Entries from `key_from` on must be made with the `key`, where one is given. `guarded`: whether the database refuses
    changes.
    """
    look = _Look(key, key_from, anchor)
    for entry in entries:
        look.at(entry)
    look.end(anchored)
    if not guarded:
        look.problems.add(Problem(look.number, What.UNGUARDED))
    return Verification(
        entries=look.count,
        first=look.first[0] if look.first else 0,
        last=look.number,
        hash=look.hash,
        cut=look.first[0] - 1 if look.first and look.first[0] > 1 and not look.cut_start else 0,
        anchored=anchored,
        anchor=anchor,
        problems=tuple(sorted(look.problems, key=lambda one: (one.number, one.what))),
        accepted=tuple(sorted(look.accepted & look.misfits)),
    )


@dataclass(slots=True)
class _Look:
    key: bytes | None
    key_from: int
    anchor: Anchor | None
    count: int = 0
    number: int = 0
    hash: str = ""
    sound: bool = False
    """Whether the last one fits its hash: then the next one must be chained to it."""
    first: tuple[int, str] | None = None
    cuts: set[tuple[int, str]] = field(default_factory=set)
    misfits: set[int] = field(default_factory=set)
    accepted: set[int] = field(default_factory=set)
    wrong: list[Entry] = field(default_factory=list)
    problems: set[Problem] = field(default_factory=set)
    anchored_hash: str | None = None
    cut_start: bool = False

    def at(self, entry: Entry | Unreadable) -> None:
        """The next one."""
        self.count += 1
        number = self.number + 1 if entry.number is None else entry.number
        gap = self.first is not None and number != self.number + 1
        if gap:
            self._say(self.number + 1, What.MISSING)
        if isinstance(entry, Unreadable):
            self._say(number, What.EDITED)
            self.first = self.first or (number, "")
            self.number, self.hash, self.sound = number, "", False
            return
        key = self.key if entry.key else None
        known = entry.key in ("", name_of(self.key))
        computed = hash_of(entry, key) if known else entry.hash
        right = hmac.compare_digest(computed, entry.hash)
        if not known or (self.key and not entry.key and number >= self.key_from):
            self._say(number, What.UNSEALED)
        if not right:
            self.wrong.append(entry)
        elif self.sound and not gap and entry.previous != self.hash:
            self._say(self.number, What.EDITED)  # made anew with its hash: the next one still names the old
        if self.first is None and number == 1 and right and entry.previous:
            self._say(1, What.EDITED)
        self.first = self.first or (number, entry.previous)
        self.number, self.hash, self.sound = number, entry.hash, right
        if right:
            self._told(entry)
            if self.anchor and self.anchor.number == number:
                self.anchored_hash = entry.hash

    def end(self, anchored: bool) -> None:
        """After the last one."""
        self.problems.update(_explained(self.wrong, self.key))
        if self.first and self.first[0] != 1 and (self.first[0] - 1, self.first[1]) not in self.cuts:
            self.cut_start = True
            self._say(self.first[0], What.CUT_START)
        for number in self.misfits - self.accepted:
            self._say(number, What.MISFIT)
        if anchored:
            self._at_anchor()

    def _told(self, entry: Entry) -> None:
        event = entry.event
        number = event.detail.get("number")
        if event.action == CUT and isinstance(number, int):
            self.cuts.add((number, str(event.detail.get("hash", ""))))
        elif event.action == ANCHOR:
            self.misfits.add(entry.number)
        elif event.action == ACCEPT and isinstance(number, int):
            self.accepted.add(number)

    def _at_anchor(self) -> None:
        anchor = self.anchor
        if anchor is None:
            if self.count:
                self._say(self.number, What.NO_ANCHOR)
        elif not anchor.trusted:
            self._say(self.number, What.BAD_ANCHOR)
        elif anchor.number > self.number:
            self._say(self.number + 1, What.CUT_END)
        else:
            if self.anchored_hash is not None and self.anchored_hash != anchor.hash:
                self._say(anchor.number, What.EDITED)
            if anchor.number < self.number:
                self._say(anchor.number + 1, What.UNANCHORED)

    def _say(self, number: int, what: What) -> None:
        self.problems.add(Problem(number, what))


def _explained(wrong: list[Entry], key: bytes | None) -> Iterator[Problem]:
    """Entries that do not fit their hash: made for another number, put between others, or edited."""
    numbers = {entry.number for entry in wrong}
    homes: dict[int, int] = {}
    if len(wrong) <= _EXPLAINED:
        places = numbers | {number + step for number in numbers for step in (-1, 1)}
        for entry in wrong:
            under = key if entry.key else None
            home = next((place for place in places if hash_of(entry, under, place) == entry.hash), None)
            if home is not None:
                homes[entry.number] = home
    claimed = set(homes.values())
    for number in sorted(numbers):
        if number in homes:
            yield Problem(number, What.REORDERED)
        else:
            yield Problem(number, What.INSERTED if number in claimed else What.EDITED)
