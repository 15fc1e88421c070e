"""Items that the card counts, but that are only advice until they are right often enough: shown, never scored.

::

    # written by `qc evaluate --reviews --demote`; the setting `demoted` names the file
    demoted:
      - {item: opening, language: zh, reason: f1, f1: 0.61, interval: [0.45, 0.75], cases: 42, bar: 0.8}
      - {item: closing, language: es, reason: cases, f1: null, interval: null, cases: 3, bar: 20}

A demoted item keeps its place, its value and its evidence. It is on the card as advice, so its weight is spread over
the rest as that of an item that does not apply, and the judging version follows from the card.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qc.document import parse, sentence, text_of
from qc.errors import ScorecardError
from qc.result import ItemKind, Message
from qc.scorecard import Item, Name, Scorecard

HEAD = "# Only advice: shown, not scored. Written by `qc evaluate --demote`; remove a line to score that item again.\n"
_WANTED = "a file of demoted items is a mapping with demoted, a list of items"


class Demotion(BaseModel):
    """``reason``: its F1 is under ``bar``, or it has fewer ``cases`` (reviewed calls) than ``bar``. ``interval`` (95 %)
    is that of F1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: Name
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    reason: Literal["f1", "cases"]
    f1: Annotated[float, Field(ge=0, le=1)] | None = None
    interval: tuple[float, float] | None = None
    cases: Annotated[int, Field(ge=0)]
    bar: Annotated[float, Field(ge=0)]

    @property
    def why(self) -> Message:
        """For people."""
        if self.reason == "f1":
            return Message("demoted.f1", {"f1": self.f1 or 0.0, "cases": self.cases, "bar": self.bar})
        return Message("demoted.cases", {"cases": self.cases, "bar": self.bar})


class _Demotions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    demoted: tuple[Demotion, ...]


def demoted(card: Scorecard, language: str, demotions: Sequence[Demotion]) -> Scorecard:
    """The card for calls of a language, with the demoted items of that language as advice; items that it has no weight
    for, or does not have at all, stay as they are."""
    why = {one.item: one.why for one in demotions if one.language == language}

    def changed(item: Item) -> Item:
        if item.id not in why or item.kind is ItemKind.ADVICE:
            return item
        return item.model_copy(update={"kind": ItemKind.ADVICE, "demoted": why[item.id]})

    if not any(changed(item) is not item for _, item in card.items):
        return card
    sections = tuple(s.model_copy(update={"items": tuple(map(changed, s.items))}) for s in card.sections)
    return card.model_copy(update={"sections": sections})


def load(path: Path) -> tuple[Demotion, ...]:
    """Read a file. Raises ScorecardError, naming file and line."""
    text = text_of(path, ScorecardError)
    document = parse(text, str(path), ScorecardError, _WANTED)
    try:
        return _Demotions.model_validate(document.data).demoted
    except ValidationError as error:
        first = error.errors()[0]
        problem = sentence(first["type"], first["loc"], first["msg"])
        raise ScorecardError(document.mistake(first["loc"], problem)) from None


def save(demotions: Sequence[Demotion], path: Path) -> None:
    """Write a file that `load` reads. Raises ScorecardError when it cannot be written, or when what is there is another
    kind of file."""
    if path.exists():
        load(path)
    rows = [one.model_dump(mode="json") for one in demotions]
    lines = [f"  - {yaml.safe_dump(row, default_flow_style=True, sort_keys=False, width=1000).strip()}" for row in rows]
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_text(HEAD + "\n".join(["demoted:" if lines else "demoted: []", *lines]) + "\n", "utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise ScorecardError(f"{path}: cannot be written ({error.strerror})") from None
