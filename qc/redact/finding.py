"""Where private data is."""

from __future__ import annotations

from qc.call import Call
from qc.private import Hit
from qc.site import NOWHERE, Site


def find(text: str, language: str, site: Site = NOWHERE) -> tuple[Hit, ...]:
    """Private data in one text, as one utterance with index 0 and without times, by place."""
    return ()


def find_in(call: Call, site: Site = NOWHERE) -> tuple[Hit, ...]:
    """Private data in what is said in a call, across turns and repeats, by utterance and place."""
    return ()
