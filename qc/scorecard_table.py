"""Which scorecard judges a call: a table over language, queue, direction and customer class. The first row that fits.

::

    cards:
      - {card: vip_zh.yaml, language: zh, customer_class: A}
      - {card: outage_zh.yaml, language: zh, queue: [outage, danger]}
      - {card: utility_en, language: en}

A row without a column fits every value of it; a call that no row fits has the card of its language. A card's file is
looked for beside the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from qc import scorecard
from qc.call import Call
from qc.document import parse, sentence, text_of
from qc.errors import ScorecardError
from qc.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class CallKind:
    """What the table asks of a call."""

    language: str
    queue: str | None = None
    direction: str | None = None
    customer_class: str | None = None

    @classmethod
    def of(cls, call: Call) -> CallKind:
        """Of a call that was heard."""
        known = call.metadata
        return cls(call.transcript.language, known.queue, known.direction, known.customer_class)


Values = Annotated[
    tuple[str, ...], Field(min_length=1), BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
]


class Row(BaseModel):
    """A card and the calls that it is for; None: all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    card: str
    """Name or file, as it is written."""
    language: Values | None = None
    queue: Values | None = None
    direction: Values | None = None
    customer_class: Values | None = None

    def fits(self, kind: CallKind) -> bool:
        """Whether the row is for calls of this kind."""
        columns = ("language", "queue", "direction", "customer_class")
        return all(getattr(self, name) is None or getattr(kind, name) in getattr(self, name) for name in columns)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cards: Annotated[tuple[Row, ...], Field(min_length=1)]


class CardTable:
    """The rows with their cards, read at once, so that a wrong card is named before anything is judged."""

    def __init__(self, rows: tuple[tuple[Row, Scorecard], ...] = ()) -> None:
        self._rows = rows

    @property
    def rows(self) -> tuple[tuple[Row, Scorecard], ...]:
        """In their order."""
        return self._rows

    @property
    def cards(self) -> tuple[Scorecard, ...]:
        """Of each row."""
        return tuple(card for _, card in self._rows)

    def choose(self, kind: CallKind) -> Scorecard:
        """The card for a kind of call. Raises ScorecardError when no row fits and its language has no card."""
        for row, card in self._rows:
            if row.fits(kind):
                return card
        return scorecard.for_language(kind.language)


def load(path: Path) -> CardTable:
    """Read a table and its cards. Raises ScorecardError naming file and line."""
    text = text_of(path, ScorecardError)
    document = parse(text, str(path), ScorecardError, "a table of scorecards is a mapping with cards, a list of rows")
    try:
        table = _Table.model_validate(document.data)
    except ValidationError as error:
        first = error.errors()[0]
        problem = sentence(first["type"], first["loc"], first["msg"])
        raise ScorecardError(document.mistake(first["loc"], problem)) from None
    rows = []
    for number, row in enumerate(table.cards):
        beside = path.parent / row.card
        try:
            card = scorecard.load(beside if beside.is_file() else row.card)
        except ScorecardError as error:
            raise ScorecardError(document.mistake(("cards", number, "card"), error.message)) from None
        if row.language is not None and card.language not in row.language:
            problem = f"{row.card} is for {card.language}, the row for {', '.join(row.language)}"
            raise ScorecardError(document.mistake(("cards", number, "card"), problem))
        rows.append((row, card))
    return CardTable(tuple(rows))
