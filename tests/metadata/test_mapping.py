"""A mapping for another system's export, and its mistakes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qc.call import Metadata
from qc.errors import MetadataError
from qc.metadata import MetadataMap, MetadataTable, load_map, of_names, read


def mapped(folder: Path, mapping: str, rows: str) -> MetadataTable:
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    (folder / "rows.csv").write_text(rows, encoding="utf-8")
    return read(folder / "rows.csv", load_map(folder / "map.yaml"), b"0123456789abcdef")


def test_columns_values_and_templates(tmp_path: Path) -> None:
    table = mapped(
        tmp_path,
        """
zone: Asia/Shanghai
dates: "%Y年%m月%d日 %H:%M:%S"
columns:
  file: "{日期}/{流水号}.wav"
  call_id: 流水号
  agent: [坐席号, 工号]
  start: "{日期} {时间}"
  customer_class: 用电类别
  satisfaction: 满意度(按键)
  abandoned: 是否放弃
values:
  customer_class: {高压: A, 低压非居民: B, 低压居民: C}
  satisfaction: {非常满意: 5, 未评价: ""}
  abandoned: {放弃: yes}
constants: {language: 中文, direction: 呼入, team: 夜班}
satisfaction: 1-5
extra: [户号]
""",
        "流水号,日期,时间,工号,用电类别,满意度（按键）,是否放弃,户号,姓名\n"
        "1,2026年03月02日,09:05:00,A1,高压,非常满意,,0012,王芳\n"
        "2,2026年03月02日,09:06:00,A2,低压居民,未评价,否,0013,李梅\n"
        "3,2026年03月02日,09:07:00,,,,放弃,,\n",
    )
    shared = {"language": "zh", "direction": "inbound", "team": "夜班", "zone": "Asia/Shanghai"}
    assert table.problems == ()
    assert dict(table) == {
        "2026年03月02日/1.wav": Metadata(
            "1",
            "A1",
            start=datetime(2026, 3, 2, 9, 5),
            customer_class="A",
            satisfaction=5,
            extra={"户号": "0012"},
            **shared,
        ),
        "2026年03月02日/2.wav": Metadata(
            "2", "A2", start=datetime(2026, 3, 2, 9, 6), customer_class="C", extra={"户号": "0013"}, **shared
        ),
    }
    assert [call.call_id for call in table.abandoned] == ["3"]


def test_fields_of_file_names(tmp_path: Path) -> None:
    mapping = r"""
zone: Europe/Madrid
file_name: '^(?P<date>\d{8})-(?P<time>\d{6})-(?P<agent>A\d+)-(?P<caller>\d+)-(?P<direction>[EO])\.'
values: {direction: {E: inbound, O: outbound}}
columns: {agent: agente}
"""
    table = mapped(tmp_path, mapping, "file,agente\n20260302-090500-A1-600111222-E.wav,B7\n")
    row = table["20260302-090500-A1-600111222-E.wav"]
    assert (row.agent, row.start, row.direction) == ("B7", datetime(2026, 3, 2, 9, 5), "inbound")
    assert row.caller is not None and len(row.caller) == 64

    other = Path("/calls/20260303-100000-A2-600111222-O.wav")
    for found in (table, of_names(load_map(tmp_path / "map.yaml"), b"0123456789abcdef")):
        key = found.key(other, Path("/calls"))
        assert key is not None
        assert (found[key].agent, found[key].direction, found[key].zone) == ("A2", "outbound", "Europe/Madrid")
        assert found[key].caller == row.caller
        assert found.key(Path("/calls/other.wav")) is None
        assert found.orphans({key}) == tuple(found)


def test_names_are_not_read_without_a_pattern() -> None:
    assert not of_names(MetadataMap())
    assert of_names(MetadataMap()).key(Path("a.wav")) is None


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-07-01T01:30:00Z", "Asia/Shanghai", datetime(2026, 7, 1, 9, 30)),
        ("2026-07-01T01:30:00+02:00", "Europe/Madrid", datetime(2026, 7, 1, 1, 30)),
        ("2026-07-01 01:30", "Asia/Shanghai", datetime(2026, 7, 1, 1, 30)),
        ("1782869400", "Asia/Shanghai", datetime(2026, 7, 1, 9, 30)),
    ],
)
def test_the_centres_wall_clock(tmp_path: Path, text: str, zone: str, expected: datetime) -> None:
    rows = f"file,start,zone\na.wav,{text},\nb.wav,{text},UTC\n"
    table = mapped(tmp_path, f"zone: {zone}\ndates: unix\n", rows)
    assert (table["a.wav"].start, table["a.wav"].zone) == (expected, zone)
    assert table["b.wav"].zone == "UTC"


def test_columns_that_are_not_there_are_named(tmp_path: Path) -> None:
    table = mapped(tmp_path, "columns: {agent: [工号, 坐席]}\nextra: [合同]\n", "file,call_id,call_id\na.wav,1,2\n")
    assert [problem.rpartition(": line ")[2] for problem in table.problems] == [
        "1: column call_id stands twice; the first counts",
        "1: no column 工号 or 坐席 for agent",
        "1: no column 合同 to keep",
    ]
    assert table["a.wav"].call_id == "1"


def test_only_what_a_mapping_asks_for_is_kept(tmp_path: Path) -> None:
    rows = "file,address\na.wav,1 High St\n"
    assert mapped(tmp_path, "zone: UTC\n", rows)["a.wav"].extra == {}
    assert mapped(tmp_path, "extra: all\n", rows)["a.wav"].extra == {"address": "1 High St"}


@pytest.mark.parametrize(
    ("mapping", "mistake"),
    [
        ("colums: {agent: x}", "line 1: unknown field colums"),
        ("zone: UTC\ncolumns:\n  agents: x", "line 3: columns: no field agents; the fields are file, call_id,"),
        ("zone: Asia/Peking", "line 1: zone: Asia/Peking is not a time zone like Asia/Shanghai"),
        ("zone: ../../etc/passwd", "line 1: zone: ../../etc/passwd is not a time zone"),
        ("zone: Asia", "line 1: zone: Asia is not a time zone"),
        ("encoding: gb", "line 1: encoding: gb is none of utf-8,"),
        ("delimiter: xx", "line 1: delimiter: write comma, semicolon, tab or one character"),
        (
            "values:\n  direction:\n    呼入: in\n    呼出: way out",
            "line 4: values: direction: 'way out' is none of inbound",
        ),
        ("constants: {customer_class: D}", "line 1: constants: customer_class: 'D' is not a customer class: A, B or C"),
        ("constants: {caller: 138}", "line 1: constants: caller is another one in each call"),
        ("dates: [yyyy-mm-dd]", "line 1: dates: 'yyyy-mm-dd' is no format like %d/%m/%Y"),
        ("dates:\n  - '%d/%m/%Y'\n  - '%H:%M'", "line 3: dates: '%H:%M' is no format"),
        ("satisfaction: 5-1", "line 1: satisfaction: 5-1: write the smallest and the largest key, as 1-5"),
        ("file_name: '(?P<agent'", "line 1: file_name: no regular expression"),
        (r"file_name: '\d+'", "line 1: file_name: without a named group"),
        (r"file_name: '(?P<agents>\d+)'", "line 1: file_name: no field agents; a name may give call_id,"),
        ("columns: {caller: 来电}\nextra: [来电]", "line 2: extra: 来电 holds callers' numbers"),
        ("country_code: +86", "line 1: country_code: write its digits, as 86"),
        ("columns: [agent]", "line 1: columns: Input should be a valid dictionary"),
        ("a: b: c", "line 1: not YAML: mapping values are not allowed"),
        ("- a", "line 1: a metadata mapping is a mapping with encoding,"),
        ("zone: UTC\nzone: UTC", "line 2: zone is given twice"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, mapping: str, mistake: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(mapping, encoding="utf-8")
    with pytest.raises(MetadataError) as caught:
        load_map(path)
    assert str(caught.value).startswith(f"{path}, {mistake}")
    assert "\n" not in str(caught.value)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("zone: Mars\nencoding: rot13\n", encoding="utf-8")
    with pytest.raises(MetadataError, match=r"line 1: zone: .*; line 2: encoding: rot13"):
        load_map(path)


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match=r"none\.yaml: cannot be read"):
        load_map(tmp_path / "none.yaml")
