"""Every single edit, removal, exchange, insertion and cut of a trail is found, and named."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from qc.audit import Problem, What
from tests.audit.trails import KEY, Row, anchor_of, look, make_trail, problems, rehash

LENGTH = 60
KEYS = pytest.mark.parametrize("key", [None, KEY], ids=["plain", "key"])


def other_values(column: str, value: Any) -> list[Any]:
    """What somebody might write there instead: near, far, of another kind, and nothing."""
    if column == "number":
        return [value + 1000, 0, -value]
    if column in ("start", "end"):
        return [0.125 if value is None else value + 2**-30, 1e9, "1.0", float("nan"), *([None] if value else [])]
    flipped = value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
    return [flipped, value + " ", value + "0", value.upper() + "A", "", None, 7, b"bytes"]


@KEYS
def test_every_edit_of_every_column(key: bytes | None, record_property: Any) -> None:
    rows = make_trail(LENGTH, key)
    anchor = anchor_of(rows)
    tried = 0
    for index, row in enumerate(rows):
        for column, value in row.items():
            for other in other_values(column, value):
                if type(other) is type(value) and other == value:
                    continue
                tried += 1
                edited = deepcopy(rows)
                edited[index][column] = other
                found = problems(edited, anchor, key)
                assert found, (index, column, other)
                if column not in ("number", "key"):
                    assert Problem(row["number"], What.EDITED) in found, (index, column, other, found)
    record_property("edits", tried)
    assert tried > LENGTH * 12 * 2


@KEYS
def test_every_deletion(key: bytes | None) -> None:
    rows = make_trail(LENGTH, key)
    for index in range(LENGTH):
        found = problems(rows[:index] + rows[index + 1 :], anchor_of(rows), key)
        what = {0: What.CUT_START, LENGTH - 1: What.CUT_END}.get(index, What.MISSING)
        assert found == (Problem(2 if index == 0 else index + 1, what),)


@KEYS
def test_every_stretch_that_is_taken_out(key: bytes | None) -> None:
    rows = make_trail(LENGTH, key)
    for start in range(1, LENGTH - 1):
        for end in range(start + 1, LENGTH):
            assert problems(rows[:start] + rows[end:], anchor_of(rows), key) == (Problem(start + 1, What.MISSING),)


@KEYS
def test_every_swap(key: bytes | None) -> None:
    """Neighbours and any others; their numbers go with the place, or stay while all else is exchanged: the same."""
    rows = make_trail(LENGTH, key)
    for first in range(LENGTH):
        for second in range(first + 1, LENGTH):
            swapped = deepcopy(rows)
            swapped[first]["number"], swapped[second]["number"] = second + 1, first + 1
            found = problems(swapped, anchor_of(rows), key)
            assert found == (Problem(first + 1, What.REORDERED), Problem(second + 1, What.REORDERED))


def inserted(rows: list[Row], index: int, key: bytes | None) -> list[Row]:
    """An entry from elsewhere put in and chained to the one before, all behind it one further."""
    strange = {**make_trail(LENGTH + 9, key)[-1], "number": index + 1}
    strange["previous"] = rows[index - 1]["hash"] if index else ""
    return [*rows[:index], strange, *({**row, "number": row["number"] + 1} for row in rows[index:])]


@KEYS
def test_every_insertion(key: bytes | None) -> None:
    rows = make_trail(LENGTH, key)
    for index in range(LENGTH + 1):
        found = problems(inserted(rows, index, key), anchor_of(rows), key)
        if index == LENGTH:
            assert {one.what for one in found} == {What.EDITED, What.UNANCHORED}
        else:
            assert Problem(index + 1, What.INSERTED) in found, index
            assert {Problem(number, What.REORDERED) for number in range(index + 2, LENGTH + 2)} <= set(found)


@KEYS
def test_every_cut_at_either_end(key: bytes | None) -> None:
    rows = make_trail(LENGTH, key)
    for length in range(1, LENGTH):
        assert problems(rows[:-length], anchor_of(rows), key) == (Problem(LENGTH - length + 1, What.CUT_END),)
        assert problems(rows[length:], anchor_of(rows), key) == (Problem(length + 1, What.CUT_START),)
    assert problems([], anchor_of(rows), key) == (Problem(1, What.CUT_END),)


def test_a_forger_who_makes_all_hashes_anew_is_found_by_the_key() -> None:
    """He knows the code, not the key; he may write the plain hash, or pretend a key."""
    rows = make_trail(LENGTH, KEY)
    for index in range(LENGTH):
        changed = deepcopy(rows)
        changed[index]["actor"] = "cli:nobody"
        for forged in (rehash(changed, index), rehash(changed, index, b"a guess of sixteen bytes")):
            found = problems(forged, anchor_of(forged), KEY)
            assert found[0] == Problem(index + 1, What.UNSEALED)
            for row in forged[index:]:
                row["key"] = rows[0]["key"]
            assert Problem(index + 1, What.EDITED) in problems(forged, anchor_of(forged), KEY)


def test_without_a_key_he_is_found_by_the_anchor_alone() -> None:
    """What docs/audit.md says: whoever writes the database and the anchor, and has all hashes anew, is not found."""
    rows = make_trail(LENGTH)
    for index in range(LENGTH):
        changed = deepcopy(rows)
        changed[index]["actor"] = "cli:nobody"
        forged = rehash(changed, index)
        assert problems(forged, anchor_of(rows)) == (Problem(LENGTH, What.EDITED),)
        assert problems(forged, None) == (Problem(LENGTH, What.NO_ANCHOR),)
        assert problems(forged, anchor_of(forged)) == ()
        alone = deepcopy(rows)
        alone[index] = forged[index]
        assert problems(alone, anchor_of(rows)) == (Problem(index + 1, What.EDITED),), "only its own hash is anew"


@KEYS
def test_a_whole_trail_has_no_problem(key: bytes | None) -> None:
    for length in (1, 2, LENGTH):
        rows = make_trail(length, key)
        found = look(rows, anchor_of(rows), key)
        assert (found.problems, found.first, found.last, found.entries) == ((), 1, length, length)
    assert look([], None).problems == ()
