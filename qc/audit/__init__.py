"""The append-only trail: who did what to which call, each entry chained to the one before by its hash."""

from qc.audit.entry import Entry, Event

__all__ = ["Entry", "Event"]
