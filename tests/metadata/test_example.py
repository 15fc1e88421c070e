"""The mapping and the rows that docs/metadata.md shows."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from qc.call import Metadata
from qc.config import ROOT
from qc.metadata import load_map, read
from qc.metadata.caller import sealed
from qc.metadata.encoding import ENCODINGS
from qc.metadata.fields import FIELDS

PAGE = (ROOT / "docs" / "metadata.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "metadata.example.yaml"
KEY = b"0123456789abcdef"


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found, kind
    return found[1]


def test_the_page_shows_the_example() -> None:
    assert block("yaml") == EXAMPLE.read_text(encoding="utf-8")


def test_the_rows_are_read_by_it(tmp_path: Path) -> None:
    path = tmp_path / "acd.csv"
    path.write_bytes(block("csv").encode("gb18030"))
    table = read(path, load_map(EXAMPLE), KEY)
    assert table.problems == ()
    shared = {"direction": "inbound", "language": "zh", "zone": "Asia/Shanghai", "caller": sealed("13800138000", KEY)}
    assert dict(table) == {
        "20261121/30001.wav": Metadata(
            *("30001", "1024", "王芳", "一班", datetime(2026, 11, 21, 8, 31, 5), "停电报修"),
            **shared,
            customer_class="C",
            ring_count=2,
            queue_seconds=12.0,
            hung_up_by="customer",
            satisfaction=5,
            earlier_contacts=1,
            extra={"工单编号": "GD-7"},
        ),
        "20261121/30002.wav": Metadata(
            *("30002", "1031", "李梅", "二班", datetime(2026, 11, 21, 8, 33, 40), "电费查询"),
            **shared,
            customer_class="A",
            ring_count=5,
            queue_seconds=65.0,
            hung_up_by="agent",
            earlier_contacts=2,
        ),
    }
    assert [(call.call_id, call.queue_seconds, call.ring_count) for call in table.abandoned] == [("30003", 160.0, 9)]


def test_fields_and_encodings_of_the_page() -> None:
    rows = re.findall(r"^\| (`.*?) \|", PAGE, flags=re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(FIELDS)
    assert all(re.search(rf"\b{name}\b", PAGE.partition("## Encodings")[2]) for name in ENCODINGS)
