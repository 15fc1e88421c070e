"""The store: what was heard and judged, in SQLite or PostgreSQL. Domain types in, domain types out."""

from qc.store.account import Run
from qc.store.course import AgentFigures, AgentItem, DayFigures
from qc.store.failing import FailedFile
from qc.store.holding import Hold, HoldKind
from qc.store.ledger import TRANSIENT, Entry, EntryState, Ledger
from qc.store.life import Life
from qc.store.lists import Lists
from qc.store.night import FlaggedItem
from qc.store.outlasting import Aggregate
from qc.store.paging import CallPage, Options, Sort
from qc.store.rows import CallRow, FindingRow, ItemRow, JudgedItem, ReviewedItem, Versions
from qc.store.selection import Outcome, Selection, Trend
from qc.store.sightings import Sighting, chunks
from qc.store.spoken import Match
from qc.store.standing import Standing
from qc.store.store import Store
from qc.store.summing import DaySums, ItemSums, Sums
from qc.store.trail import Trail, TrailFilter
from qc.store.whose import Age, Found, Traces
from qc.store.written import Artifact, ArtifactKind

__all__ = [
    "TRANSIENT",
    "Age",
    "AgentFigures",
    "AgentItem",
    "Aggregate",
    "Artifact",
    "ArtifactKind",
    "CallPage",
    "CallRow",
    "DayFigures",
    "DaySums",
    "Entry",
    "EntryState",
    "FailedFile",
    "FindingRow",
    "FlaggedItem",
    "Found",
    "Hold",
    "HoldKind",
    "ItemRow",
    "ItemSums",
    "JudgedItem",
    "Ledger",
    "Life",
    "Lists",
    "Match",
    "Options",
    "Outcome",
    "ReviewedItem",
    "Run",
    "Selection",
    "Sighting",
    "Sort",
    "Standing",
    "Store",
    "Sums",
    "Traces",
    "Trail",
    "TrailFilter",
    "Trend",
    "Versions",
    "chunks",
]
