"""No text from outside is run by a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.spreadsheet import safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=cmd()",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\tx",
        "\rx",
        "\nx",
        "  =1",
        "\x00=1",
        "\ufeff=1",
        "\u200b-1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
    ],
)
def test_what_looks_like_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "您好", "1 - 2", "a=b", "' =1", "12398", "%s", "no-reply@example.org", " x"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text())
def test_the_text_is_kept_whole_and_done_once(text: str) -> None:
    safe = safe_cell(text)
    assert safe.removeprefix("'") in (text, text.removeprefix("'"))
    assert safe_cell(safe) == safe
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
