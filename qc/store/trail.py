"""The trail in the database: appended by one writer at a time, read one after the other, never changed.

::

    anchor's lock ─► transaction ─► last entry, anchor ─► insert ─► next anchor prepared ─► commit ─► anchor in place

What cannot be anchored is not committed, and who asked is refused: no act without its entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, delete, func, insert, inspect, select, text, true

from qc.audit import ANCHOR, CUT, Anchor, AnchorFile, Entry, Event, Seal, Unreadable, Verification, flat, unflat, verify
from qc.audit.chain import entry_after, moment, name_of
from qc.errors import StoreError
from qc.store.database import Database
from qc.store.engine import is_sqlite
from qc.store.schema import trail

TRAIL = "qc: trail"
"""What its writers lock."""
_AT_ONCE = 1000
_GUARDS = {"sqlite": {"trail_update", "trail_delete", "trail_insert"}, "postgresql": {"trail_rows", "trail_whole"}}
"""The triggers of each database."""


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Entries that fulfil every filter; an empty one lets all through. ``since`` and ``until`` are aware, half-open."""

    since: datetime | None = None
    until: datetime | None = None
    actors: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        """The WHERE over ``trail``."""
        found: ColumnElement[bool] = true()
        for column, values in (
            (trail.c.actor, self.actors),
            (trail.c.action, self.actions),
            (trail.c.subject, self.subjects),
        ):
            if values:
                found = found & column.in_(values)
        if self.since:
            found = found & (trail.c.at >= moment(self.since))
        if self.until:
            found = found & (trail.c.at < moment(self.until))
        return found


@dataclass(frozen=True, slots=True)
class _Last:
    number: int
    hash: str
    key: str


class Trail:
    """The trail of a database, sealed as the site says. Every method raises StoreError."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal
        self.anchor: AnchorFile | None = seal.anchor_file(_file(database))

    @property
    def exists(self) -> bool:
        """Whether the database is of a version that keeps one."""
        with self._database.reading() as connection:
            return inspect(connection).has_table("trail")

    def record(self, event: Event) -> Entry:
        """Append an event."""
        return self._append(event)[-1]

    def cut(self, before: datetime, actor: str, origin: str = "local") -> Entry | None:
        """Take away the oldest entries, up to the first that is not older than `before`; the last one always stays.

        Gives the entry that says so, with the number and the hash of the last one taken away; None: nothing is due.
        """
        with self._database.reading() as connection:
            young = select(func.min(trail.c.number)).where(trail.c.at >= moment(before)).scalar_subquery()
            newest = select(func.max(trail.c.number)).scalar_subquery()
            query = select(trail.c.number, trail.c.hash).where(trail.c.number < func.coalesce(young, newest))
            last = connection.execute(query.order_by(trail.c.number.desc()).limit(1)).one_or_none()
        if last is None:
            return None
        detail = {"number": last.number, "hash": last.hash}
        return self._append(Event(datetime.now(UTC), actor, origin, CUT, detail=detail), cut=last.number)[-1]

    def entries(self, wanted: TrailFilter | None = None) -> Iterator[Entry]:
        """By number, of one state of the database. Rows that are none of ours are left out: `verify` names them."""
        with self._database.reading() as connection:
            for entry in _rows(connection, wanted or TrailFilter()):
                if isinstance(entry, Entry):
                    yield entry

    def newest(self, count: int) -> tuple[Entry, ...]:
        """The last `count` entries, newest first."""
        query = trail.select().order_by(trail.c.number.desc()).limit(count)
        with self._database.reading() as connection:
            found = [unflat(dict(row)) for row in connection.execute(query).mappings()]
        return tuple(entry for entry in found if isinstance(entry, Entry))

    def last(self, action: str) -> Iterator[Entry]:
        """Entries of an action, the newest first."""
        query = trail.select().where(trail.c.action == action).order_by(trail.c.number.desc())
        with self._database.reading() as connection:
            for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}).mappings():
                entry = unflat(dict(row))
                if isinstance(entry, Entry):
                    yield entry

    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry; 0 and nothing of an empty trail."""
        with self._database.reading() as connection:
            last = _last(connection)
        return last.number, last.hash

    def verify(self) -> Verification:
        """Look at every entry, and at the anchor."""
        anchor = None
        with self._database.errors(), self._database.reading() as connection:
            with self.anchor.held() if self.anchor else nullcontext():
                last = _last(connection)  # from here on, one state
                if self.anchor:
                    self.anchor.recover(last.number, last.hash)
                    anchor = self.anchor.read()
            return verify(
                _rows(connection, TrailFilter()),
                anchor,
                anchored=self.anchor is not None,
                key=self._seal.key,
                key_from=self._seal.key_from,
                guarded=_is_guarded(connection),
            )

    def _append(self, event: Event, cut: int = 0) -> list[Entry]:
        key = self._seal.key
        with self.anchor.held() if self.anchor else nullcontext():
            with self._database.writing(TRAIL) as connection:
                last = _last(connection)
                _check_key(last, key)
                made = []
                for one in (*self._misfit(connection, last), event):
                    entry = entry_after(last.number, last.hash, one, key)
                    connection.execute(insert(trail).values(flat(entry)))
                    made.append(entry)
                    last = _Last(entry.number, entry.hash, entry.key)
                connection.execute(delete(trail).where(trail.c.number <= cut))
                if self.anchor:
                    self.anchor.prepare(last.number, last.hash)
            if self.anchor:
                self.anchor.confirm()
        return made

    def _misfit(self, connection: Connection, last: _Last) -> Iterator[Event]:
        """What the anchor tells before it is written anew: else a cut end would be forgotten with the next entry."""
        if self.anchor is None:
            return
        self.anchor.recover(last.number, last.hash)
        anchor = self.anchor.read()
        if anchor == Anchor(last.number, last.hash) or (anchor is None and not last.number):
            return
        state = "missing" if anchor is None else "foreign" if not anchor.trusted else _state(anchor, last)
        detail: dict[str, str | int | float] = {
            "state": state,
            "anchor": anchor.number if anchor else 0,
            "last": last.number,
        }
        yield Event(datetime.now(UTC), "qc", "local", ANCHOR, detail=detail)


def _file(database: Database) -> Path | None:
    """Of SQLite, also where it is named by a URI; None: on a server or in memory."""
    name = database.url.database
    if not is_sqlite(database.url) or not name or name == ":memory:":
        return None
    return Path(urlsplit(name).path if name.startswith("file:") else name)


def _state(anchor: Anchor, last: _Last) -> str:
    return "ahead" if anchor.number > last.number else "behind" if anchor.number < last.number else "other"


def _check_key(last: _Last, key: bytes | None) -> None:
    """Two programs with different settings would spoil the trail for both."""
    if last.key and last.key != name_of(key):
        wrong = "another key" if key else "a key, and none is set"
        raise StoreError(
            f"the trail is sealed with {wrong}: set audit_key or audit_key_file as the other programs have it"
        )


def _is_guarded(connection: Connection) -> bool:
    """Whether the triggers of migration 0007 are there and on."""
    if connection.dialect.name == "sqlite":
        names = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail'")
    else:
        names = text("SELECT tgname FROM pg_trigger WHERE tgrelid = 'trail'::regclass AND tgenabled IN ('O', 'A')")
    return set(connection.scalars(names)) >= _GUARDS[connection.dialect.name]


def _last(connection: Connection) -> _Last:
    query = select(trail.c.number, trail.c.hash, trail.c.key).order_by(trail.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return _Last(row.number, row.hash, row.key) if row else _Last(0, "", "")


def _rows(connection: Connection, wanted: TrailFilter) -> Iterator[Entry | Unreadable]:
    query = trail.select().where(wanted.condition()).order_by(trail.c.number)
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}).mappings():
        yield unflat(dict(row))
