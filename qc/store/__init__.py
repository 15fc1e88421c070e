"""The store: what was heard and judged, in SQLite or PostgreSQL. Domain types in, domain types out."""

from qc.store.account import Run
from qc.store.alike import Alike, Sign
from qc.store.assigning import Assignment, AssignmentState, Why
from qc.store.clips import Clips
from qc.store.course import AgentFigures, AgentItem, DayFigures
from qc.store.drafts import Draft
from qc.store.failing import FailedFile
from qc.store.grouping import GroupFigures
from qc.store.holding import Hold, HoldKind
from qc.store.judgements import Judgement, Judgements
from qc.store.ledger import TRANSIENT, Entry, EntryState, Ledger
from qc.store.life import Life
from qc.store.lists import Lists
from qc.store.night import FlaggedItem
from qc.store.ordering import Sort
from qc.store.outlasting import Aggregate
from qc.store.paging import CallPage, Options
from qc.store.people import People, Preferences, View
from qc.store.planning import Heard, Sample
from qc.store.queue import Queue
from qc.store.reviews import Said
from qc.store.rows import CallRow, FindingRow, ItemRow, JudgedItem, ReviewedItem, Versions
from qc.store.selection import Outcome, Selection, Trend
from qc.store.showing import Shown
from qc.store.sightings import Sighting, chunks
from qc.store.spoken import Match
from qc.store.standing import Standing
from qc.store.store import Store
from qc.store.summing import DaySums, ItemSums, Sums
from qc.store.task_pages import Task, TaskCounts, TaskFilter, TaskMove, TaskPage
from qc.store.tasks import Tasks
from qc.store.trail import Trail, TrailFilter
from qc.store.waiting import Pile, QueueFilter, QueuePage, Waiting
from qc.store.whose import Age, Found, Traces
from qc.store.written import Artifact, ArtifactKind

__all__ = [
    "TRANSIENT",
    "Age",
    "AgentFigures",
    "AgentItem",
    "Aggregate",
    "Alike",
    "Artifact",
    "ArtifactKind",
    "Assignment",
    "AssignmentState",
    "CallPage",
    "CallRow",
    "Clips",
    "DayFigures",
    "DaySums",
    "Draft",
    "Entry",
    "EntryState",
    "FailedFile",
    "FindingRow",
    "FlaggedItem",
    "Found",
    "GroupFigures",
    "Heard",
    "Hold",
    "HoldKind",
    "ItemRow",
    "ItemSums",
    "JudgedItem",
    "Judgement",
    "Judgements",
    "Ledger",
    "Life",
    "Lists",
    "Match",
    "Options",
    "Outcome",
    "People",
    "Pile",
    "Preferences",
    "Queue",
    "QueueFilter",
    "QueuePage",
    "ReviewedItem",
    "Run",
    "Said",
    "Sample",
    "Selection",
    "Shown",
    "Sighting",
    "Sign",
    "Sort",
    "Standing",
    "Store",
    "Sums",
    "Task",
    "TaskCounts",
    "TaskFilter",
    "TaskMove",
    "TaskPage",
    "Tasks",
    "Traces",
    "Trail",
    "TrailFilter",
    "Trend",
    "Versions",
    "View",
    "Waiting",
    "Why",
    "chunks",
]
