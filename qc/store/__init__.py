"""The store: what was heard and judged, in SQLite or PostgreSQL. Domain types in, domain types out."""

from qc.store.failing import FailedFile
from qc.store.ledger import TRANSIENT, Entry, EntryState, Ledger
from qc.store.night import FlaggedItem
from qc.store.rows import CallRow, FindingRow, ItemRow, JudgedItem, ReviewedItem, Versions
from qc.store.selection import Selection
from qc.store.sightings import Sighting, chunks
from qc.store.standing import Standing
from qc.store.store import Store
from qc.store.trail import Trail, TrailFilter

__all__ = [
    "TRANSIENT",
    "CallRow",
    "Entry",
    "EntryState",
    "FailedFile",
    "FindingRow",
    "FlaggedItem",
    "ItemRow",
    "JudgedItem",
    "Ledger",
    "ReviewedItem",
    "Selection",
    "Sighting",
    "Standing",
    "Store",
    "Trail",
    "TrailFilter",
    "Versions",
    "chunks",
]
