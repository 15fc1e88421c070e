"""Callers' numbers: the same however written, sealed under the key, and nowhere else."""

from __future__ import annotations

import hmac
import logging
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qc.config import Settings
from qc.errors import UsageError
from qc.metadata import MetadataMap, key_of, read
from qc.metadata.caller import digits

KEY = b"0123456789abcdef"
NUMBER = "13812345678"


def rows(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "written",
    [
        *(NUMBER, "138 1234 5678", "138-1234-5678", "(138)12345678", "+86 138 1234 5678", "0086-13812345678"),
        *("013812345678", "１３８１２３４５６７８", "tel:+8613812345678", "sip:13812345678@10.0.0.1", "13812345678.0"),
    ],
)
def test_one_number_many_ways(tmp_path: Path, written: str) -> None:
    table = read(rows(tmp_path, f"file,caller\na.wav,{written}\n"), MetadataMap(country_code="86"), KEY)
    assert table["a.wav"].caller == hmac.new(KEY, NUMBER.encode(), "sha256").hexdigest()
    assert table.problems == ()


def test_another_key_another_text(tmp_path: Path) -> None:
    path = rows(tmp_path, f"file,caller\na.wav,{NUMBER}\n")
    assert read(path, caller_key=KEY)["a.wav"].caller != read(path, caller_key=KEY + b"x")["a.wav"].caller


@pytest.mark.parametrize("written", ["anonymous", "匿名", "Oculto", "-", ""])
def test_a_number_that_was_withheld_is_no_mistake(tmp_path: Path, written: str) -> None:
    table = read(rows(tmp_path, f"file,caller\na.wav,{written}\n"), caller_key=KEY)
    assert (table["a.wav"].caller, table.problems) == (None, ())


@pytest.mark.parametrize("written", ["12", "1.38E+10", "call me", "1" * 21, "138-1234-567x"])
def test_what_is_no_number_is_not_quoted(tmp_path: Path, written: str) -> None:
    path = rows(tmp_path, f"file,caller\na.wav,{written}\n")
    assert read(path, caller_key=KEY).problems == (
        f"{path}: line 2, column caller: not a telephone number; value left out",
    )


def test_without_a_key_numbers_are_dropped_and_that_is_said_once(tmp_path: Path) -> None:
    path = rows(tmp_path, f"file,caller\na.wav,{NUMBER}\nb.wav,{NUMBER}\n")
    table = read(path)
    assert [row.caller for row in table.values()] == [None, None]
    assert table.problems == (f"{path}: callers' numbers left out: no key is set (caller_key or caller_key_file)",)


@pytest.mark.parametrize("header", ["主叫号码", "Teléfono", "Customer Phone", "手机号", "ANI", "phone-number"])
def test_telephone_columns_are_known_without_a_mapping(tmp_path: Path, header: str) -> None:
    table = read(rows(tmp_path, f"file,{header},{header} \na.wav,{NUMBER},{NUMBER}\n"), caller_key=KEY)
    assert table["a.wav"].caller is not None
    assert NUMBER not in repr(table)


def test_a_second_telephone_column_is_dropped(tmp_path: Path) -> None:
    table = read(rows(tmp_path, f"file,caller,联系电话,note\na.wav,,{NUMBER},n\n"), caller_key=KEY)
    assert table["a.wav"].caller == hmac.new(KEY, NUMBER.encode(), "sha256").hexdigest()
    assert table["a.wav"].extra == {"note": "n"}


# A recording's own name is the only place that is not searched: it is known anyway.
COLUMNS = (
    "call_id",
    "agent",
    "agent_name",
    "team",
    "start",
    "queue",
    "direction",
    "customer_class",
    "ring_count",
    "note",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    written=st.sampled_from(["{}", "+86{}", "{0:.3}-{1}", "tel:{}"]),
    leaks=st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(["{}", "call {} back", "0{}"]), max_size=4),
    key=st.sampled_from([None, KEY]),
)
def test_the_plain_number_appears_nowhere(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    number: str,
    written: str,
    leaks: dict[str, str],
    key: bytes | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    cells = [leaks.get(column, "").format(number) for column in COLUMNS]
    caller = written.format(number, number[3:])
    path = rows(tmp_path, f"file,caller,{','.join(COLUMNS)}\na.wav,{','.join([caller, *cells])}\n")
    table = read(path, caller_key=key)
    assert table["a.wav"].call_id == "a"
    data = pickle.dumps((dict(table), table.problems, table.abandoned))
    assert number not in repr(table) + caplog.text
    assert number.encode() not in data
    assert len(table.problems) == len(leaks) + (key is None)


def test_a_shifted_row_does_not_tell_the_number_either(tmp_path: Path) -> None:
    table = read(rows(tmp_path, f"file,caller,ring_count,start\na.wav,x,{NUMBER},138-1234-5678\n"), caller_key=KEY)
    assert len(table.problems) == 3
    assert not any("1234" in problem for problem in table.problems)


def test_short_codes_are_not_taken_for_the_number(tmp_path: Path) -> None:
    row = read(rows(tmp_path, "file,caller,agent\na.wav,8001,8001\n"), caller_key=KEY)["a.wav"]
    assert row.agent == "8001"


def test_digits_of_a_site_without_country_code() -> None:
    assert digits("+34 600 111 222") == "34600111222"
    assert digits("+34 600 111 222", "34") == "600111222"
    assert digits("34600111222", "34") == "34600111222"  # no prefix: it may be a number that begins so


def test_keys(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(KEY + b"\n")
    assert key_of(Settings()) is None
    assert key_of(Settings(caller_key_file=file)) == KEY
    assert key_of(Settings(caller_key="x" * 16, caller_key_file=file)) == b"x" * 16  # type: ignore[arg-type]
    assert "x" * 16 not in repr(Settings(caller_key="x" * 16))  # type: ignore[arg-type]


def test_keys_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="caller_key: the key has 5 bytes"):
        key_of(Settings(caller_key="short"))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="none: No such file"):
        key_of(Settings(caller_key_file=tmp_path / "none"))
