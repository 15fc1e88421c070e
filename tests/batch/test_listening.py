"""Why a file could not be inspected, told without what was said in it."""

from __future__ import annotations

from qc.batch.listening import failure


def test_an_internal_error_quotes_nothing_private() -> None:
    try:
        raise ValueError("cannot read '我的身份证号是11010519491231002X' or 13907654321")
    except ValueError as error:
        found = failure("/calls/x.wav", error)
    assert found.code == "internal"
    assert "11010519491231002X" not in found.reason and "13907654321" not in found.reason
    assert "cannot read" in found.reason and "/calls/x.wav" in found.reason
