"""The store: what was heard and judged, in SQLite or PostgreSQL. Domain types in, domain types out."""

from qc.store.rows import CallRow, ItemRow, JudgedItem, ReviewedItem, Versions
from qc.store.selection import Selection
from qc.store.store import Store

__all__ = ["CallRow", "ItemRow", "JudgedItem", "ReviewedItem", "Selection", "Store", "Versions"]
