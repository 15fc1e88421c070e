"""Why the machine is unsure of a call, in a few words."""

from __future__ import annotations

from collections.abc import Sequence

from qc.doubts import Doubt
from qc.ui.words import Words


def sentence(doubts: Sequence[Doubt], words: Words) -> str:
    """The reasons in one line."""
    return "; ".join(
        words(f"doubt.{one.code}", item=words.item(one.item)) if one.item else words(f"doubt.{one.code}")
        for one in doubts
    )
