"""The append-only trail: who did what to which call, each entry chained to the one before by its hash.

::

    Event ──► link ──► Entry 1 ◄── Entry 2 ◄── … ◄── Entry n     previous: hash of the entry before; hash: of all of it
                                                        │
                                                     Anchor      number and hash of the last one, in a file of its own

What a chain proves and what it does not: docs/audit.md.
"""

from qc.audit.anchor import Anchor, AnchorFile
from qc.audit.chain import Unreadable, canonical, flat, link, unflat
from qc.audit.entry import ACCEPT, ANCHOR, CUT, Entry, Event, code
from qc.audit.seal import Seal
from qc.audit.verification import Problem, Verification, What, verify

__all__ = [
    "ACCEPT",
    "ANCHOR",
    "CUT",
    "Anchor",
    "AnchorFile",
    "Entry",
    "Event",
    "Problem",
    "Seal",
    "Unreadable",
    "Verification",
    "What",
    "canonical",
    "code",
    "flat",
    "link",
    "unflat",
    "verify",
]
