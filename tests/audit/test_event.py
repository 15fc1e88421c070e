"""What may stand in an event, and that rows and entries are the same thing."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.audit import Entry, Event, Unreadable, canonical, code, flat, link, unflat
from tests.audit.trails import KEY, START

RECORDING = "a" * 64


def make(**fields: Any) -> Event:
    return Event(**{"at": START, "actor": "cli:li", "origin": "local", "action": "see_call", **fields})


@pytest.mark.parametrize(
    "value",
    [
        "王女士",
        "Mrs Smith",
        "my name is",
        "Smith",
        "13812345678",
        "138-1234-5678",
        "138.1234.5678",
        "010_6222_1234",
        "6222021234567890123",
        "phone:13812345678",
        "tel-+8613812345678",
        "li@example.com",
        "1234567",
        "",
        "x" * 129,
        "a\nb",
        "a b",
        13812345678,
        -13812345678,
        10**7,
        1e7,
        float("inf"),
        float("nan"),
        None,
        b"code",
        ("a",),
        {"a": 1},
    ],
)
def test_words_and_numbers_of_people_are_refused_and_not_repeated(value: Any) -> None:
    with pytest.raises(ValueError, match=r"event: detail\.what is no") as refused:
        make(detail={"what": value})
    assert not value or str(value) not in str(refused.value)


@pytest.mark.parametrize(
    "value", ["opening", "utility_zh", "0007", "10.0.0.7", "sha-1234567890", "2026-11", 0, -1.5, 9999999]
)
def test_codes_and_counts_are_kept(value: str | int | float) -> None:
    assert make(detail={"what": value}).detail == {"what": value}


class Kind(StrEnum):
    RULING = "ruling"


def test_a_detail_is_plain_and_cannot_be_changed() -> None:
    event = make(detail={"kind": Kind.RULING, "dry_run": True})
    assert {name: type(value) for name, value in event.detail.items()} == {"kind": str, "dry_run": int}
    with pytest.raises(TypeError):
        event.detail["kind"] = "x"  # type: ignore[index]
    assert pickle.loads(pickle.dumps(event)) == event == copy.deepcopy(event)  # noqa: S301 (our own)


@pytest.mark.parametrize(
    "fields",
    [
        {"at": datetime(2026, 1, 1)},
        {"actor": ""},
        {"actor": "a\nb"},
        {"actor": "\ud800"},
        {"actor": "x" * 129},
        {"origin": ""},
        {"origin": "somewhere else"},
        {"action": ""},
        {"action": "See call"},
        {"subject": "13812345678"},
        {"subject": "王女士"},
        {"subject": "call of Mrs Smith"},
        {"span": (2.0, 1.0)},
        {"span": (-1.0, 1.0)},
        {"span": (0.0, float("nan"))},
        {"span": (0.0, float("inf"))},
        {"detail": {"Name": 1}},
        {"detail": {"a b": 1}},
        {"detail": {f"n{number}": 1 for number in range(17)}},
    ],
)
def test_what_does_not_conform_raises(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^event: "):
        make(**fields)


@pytest.mark.parametrize("subject", ["", RECORDING, "1234567890123456", "0123456789abcdef", "1" * 64, "I1", "call-1"])
def test_subjects(subject: str) -> None:
    """Sixteen digits may be all decimal: one id in two thousand is."""
    assert make(subject=subject).subject == subject


def test_a_code_of_outside() -> None:
    assert [code(text) for text in ("opening", "Opening", "13812345678", "")] == ["opening", "other", "other", "other"]


VALUES = st.one_of(
    st.from_regex(r"[a-z]{1,20}", fullmatch=True),
    st.integers(-(10**7) + 1, 10**7 - 1),
    st.floats(-9e6, 9e6, allow_nan=False),
)
EVENTS = st.builds(
    Event,
    at=st.datetimes(
        min_value=datetime(1000, 1, 3), max_value=datetime(9000, 1, 1), timezones=st.just(timezone(timedelta(hours=8)))
    ),
    actor=st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20),
    origin=st.sampled_from(["local", "10.0.0.7", "fe80::1%eth0"]),
    action=st.sampled_from(["see_call", "trail.cut"]),
    subject=st.sampled_from(["", RECORDING]),
    span=st.none() | st.tuples(st.floats(0, 100), st.floats(100, 9e6)),
    detail=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), VALUES, max_size=4),
)


@given(EVENTS, st.sampled_from([None, KEY]))
def test_rows_and_entries_are_the_same(event: Event, key: bytes | None) -> None:
    entry = link(link(None, make()), event, key)
    row = flat(entry)
    assert unflat(row) == entry
    assert {type(value) for value in row.values()} <= {int, float, str, type(None)}
    assert row["at"].isascii() and len(row["at"]) == 27 and entry.event.at.tzinfo is UTC


@given(EVENTS, st.data())
def test_any_other_row_is_another_entry_or_unreadable(event: Event, data: st.DataObject) -> None:
    row = flat(link(None, event))
    column = data.draw(st.sampled_from(sorted(row)))
    value = data.draw(
        st.one_of(st.none(), st.text(max_size=30), st.integers(-9, 9), st.floats(), st.binary(max_size=3))
    )
    read = unflat({**row, column: value})
    if isinstance(read, Entry):
        assert flat(read) == {**row, column: value}
    else:
        assert read == Unreadable(
            value if column == "number" and type(value) is int else None if column == "number" else 1
        )


def test_canonical_json_is_the_same_for_the_same() -> None:
    assert canonical({"b": 1, "a": "é电"}) == '{"a":"\\u00e9\\u7535","b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))
