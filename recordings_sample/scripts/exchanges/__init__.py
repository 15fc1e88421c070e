"""Written exchanges whose truth is known: what a check must find in them, in two pools that share no wording.

``tuning`` may be looked at while rules are written; ``unseen`` is for measuring only. The wordings were written from
the definitions of the checks, by hands that had not seen the language packs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

POOLS = ("tuning", "unseen")


@dataclass(frozen=True, slots=True)
class Turn:
    """``code``: A agent, C customer, L long turn of the customer, I the agent breaks into it, D a second agent."""

    code: str
    text: str


@cache
def _loaded(language: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name(f"{language}.yaml").read_text("utf-8"))
    return loaded


def _section(language: str, pool: str, section: str, verdict: str) -> Sequence[Any]:
    found = _loaded(language)[pool][section]
    return found[verdict] if verdict else found


def turns(language: str, pool: str, section: str, verdict: str = "") -> Sequence[str]:
    """The single turns of a section (openings, closings, requests ...), texts without a code."""
    return tuple(map(str, _section(language, pool, section, verdict)))


def exchanges(language: str, pool: str, section: str, verdict: str) -> Sequence[tuple[Turn, ...]]:
    """The exchanges of a check: ``verdict`` is pass or fail."""
    found = _section(language, pool, section, verdict)
    return tuple(tuple(Turn(line[0], line[2:].strip()) for line in exchange) for exchange in found)
