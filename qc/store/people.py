"""What users keep for themselves: `People`. Two at once lose nothing: who changes a view names the version they saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, false, insert, or_, select, update

from qc.errors import Conflict, NotFound, UsageError
from qc.store.database import Database
from qc.store.schema import preferences, views

MOST_VIEWS = 100
"""Views of one user."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a user likes to read; None: as the settings say. ``time_zone``: a name as Asia/Shanghai."""

    language: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A kept view of the list of calls. ``query``: of the URL. ``team`` sees it, too: empty: everybody who lists calls;
    None: its owner alone. ``version``: how often it was changed."""

    id: int
    owner: str
    name: str
    query: str
    team: str | None
    version: int
    changed_by: str
    changed_at: datetime


class People:
    """Every method raises StoreError when the database does not serve."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def preferences(self, user: str) -> Preferences:
        """What a user chose."""
        query = select(preferences.c.language, preferences.c.time_zone).where(preferences.c.user == user)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return Preferences(*row) if row else Preferences()

    def prefer(self, user: str, chosen: Preferences) -> None:
        """Keep what a user chooses; the last choice counts."""
        row = {"language": chosen.language, "time_zone": chosen.time_zone, "changed_at": datetime.now(UTC)}
        with self._database.writing(f"preferences of {user}") as connection:
            known = update(preferences).where(preferences.c.user == user).values(row)
            if not connection.execute(known).rowcount:
                connection.execute(insert(preferences).values(user=user, **row))

    def views(self, user: str, teams: tuple[str, ...] | None, *, every: bool = False) -> tuple[View, ...]:
        """A user's own views, and those that are shared with these teams or with everybody (None: with nobody);
        `every`: all that are shared. By name."""
        shared = views.c.team.is_not(None) if every else false() if teams is None else views.c.team.in_(("", *teams))
        query = views.select().where(or_(views.c.owner == user, shared))
        with self._database.reading() as connection:
            found = [View(**row) for row in connection.execute(query).mappings()]
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))

    def keep(self, owner: str, name: str, query: str, team: str | None) -> int:
        """Keep a view; gives its number. Raises UsageError for a name that its owner has already, and for too many."""
        row = {"owner": owner, "name": name, "query": query, "team": team, "version": 1, "changed_by": owner}
        with self._database.writing(f"views of {owner}") as connection:
            names = connection.scalars(select(views.c.name).where(views.c.owner == owner)).all()
            _refuse(name, names)
            if len(names) >= MOST_VIEWS:
                raise UsageError(f"{MOST_VIEWS} views are kept of one user; delete one first")
            made = connection.execute(insert(views).values(**row, changed_at=datetime.now(UTC)))
            return int(made.inserted_primary_key[0])  # type: ignore[index]

    def change(self, seen: View, by: str, *, name: str, query: str, team: str | None) -> None:
        """Change a view as it was `seen`. Raises NotFound where it is gone, Conflict where somebody changed it since,
        and UsageError for a name that its owner has already."""
        values = {"name": name, "query": query, "team": team, "changed_by": by, "changed_at": datetime.now(UTC)}
        with self._database.writing(f"views of {seen.owner}") as connection:
            others = select(views.c.name).where(views.c.owner == seen.owner, views.c.id != seen.id)
            _refuse(name, connection.scalars(others).all())
            if not connection.execute(update(views).where(_as(seen)).values(values | _next(seen))).rowcount:
                raise _what_happened(connection, seen)

    def drop(self, seen: View) -> None:
        """Delete a view as it was `seen`. Raises NotFound and Conflict like `change`."""
        with self._database.writing(f"views of {seen.owner}") as connection:
            if not connection.execute(delete(views).where(_as(seen))).rowcount:
                raise _what_happened(connection, seen)


def _as(seen: View) -> Any:
    return (views.c.id == seen.id) & (views.c.version == seen.version)


def _next(seen: View) -> dict[str, int]:
    return {"version": seen.version + 1}


def _refuse(name: str, names: Any) -> None:
    if name in names:
        raise UsageError("a view of this name is there already; choose another name")


def _what_happened(connection: Connection, seen: View) -> Conflict | NotFound:
    row = connection.execute(views.select().where(views.c.id == seen.id)).one_or_none()
    if row is None:
        return NotFound("this view was deleted meanwhile")
    return Conflict(
        f"{row.changed_by} changed this view meanwhile; look at it, and decide again",
        by=row.changed_by,
        at=row.changed_at,
    )
