"""The store's face for who teaches with calls: `Clips`."""

from __future__ import annotations

from qc.result import Excerpt
from qc.store import drafts, showing
from qc.store.database import Database
from qc.store.drafts import Draft
from qc.store.selection import Selection
from qc.store.showing import Shown


class Clips:
    """Evidence of an item, and trays of chosen clips. Every method raises StoreError when the database does not serve.

    A tray belongs to one author, and nobody else changes it; one who works in two windows loses nothing, because each
    change names its clip.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def showing(
        self, item: str, selection: Selection | None = None, *, good: bool = False, offset: int = 0, size: int = 10
    ) -> Shown:
        """Calls in which an item falls short, or `good`, in which it is fulfilled and the place is known."""
        with self._database.reading() as connection:
            return showing.read(connection, item, selection or Selection(), good=good, offset=offset, size=size)

    def tray(self, author: str) -> tuple[Draft, ...]:
        """The author's clips in their order."""
        with self._database.reading() as connection:
            return drafts.read(connection, author)

    def add(self, author: str, clip: Excerpt, most: int) -> int:
        """Put a clip at the end; gives its id. Raises UsageError when there are `most` already, and NotFound when the
        recording is not stored any more."""
        with self._database.writing(f"tray {author}") as connection:
            return drafts.add(connection, author, clip, most)

    def change(self, author: str, draft_id: int, to: Excerpt) -> None:
        """Put another one in a clip's place. Raises NotFound when it is not there any more."""
        with self._database.writing(f"tray {author}") as connection:
            drafts.change(connection, author, draft_id, to)

    def move(self, author: str, draft_id: int, later: bool) -> None:
        """Change places with the next one, or the one before; the last and the first stay. Raises NotFound."""
        with self._database.writing(f"tray {author}") as connection:
            drafts.move(connection, author, draft_id, later)

    def remove(self, author: str, draft_id: int | None = None) -> None:
        """Take a clip out, or all; one that is gone already may be."""
        with self._database.writing(f"tray {author}") as connection:
            drafts.remove(connection, author, draft_id)
