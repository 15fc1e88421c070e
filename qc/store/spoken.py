"""What is said in calls, to be searched: masked before it is stored, and gone with the call.

One row a judged call: its utterances as everybody may read them, a line each, and the same folded (case, width and
accents of Latin letters; every character stays one) for the index. SQLite indexes the three characters at each place
(FTS5, trigram; only which calls have them, so that what is found is looked at again), PostgreSQL likewise by
``pg_trgm``. A shorter text is looked for in every call. A text to look for is text: nothing in it is an operator.

Calls in which nobody looked for private data yet, and calls whose words went, are not found.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Text, delete, insert, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from qc.call import Role, Transcript
from qc.private import Hit
from qc.redact import masked_transcript
from qc.store.schema import spoken, storable
from qc.store.sightings import chunks

LEAST = 3
"""Characters from which the indexes help."""
_ASKED = 24
"""Trigrams of a long text that the index is asked for; the rest is compared."""
_OTHERS = frozenset("ñ")
"""Letters of their own that look like one with an accent."""


@dataclass(frozen=True, slots=True)
class Match:
    """An utterance in which a text is found, masked. ``spans``: characters of ``text`` where it is, half-open;
    ``start`` and ``end`` in seconds."""

    utterance: int
    role: Role
    start: float
    end: float
    text: str
    spans: tuple[tuple[int, int], ...]


class _Folding(dict[int, str]):
    """A table for `str.translate` that is made as characters come."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_one(chr(code))
        return folded


def _fold_one(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    for form in (partial(unicodedata.normalize, "NFKC"), str.lower):
        formed = form(character)
        character = formed if len(formed) == 1 else character
    parts = unicodedata.normalize("NFD", character)
    base = parts[0]
    accented = len(parts) > 1 and base.isascii() and character not in _OTHERS
    return base.lower() if accented else character


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text as it is compared: as many characters, in one case and width, without accents; all blanks alike."""
    return storable(text).translate(_FOLDING)


def wanted(text: str) -> str:
    """What a person asks for, as it is compared."""
    return fold(unicodedata.normalize("NFC", storable(text)).strip())


def document(transcript: Transcript, hits: Iterable[Hit]) -> dict[str, str]:
    """The columns of ``spoken``, apart from keys: of the masked transcript."""
    utterances = masked_transcript(transcript, tuple(hits)).utterances
    lines = [re.sub(r"[\n\r]", " ", storable(one.text)) for one in utterances]
    turns = [(one.index, one.role.value, one.interval.start, one.interval.end) for one in utterances]
    text = "\n".join(lines)
    return {
        "text": text,
        "folded": "\n".join(fold(line) for line in lines),
        "turns": json.dumps(turns, separators=(",", ":")),
    }


def known_among(connection: Connection, inspection_ids: Collection[str]) -> frozenset[str]:
    """Those of them that can be found."""
    found = select(spoken.c.inspection_id).where(spoken.c.inspection_id.in_(inspection_ids))
    return frozenset(connection.scalars(found))


def remember(connection: Connection, inspection_id: str, transcript: Transcript, hits: Iterable[Hit]) -> None:
    """Let a judged call be found that could not be so far."""
    connection.execute(insert(spoken).values(inspection_id=inspection_id, **document(transcript, hits)))


def forget(connection: Connection, inspection_ids: Collection[str]) -> None:
    """Let these be found no longer."""
    for chunk in chunks(inspection_ids):
        connection.execute(delete(spoken).where(spoken.c.inspection_id.in_(chunk)))


def says(inspection_id: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether a text is said in the call of an inspection."""
    return inspection_id.in_(select(spoken.c.inspection_id).where(holds(text)))


def holds(text: str, *, indexed: bool = True) -> Any:
    """Whether a row of ``spoken`` holds a text. `indexed` False: it is looked for in the rows that are named
    otherwise."""
    asked = wanted(text)
    trigrams = list(dict.fromkeys(asked[place : place + LEAST] for place in range(len(asked) - LEAST + 1)))
    step = max(1, len(trigrams) // _ASKED)
    quoted = " ".join('"' + one.replace('"', '""') + '"' for one in trigrams[::step][:_ASKED])
    pattern = "%" + re.sub(r"([\\%_])", r"\\\1", asked) + "%"
    parts = [spoken.c.folded, literal(pattern, Text), literal(asked, Text)]
    if quoted and indexed:
        return _indexed(*parts, spoken.c.id, literal(quoted, Text))
    return _holds(*parts)


def matches(
    connection: Connection, inspection_ids: Collection[str], text: str, most: int
) -> Mapping[str, tuple[Match, ...]]:
    """Where a text is said in these judged calls: `most` utterances a call, in their order."""
    asked = wanted(text)
    found: dict[str, tuple[Match, ...]] = {}
    if not asked:
        return found
    for chunk in chunks(inspection_ids):
        for row in connection.execute(spoken.select().where(spoken.c.inspection_id.in_(chunk))).mappings():
            found[row["inspection_id"]] = _matches(row, asked, most)
    return found


def _matches(row: RowMapping, asked: str, most: int) -> tuple[Match, ...]:
    lines, folded, turns = row["text"].split("\n"), row["folded"].split("\n"), json.loads(row["turns"])
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place, line in enumerate(folded):
        at = line.find(asked)
        while at >= 0:
            spans[place].append((at, at + len(asked)))
            at = line.find(asked, at + len(asked))
        if len(spans) >= most:
            break
    return tuple(
        Match(turns[place][0], Role(turns[place][1]), turns[place][2], turns[place][3], lines[place], tuple(where))
        for place, where in spans.items()
        if where
    )


class _holds(FunctionElement[Any]):
    """Whether a folded text holds another; clauses: the text, LIKE's pattern, what is asked."""

    type = NullType()  # of a Boolean, SQLAlchemy asks SQLite whether it ``= 1``, and no index answers that
    inherit_cache = True


class _indexed(_holds):
    """The same of a text long enough for an index; more clauses: the row, the trigrams. A class of its own, because
    compiled statements are kept by their form, not by what they are given."""

    inherit_cache = True


@compiles(_holds)
@compiles(_indexed)
def _by_pattern(element: _holds, compiler: SQLCompiler, **options: Any) -> str:
    folded, pattern, *_ = (compiler.process(one, **options) for one in list(element.clauses)[:2])
    return f"{folded} LIKE {pattern} ESCAPE '\\'"


@compiles(_holds, "postgresql")
def _by_place(element: _holds, compiler: SQLCompiler, **options: Any) -> str:
    """Not by LIKE, for which the server would ask the index of trigrams: rows are named already, or all are read."""
    folded, _, asked, *_ = (compiler.process(one, **options) for one in element.clauses)
    return f"strpos({folded}, {asked}) > 0"


@compiles(_indexed, "postgresql")
def _by_trigram_pattern(element: _indexed, compiler: SQLCompiler, **options: Any) -> str:
    return _by_pattern(element, compiler, **options)


@compiles(_holds, "sqlite")
def _by_looking(element: _holds, compiler: SQLCompiler, **options: Any) -> str:
    """Not by LIKE, which refuses patterns of 50,000 bytes and more."""
    folded, _, asked, *_ = element.clauses
    return f"instr({compiler.process(folded, **options)}, {compiler.process(asked, **options)}) > 0"


@compiles(_indexed, "sqlite")
def _by_trigrams(element: _indexed, compiler: SQLCompiler, **options: Any) -> str:
    *_, row, quoted = element.clauses
    row_sql, quoted_sql = compiler.process(row, **options), compiler.process(quoted, **options)
    there = f"(SELECT rowid FROM spoken_index WHERE spoken_index MATCH {quoted_sql})"  # noqa: S608 (a bound name)
    return f"({row_sql} IN {there} AND {_by_looking(element, compiler, **options)})"
