"""The calls of a list in their order, a part of it at a time, whatever their number: the database walks an index of the
order and stops. Each function runs inside the transaction that it is given.

What is sorted by may be unknown: these calls come last in either direction, by a query of their own, because one index
read backwards would put them first.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Text

from qc.store.schema import calls, inspections
from qc.store.selection import Selection

JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
SORTED = 200
"""Characters of a text by which PostgreSQL sorts: its indexes hold 2,704 bytes a row."""


class Sort(StrEnum):
    """By what calls are sorted; those without it come last, and equal ones are in the order in which they were
    stored."""

    START = "start"
    PERCENT = "percent"
    DURATION = "duration"
    CALL = "call_id"
    AGENT = "agent"
    TEAM = "team"
    QUEUE = "queue"
    CUSTOMER_CLASS = "customer_class"
    LANGUAGE = "language"
    SATISFACTION = "satisfaction"


TEXTS = (Sort.CALL, Sort.AGENT, Sort.TEAM, Sort.QUEUE, Sort.CUSTOMER_CLASS, Sort.LANGUAGE)
ALWAYS = (Sort.DURATION, Sort.CALL, Sort.LANGUAGE)
"""What every call has."""


class beginning(FunctionElement[str]):
    """The beginning of a text column to sort by, by code points on every database, as a migration's index has it."""

    type = Text()
    inherit_cache = True


@compiles(beginning)
def _as_it_is(element: beginning, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(beginning, "postgresql")
def _by_code_points(element: beginning, compiler: SQLCompiler, **options: Any) -> str:
    return f'left({compiler.process(element.clauses, **options)}, {SORTED}) COLLATE "C"'


def chosen(selection: Selection) -> ColumnElement[bool]:
    """The current scores of the selected calls, over `JUDGED`."""
    return inspections.c.current & selection.condition()


def read_ids(
    connection: Connection, selection: Selection, sort: Sort, *, descending: bool, offset: int, size: int
) -> tuple[str, ...]:
    """Inspections of the selected calls, sorted: `size` of them after the first `offset`."""
    of: ColumnElement[Any] = inspections.c.percent if sort is Sort.PERCENT else calls.c[sort.value]
    last: Any = inspections.c.call if sort is Sort.PERCENT else calls.c.id
    by: Any = beginning(of) if sort in TEXTS else of
    ids = select(inspections.c.id).select_from(JUDGED).where(chosen(selection))
    last = last.desc() if descending else last.asc()
    known = ids if sort in ALWAYS else ids.where(of.is_not(None))
    first = known.order_by(by.desc() if descending else by.asc(), last).offset(offset).limit(size)
    found = tuple(connection.scalars(first))
    if sort in ALWAYS or len(found) == size:
        return found
    skipped = 0
    if not found:
        skipped = offset - (connection.scalar(select(func.count()).select_from(known.subquery())) or 0)
    others = ids.where(of.is_(None)).order_by(last).offset(skipped).limit(size - len(found))
    return (*found, *connection.scalars(others))
