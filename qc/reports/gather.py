"""From the store to a report's content: sums and a few rows, never all calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from qc import __version__
from qc.errors import NotFound
from qc.reports.content import LISTEN, Head, Kind, Material, Report, report
from qc.store import Selection, Sort, Store

WEEKS = 4
"""Of a report's period, where none is named."""


def gather(
    store: Store,
    kind: Kind,
    name: str,
    *,
    made_at: datetime,
    first: date | None = None,
    last: date | None = None,
    inside: Selection | None = None,
) -> Report:
    """The report on an agent or a team, or on all calls that `inside` reaches (`name` is not asked then). Its period
    ends with the newest of these calls and is of four weeks, unless days are named. An agent is compared with the
    others of the team, a team with the other teams, as far as `inside` reaches.

    `made_at`: the centre's wall clock. Raises NotFound where there are no calls, StoreError.
    """
    inside = inside or Selection()
    own = _narrowed(inside, kind, name)
    last = last or _newest(store, own) or made_at.date()
    first = first or last - timedelta(days=7 * WEEKS - 1)
    teams = inside.bounds.teams if inside.bounds else ()
    head = Head(kind, "" if kind is Kind.CENTRE else name, first, last, made_at, __version__, teams)
    mine, earlier = _within(own, first, last), _within(own, *head.before)
    figures = store.lists.group(mine)
    if not figures.calls:
        raise NotFound(f"{kind} {name}: no calls with a known start from {first} to {last}")
    others = _others(store, kind, name, _within(inside, first, last), mine)
    worst = store.lists.page(mine, Sort.PERCENT, descending=False, size=LISTEN).rows
    known = Material(
        own=figures,
        others=store.lists.group(others) if others else None,
        before=store.lists.group(earlier),
        days=store.lists.days(mine),
        others_days=store.lists.days(others) if others else (),
        listen=tuple(row.masked() for row in worst if row.percent is not None),
        owed=store.tasks.counts(made_at, mine),
    )
    return report(head, known)


def _newest(store: Store, selection: Selection) -> date | None:
    newest = store.lists.newest(selection)
    return newest.date() if newest else None


def _narrowed(inside: Selection, kind: Kind, name: str) -> Selection:
    if kind is Kind.AGENT:
        return replace(inside, agents=(name,))
    return replace(inside, teams=(name,)) if kind is Kind.TEAM else inside


def _within(selection: Selection, first: date, last: date) -> Selection:
    return replace(
        selection, since=datetime.combine(first, time()), until=datetime.combine(last, time()) + timedelta(days=1)
    )


def _others(store: Store, kind: Kind, name: str, around: Selection, mine: Selection) -> Selection | None:
    """Whom to compare with; None: nobody."""
    if kind is Kind.CENTRE:
        return None
    if kind is Kind.TEAM:
        teams = tuple(one for one in store.lists.options(around).teams if one != name)
        return replace(around, teams=teams) if teams else None
    teams = tuple(store.lists.options(mine).teams)
    if not teams:
        return None
    of_teams = replace(around, teams=teams)
    agents = tuple(one for one in store.lists.options(of_teams).agents if one != name)
    return replace(of_teams, agents=agents) if agents else None
