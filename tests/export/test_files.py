"""What is written comes back: any text, no formula, numbers as numbers, all of a file or none."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyarrow import parquet

from qc import export as exporting
from qc.artifacts import Outlet
from qc.errors import UsageError
from qc.export import TABLES, Column, Exported
from qc.export.tables import Value
from qc.spreadsheet import safe_cell
from qc.store import ArtifactKind, Selection, Store
from tests.store.samples import make_call, make_inspection

COLUMNS = (
    Column("text", str, ""),
    Column("number", float, ""),
    Column("count", int, ""),
    Column("yes", bool, ""),
    Column("at", datetime, ""),
)
AT = datetime(2026, 3, 2, 9, 30, 1)
ROWS: list[tuple[Value, ...]] = [
    ("=1+1", -0.5, -3, True, AT),
    (None, None, None, None, None),
    ('您好, "x"\n;', 1e-9, 2**40, False, AT),
    ("#N/A", float("nan"), 0, None, None),
]
cells = st.text(st.characters(exclude_categories=["Cs"]))
fuzzed = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def export(rows: Iterable[tuple[Value, ...]], columns: Sequence[Column], to: Path) -> Exported:
    """Nothing of these rows is stored."""
    return exporting.export(rows, columns, to, Outlet(None, ArtifactKind.TABLE), list)


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path: Path) -> list[tuple[object, ...]]:
    return list(load_workbook(path).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_csv(tmp_path: Path) -> None:
    done = export(ROWS, COLUMNS, tmp_path / "x.CSV")
    assert (done.rows, done.cut) == (4, 0)
    assert (tmp_path / "x.CSV").read_bytes().startswith(b"\xef\xbb\xbftext,number")
    assert read_csv(done.path)[1:] == [
        ["'=1+1", "-0.5", "-3", "true", "2026-03-02 09:30:01"],
        ["", "", "", "", ""],
        ['您好, "x"\n;', "1e-09", str(2**40), "false", "2026-03-02 09:30:01"],
        ["#N/A", "", "0", "", ""],
    ]


def test_parquet(tmp_path: Path) -> None:
    table = parquet.read_table(export(ROWS, COLUMNS, tmp_path / "x.parquet").path)
    assert [str(field.type) for field in table.schema] == ["string", "double", "int64", "bool", "timestamp[us]"]
    assert [tuple(row.values()) for row in table.to_pylist()] == [*ROWS[:3], ("#N/A", None, 0, None, None)]


def test_xlsx(tmp_path: Path) -> None:
    path = export(ROWS, COLUMNS, tmp_path / "x.xlsx").path
    assert read_xlsx(path) == [
        ("text", "number", "count", "yes", "at"),
        ("'=1+1", -0.5, -3, True, AT),
        (None, None, None, None, None),
        ROWS[2],
        ("#N/A", None, 0, None, None),
    ]
    types = [[cell.data_type for cell in row] for row in load_workbook(path).active.iter_rows(min_row=2)]  # type: ignore[union-attr]
    assert types[0] == ["s", "n", "n", "b", "d"]
    assert {row[0] for row in types} == {"s", "n"}


@fuzzed
@given(cells)
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    rows: list[tuple[Value, ...]] = [(text,)]
    assert read_csv(export(rows, COLUMNS[:1], tmp_path / "x.csv").path)[1:] == (
        [[safe_cell(text)]] if text else [[]]
    ) or (not text and read_csv(tmp_path / "x.csv")[1:] == [[""]])
    assert parquet.read_table(export(rows, COLUMNS[:1], tmp_path / "x.parquet").path).to_pylist() == [{"text": text}]
    (cell,) = read_xlsx(export(rows, COLUMNS[:1], tmp_path / "x.xlsx").path)[1]
    shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", safe_cell(text))
    assert (cell or "") == re.sub("\r\n?", "\n", shown)


def test_a_text_too_long_for_a_cell_is_cut_and_counted(tmp_path: Path) -> None:
    rows: list[tuple[Value, ...]] = [("电" * 32_767,), ("x" * 32_768,), ("😀" * 16_384,)]
    done = export(rows, COLUMNS[:1], tmp_path / "x.xlsx")
    whole, cut, pairs = (str(row[0]) for row in read_xlsx(done.path)[1:])
    assert done.cut == 2
    assert whole == rows[0][0]
    assert cut == "x" * 32_766 + "…"
    assert pairs == "😀" * 16_383 + "…"
    assert export(rows, COLUMNS[:1], tmp_path / "x.csv").cut == 0
    assert read_csv(tmp_path / "x.csv")[2] == [rows[1][0]]


def test_more_rows_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qc.export.files.XLSX_ROWS", 4)
    assert export(ROWS[:3], COLUMNS, tmp_path / "x.xlsx").rows == 3
    before = (tmp_path / "x.xlsx").read_bytes()
    with pytest.raises(UsageError, match="a sheet holds 3 rows, here are more"):
        export(ROWS, COLUMNS, tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_file_is_whole_or_as_before(tmp_path: Path, ending: str) -> None:
    def broken() -> Iterator[tuple[Value, ...]]:
        yield ROWS[0]
        raise UsageError("the database went away")

    target = tmp_path / f"x.{ending}"
    target.write_bytes(b"before")
    with pytest.raises(UsageError, match="went away"):
        export(broken(), COLUMNS, target)
    assert target.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    export([], COLUMNS, target)
    assert target.read_bytes() != b"before"


@pytest.mark.parametrize(
    ("name", "words"), [("x.txt", "ends in .csv, .parquet, .xlsx"), ("no/x.csv", "No such file"), ("x", "ends in .csv")]
)
def test_where_it_cannot_be_written(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        export(ROWS, COLUMNS, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", TABLES)
def test_every_value_is_of_its_columns_kind(store_url: str, kind: str) -> None:
    table = TABLES[kind]
    with Store(store_url) as store:
        store.save(make_inspection(), make_inspection(make_call("short"), percent=None, opening=None))
        rows = list(table.rows(store, Selection(), "en"))
    assert rows
    for row in rows:
        for column, value in zip(table.columns, row, strict=True):
            assert value is None or type(value) is column.kind, (column.name, value)


def test_findings_have_their_item_and_their_words(store_url: str) -> None:
    table = TABLES["findings"]
    with Store(store_url) as store:
        store.save(make_inspection(), make_inspection(judging="J2"), make_inspection(make_call("x", agent="A02")))
        rows = list(table.rows(store, Selection(agents=("A01",)), "en"))
    names = [column.name for column in table.columns]
    first, whole = (dict(zip(names, row, strict=True)) for row in rows)
    assert (first["call_id"], first["item"], first["from"], first["to"], first["quote"]) == (
        "call-1",
        "opening",
        1.0,
        1.5,
        "您好",
    )
    assert (whole["from"], whole["to"], whole["role"]) == (None, None, "unknown")
    assert str(first["inspection_id"]).endswith("J2")


def test_rows_are_of_one_state_while_others_write(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(*(make_inspection(make_call(f"c{number}")) for number in range(3)))
        rows = TABLES["calls"].rows(store, Selection(), "en")
        first = next(rows)
        store.save(make_inspection(make_call("c9")))
        store.delete(make_call("c1").recording.id)
        assert [row[1] for row in (first, *rows)] == ["c0", "c1", "c2"]
