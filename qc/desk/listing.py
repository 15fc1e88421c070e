"""The list of calls, whole and by pages, and what each user keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode
from zoneinfo import available_timezones

from qc.access import Action, Reach, reach
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.errors import Forbidden, NotFound, UsageError
from qc.redact import discreet
from qc.store import CallPage, Preferences, Selection, Sort, View

EXPORTED = 100_000
"""Rows of an exported list."""
LONGEST_NAME, LONGEST_QUERY = 80, 8_000
"""Characters of a view's name, and of its query."""
EVERYBODY = ""
"""The team of a view that everybody sees who lists calls."""


class Listing(Base):
    """Calls in their order, views of them, and how their reader likes to read."""

    @needs(Action.SEE_CALLS)
    def call_page(
        self,
        selection: Selection | None = None,
        sort: Sort = Sort.START,
        *,
        descending: bool = True,
        offset: int = 0,
        size: int = 50,
    ) -> CallPage:
        """Some of the calls, sorted in the database; where the selection has a text, with the masked words around
        it. A search is in the trail, the text is not."""
        inside = self._inside(Action.SEE_CALLS, selection)
        page = self._store.lists.page(inside, sort, descending=descending, offset=offset, size=size)
        if inside.text.strip():
            at = (Action.SEE_CALLS, repr((inside, offset)))
            if at != self._last:
                self.remember("search", detail={"found": page.total, "shown": len(page.rows)})
                self._last = at
        return _masked(page)

    @needs(Action.EXPORT_TABLES)
    def exported(
        self, selection: Selection | None = None, sort: Sort = Sort.START, *, descending: bool = True
    ) -> Iterator[CallPage]:
        """The same list, whole: pages one after the other. Raises UsageError for more than `EXPORTED` calls."""
        inside = self._inside(Action.EXPORT_TABLES, selection)
        listed = self._store.lists.first(inside, sort, descending=descending, most=EXPORTED + 1)
        if len(listed) > EXPORTED:
            raise UsageError(
                f"a list of at most {EXPORTED} calls can be saved; choose a shorter period or other filters"
            )
        self.remember(Action.EXPORT_TABLES.value, detail={"table": "calls", "rows": len(listed)})
        return map(_masked, self._store.lists.pages_of(listed))

    @needs(Action.KEEP_VIEWS)
    def views(self) -> tuple[View, ...]:
        """The user's own views, and those that were shared with them, by name."""
        every = reach(self.user, Action.KEEP_VIEWS) is Reach.ALL
        own = reach(self.user, Action.KEEP_VIEWS) is Reach.OWN
        teams = None if own else tuple(sorted(self.user.teams))  # what leads share names colleagues
        found = self._store.people.views(self.user.id, teams, every=every)
        return tuple(replace(one, name=discreet(one.name)) for one in found)

    @needs(Action.KEEP_VIEWS)
    def may_share(self) -> tuple[str, ...]:
        """The teams with which the user may share views; `EVERYBODY` among them for who sees every call."""
        far = reach(self.user, Action.KEEP_VIEWS)
        teams = tuple(sorted(self.user.teams)) if far is not Reach.OWN else ()
        return (EVERYBODY, *teams) if far is Reach.ALL else teams

    @needs(Action.KEEP_VIEWS)
    def keep_view(self, name: str, query: str, team: str | None = None) -> int:
        """Keep a query of the URL under a name; `team`: one of `may_share`, or None for oneself. Gives its number.
        Raises UsageError for a name or a query that is empty, too long or there already."""
        name, query = discreet(_named(name)), _kept(query)
        self._share(team)
        self.remember(Action.KEEP_VIEWS.value, detail={"change": "kept", "shared": int(team is not None)})
        return self._store.people.keep(self.user.id, name, query, team)

    @needs(Action.KEEP_VIEWS)
    def change_view(self, view: View, *, name: str, query: str, team: str | None) -> None:
        """Change a view that was given by `views`. Raises NotFound for one that is gone or not the user's to change,
        Conflict where somebody changed it since."""
        self._own_view(view)
        if team != view.team:
            self._share(team)
        name, query = discreet(_named(name)), _kept(query)
        self.remember(Action.KEEP_VIEWS.value, detail={"change": "changed", "view": view.id})
        self._store.people.change(view, self.user.id, name=name, query=query, team=team)

    @needs(Action.KEEP_VIEWS)
    def drop_view(self, view: View) -> None:
        """Delete a view; raises what `change_view` raises."""
        self._own_view(view)
        self.remember(Action.KEEP_VIEWS.value, detail={"change": "deleted", "view": view.id})
        self._store.people.drop(view)

    @needs(Action.SET_PREFERENCES)
    def preferences(self) -> Preferences:
        """What the user chose."""
        return self._store.people.preferences(self.user.id)

    @needs(Action.SET_PREFERENCES)
    def prefer(self, chosen: Preferences) -> None:
        """Keep what the user chooses. Raises UsageError for a time zone that is not known."""
        if chosen.time_zone is not None and chosen.time_zone not in available_timezones():
            raise UsageError(f"{chosen.time_zone[:64]}: no such time zone; write one like Asia/Shanghai")
        own_zone = int(chosen.time_zone is not None)
        self.remember(
            Action.SET_PREFERENCES.value, detail={"language": chosen.language or "setting", "own_zone": own_zone}
        )
        self._store.people.prefer(self.user.id, chosen)

    def _share(self, team: str | None) -> None:
        if team is not None and team not in self.may_share():
            raise Forbidden(f"{self.user.id} may not share views with this team")

    def _own_view(self, view: View) -> None:
        """Own views, and, for who sees every call, those that were shared: their owner may have left."""
        known = next((one for one in self.views() if one.id == view.id), None)
        every = reach(self.user, Action.KEEP_VIEWS) is Reach.ALL
        if known is None or not (known.owner == self.user.id or every):
            raise NotFound("this view was deleted meanwhile, or is somebody else's")


def _masked(page: CallPage) -> CallPage:
    return replace(page, rows=tuple(row.masked() for row in page.rows))


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(f"give the view a name of 1 to {LONGEST_NAME} characters")
    return name


def _kept(query: str) -> str:
    """The query with what people typed masked: it is stored, and others may see it."""
    if len(query) > LONGEST_QUERY:
        raise UsageError("too many filters are chosen to keep them as a view")
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(key, discreet(value) if key == "text" else value) for key, value in pairs])
