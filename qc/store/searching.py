"""Calls in which a text is said, in the order of a list. Each function runs inside the transaction that it is given.

Of a rare text the index of what is said names all calls, and these are sorted. A text that many calls have, or that is
too short for the index, is looked for along the list instead, until the page is full: then what comes first is known
soon, and how many there are is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from qc.store.ordering import JUDGED, Sort, chosen, read_ids
from qc.store.schema import spoken
from qc.store.selection import Selection
from qc.store.sightings import CHUNK, chunks
from qc.store.spoken import LEAST, holds, wanted

RARE = 2_000
"""Calls with the text up to which all are sorted and counted."""
LOOKED = 20_000
"""Calls of a list that are looked through one after the other."""


@dataclass(frozen=True, slots=True)
class Found:
    """Inspections of a page of what was found. ``total``: how many were found; ``more``: there may be others.
    ``looked``: in how many calls of the list alone, None: in all."""

    ids: tuple[str, ...]
    total: int
    more: bool = False
    looked: int | None = None


def search(
    connection: Connection, selection: Selection, sort: Sort, *, descending: bool, offset: int, size: int
) -> Found:
    """A page of the selected calls in which the text of the selection is said."""
    if not wanted(selection.text):
        return Found((), 0)
    if _is_rare(connection, selection.text):
        ids = read_ids(connection, selection, sort, descending=descending, offset=offset, size=size)
        count = select(func.count()).select_from(JUDGED).where(chosen(selection))
        return Found(ids, connection.scalar(count) or 0)
    said: list[str] = []
    looked = 0
    every = replace(selection, text="")
    while looked < LOOKED:
        # the first piece is short: what many calls say is found in it
        wish = min(LOOKED - looked, 9 * looked or CHUNK)
        piece = read_ids(connection, every, sort, descending=descending, offset=looked, size=wish)
        looked += len(piece)
        for chunk in chunks(piece, CHUNK):
            holding = select(spoken.c.inspection_id).where(
                spoken.c.inspection_id.in_(chunk), holds(selection.text, indexed=False)
            )
            among = frozenset(connection.scalars(holding))
            said += [one for one in chunk if one in among]
            if len(said) > offset + size:
                return Found(tuple(said[offset : offset + size]), len(said), more=True)
        if len(piece) < wish:
            return Found(tuple(said[offset : offset + size]), len(said))
    cut = bool(read_ids(connection, every, sort, descending=descending, offset=LOOKED, size=1))
    return Found(tuple(said[offset : offset + size]), len(said), more=cut, looked=LOOKED if cut else None)


def _is_rare(connection: Connection, text: str) -> bool:
    """Whether the index knows the text, and few calls have it."""
    if len(wanted(text)) < LEAST:
        return False
    some = select(spoken.c.id).where(holds(text)).limit(RARE + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(some)) or 0) <= RARE
