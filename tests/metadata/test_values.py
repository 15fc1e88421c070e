"""What cells may say, and what they may not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qc.metadata import read


def one(folder: Path, column: str, text: str) -> tuple[object, str]:
    """The value of a cell, and what is said of it."""
    path = folder / "rows.csv"
    path.write_text(f'file,{column}\na.wav,"{text}"\n', encoding="utf-8")
    table = read(path)
    problem = table.problems[0].removeprefix(f"{path}: line 2, column {column}: ") if table.problems else ""
    return getattr(table["a.wav"], column), problem.removesuffix("; value left out")


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        *(("direction", text, "inbound") for text in ("in", "Inbound", "呼入", "ENTRANTE")),
        *(("direction", text, "outbound") for text in ("out", "外呼", "saliente")),
        *(("hung_up_by", text, "agent") for text in ("Agent", "坐席", "agente")),
        *(("hung_up_by", text, "customer") for text in ("caller", "客户", "Cliente")),
        *(("hung_up_by", text, "system") for text in ("IVR", "系统", "sistema")),
        *(("language", text, "zh") for text in ("zh-CN", "zh_TW", "中文", "Chino")),
        *(("language", text, "es") for text in ("es-MX", "Español", "spa")),
        ("language", "fr", "fr"),
        *(("customer_class", text, "A") for text in ("A", "a", "Ａ", "A类", "class A", "A级", "Clase A")),
        ("agent_channel", "15", 15),
        ("ring_count", "3.0", 3),
        ("earlier_contacts", "２", 2),
        ("satisfaction", "0", 0),
        ("queue_seconds", "12,5", 12.5),
        ("queue_seconds", "0:01:05", 65.0),
        ("queue_seconds", "1:05", 65.0),
        ("zone", "Asia/Shanghai", "Asia/Shanghai"),
        ("start", "20260302 090500", datetime(2026, 3, 2, 9, 5)),
        ("agent_name", "=cmd()", "=cmd()"),
        ("team", "  -1+1  ", "-1+1"),
    ],
)
def test_values(tmp_path: Path, column: str, text: str, expected: object) -> None:
    assert one(tmp_path, column, text) == (expected, "")


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("direction", "both", "'both' is none of inbound, outbound"),
        ("hung_up_by", "nobody", "'nobody' is none of agent, customer, system"),
        ("language", "??", "'??' is not a language like zh, en-GB or español"),
        ("customer_class", "D", "'D' is not a customer class: A, B or C"),
        ("customer_class", "AB", "'AB' is not a customer class: A, B or C"),
        ("agent_channel", "16", "'16' is not from 0 to 15"),
        ("ring_count", "1001", "'1001' is not from 0 to 1000"),
        ("ring_count", "1_0", "'1_0' is not a number of 0 or more"),
        ("ring_count", "nan", "'nan' is not a number of 0 or more"),
        ("ring_count", "1.5", "'1.5' is not a whole number"),
        ("satisfaction", "11", "'11' is not from 0 to 10"),
        ("queue_seconds", "1e400", "'1e400' is not a number of 0 or more"),
        ("queue_seconds", "1,234", "'1,234' is not a number of 0 or more"),
        ("queue_seconds", "100000", "'100000' is more than 86400 seconds"),
        ("zone", "Beijing", "'Beijing' is not a time zone like Asia/Shanghai"),
        ("zone", "/etc/localtime", "'/etc/localtime' is not a time zone like Asia/Shanghai"),
        ("start", "02/03/2026 09:05", "'02/03/2026 09:05' is not a date and time like 2026-03-02 09:05:00"),
        ("start", "1970-01-01 00:00", "'1970-01-01 00:00' is not in the years 1990 to 2099"),
        ("agent", "x" * 1001, f"'{'x' * 40}…' is longer than 1000 characters"),
    ],
)
def test_values_that_are_left_out(tmp_path: Path, column: str, text: str, reason: str) -> None:
    assert one(tmp_path, column, text) == (None, reason)
