"""Kinds of columns that every database keeps and sorts alike, and the collection of the tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

tables = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


GONE = "…"
"""What stands where words went by the retention policy and a sentence needs one."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC without zone so that every database sorts it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Words(TypeDecorator[str]):
    """Text from outside. What not every database keeps, NUL and surrogates, becomes the replacement character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """The text without NUL and surrogates: U+FFFD instead, one for each."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


class by_text(FunctionElement[str]):
    """A text column to sort by: by code points on every database, whatever language the server sorts by."""

    type = Text()
    inherit_cache = True


@compiles(by_text)
def _as_it_is(element: by_text, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(by_text, "postgresql")
def _by_code_points(element: by_text, compiler: SQLCompiler, **options: Any) -> str:
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'
