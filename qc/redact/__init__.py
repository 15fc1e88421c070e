"""Personal data out of text, and the spans to cover in audio.

::

    call ─find_in→ hits ─masked→ what everybody may read
                        ─spans→  what a clip must not let hear

A text is folded (`text`), read into digits, fillers and amounts (`spoken`), and digits are joined to runs over pauses
and turns (`run`). What a run is, its shape (`shapes`) and the words around it (`context`) decide (`kinds`); names,
addresses, plates and e-mail are patterns. Words and patterns of a language are data (`lexicon`).
"""

from qc.private import Hit, Kind
from qc.redact.covering import spans
from qc.redact.finding import find, find_in
from qc.redact.masking import discreet, hits_of, mask, mask_part, masked, masked_transcript
from qc.redact.names import call_name, unnumbered

VERSION = 3
"""Raised by hand whenever the same words may have other hits: part of the judging version."""

__all__ = [
    "VERSION",
    "Hit",
    "Kind",
    "call_name",
    "discreet",
    "find",
    "find_in",
    "hits_of",
    "mask",
    "mask_part",
    "masked",
    "masked_transcript",
    "spans",
    "unnumbered",
]
