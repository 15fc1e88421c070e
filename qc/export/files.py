"""Rows to a file, whole or not at all. Text that looks like a formula is kept from being one, numbers stay numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from qc.artifacts import Outlet
from qc.artifacts.outlet import Whose
from qc.errors import UsageError
from qc.export.tables import Column, Value
from qc.spreadsheet import clean_text, safe_cell

XLSX_ROWS = 1_048_576
"""Rows of a sheet, its head among them (Microsoft, "Excel specifications and limits")."""
XLSX_CELL = 32_767
"""UTF-16 units of a cell's text (the same page)."""
_BATCH = 10_000
"""Rows that Parquet keeps together."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written; ``cut``: texts that were longer than a cell of XLSX holds, and end there in an ellipsis."""

    path: Path
    rows: int
    cut: int = 0


class _Count:
    """Counts what passes."""

    def __init__(self) -> None:
        self.rows = 0
        self.cut = 0

    def of(self, rows: Iterable[tuple[Value, ...]]) -> Iterator[tuple[Value, ...]]:
        for row in rows:
            self.rows += 1
            yield tuple(_clean(value) for value in row)


def export(
    rows: Iterable[tuple[Value, ...]], columns: Sequence[Column], to: Path, outlet: Outlet, whose: Whose
) -> Exported:
    """Write rows to `to`, whose ending says how: ``.csv`` (UTF-8 with the mark that Excel wants), ``.parquet``,
    ``.xlsx``. A file that is there is replaced when the new one is whole. `whose`: the recordings that the rows are of.

    Raises UsageError for another ending, for a file that cannot be written, for more rows than a sheet holds, and for
    an encrypted sheet: its parts would lie on the disk as they are, before they are put together.
    """
    write = _WRITERS.get(to.suffix.lower())
    if write is None:
        raise UsageError(f"{to}: name a file that ends in {', '.join(_WRITERS)}")
    if outlet.sealed and write is _xlsx:
        raise UsageError(f"{to}: a sheet cannot be written encrypted only; name a file that ends in .csv or .parquet")
    count = _Count()
    try:
        with outlet.writing(to, whose) as file:
            write(file, columns, count.of(rows), count)
    except OSError as error:
        raise UsageError(f"{to}: cannot be written: {error.strerror or error}") from None
    return Exported(outlet.name(to), count.rows, count.cut)


def write(stream: IO[bytes], kind: str, columns: Sequence[Column], rows: Iterable[tuple[Value, ...]]) -> int:
    """Write rows to a stream as ``csv``, ``parquet`` or ``xlsx``: for a file that its reader fetches themselves and
    that does not stay here. Gives how many. Raises UsageError for more rows than a sheet holds."""
    count = _Count()
    _WRITERS[f".{kind}"](stream, columns, count.of(rows), count)
    return count.rows


def _csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[tuple[Value, ...]], count: _Count) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    text.flush()
    text.detach()


def _csv_cell(value: Value) -> object:
    if isinstance(value, str):
        return safe_cell(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def _parquet(file: IO[bytes], columns: Sequence[Column], rows: Iterable[tuple[Value, ...]], count: _Count) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    types = {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_(), datetime: pa.timestamp("us")}
    schema = pa.schema([(column.name, types[column.kind]) for column in columns])
    source = iter(rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while batch := list(islice(source, _BATCH)):
            arrays = [
                pa.array(values, field.type) for values, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _xlsx(file: IO[bytes], columns: Sequence[Column], rows: Iterable[tuple[Value, ...]], count: _Count) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("qc")
    sheet.freeze_panes = "A2"
    sheet.append([column.name for column in columns])
    try:
        for row in rows:
            if count.rows >= XLSX_ROWS:
                raise UsageError(
                    f"a sheet holds {XLSX_ROWS - 1} rows, here are more: choose fewer, or .csv or .parquet"
                )
            sheet.append([_xlsx_cell(sheet, value, count) for value in row])
    finally:
        sheet.close()
    book.save(file)


def _xlsx_cell(sheet: Any, value: Value, count: _Count) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, datetime) and value.year < 1900:  # before the first day that a sheet knows
        value = value.isoformat(sep=" ")
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    units = text.encode("utf-16-le")
    if len(units) > 2 * XLSX_CELL:
        count.cut += 1
        text = units[: 2 * (XLSX_CELL - 1)].decode("utf-16-le", "ignore") + "…"
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # never a formula, nor an error value like #N/A
    return cell


def _clean(value: Value) -> Value:
    """Text that UTF-8 can hold, and no number that is none."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return None if isinstance(value, float) and not math.isfinite(value) else value


_Writer = Callable[[IO[bytes], Sequence[Column], Iterable[tuple[Value, ...]], _Count], None]
_WRITERS: MappingProxyType[str, _Writer] = MappingProxyType({".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx})
