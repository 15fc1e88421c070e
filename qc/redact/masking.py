"""Texts without their private data."""

from __future__ import annotations

from collections.abc import Iterable

from qc.private import Hit
from qc.words import Words


def mask(text: str, hits: Iterable[Hit], language: str) -> str:
    """The text with a placeholder instead of each hit (``[电话]``, ``[phone]``); hits may touch or overlap."""
    words = Words(language)
    shown, at = "", 0
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if hit.start >= at:
            shown += text[at : hit.start] + f"[{words.term('private', hit.kind.value)}]"
        at = max(at, hit.end)
    return shown + text[at:]
