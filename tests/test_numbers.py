"""Numbers said digit by digit: as words and as numerals, and never an amount."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.phrases import digit_runs, normalise

SPOKEN = {
    "zh": "零一二三四五六七八九",
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
}


def digits(text: str, language: str) -> list[str]:
    return [run.digits for run in digit_runs(normalise(text, language), language)]


@given(st.sampled_from(["zh", "en", "es"]), st.lists(st.integers(0, 9), min_size=4, max_size=20), st.booleans())
def test_said_or_written_it_is_the_same_number(language: str, number: list[int], written: bool) -> None:
    joint = "" if language == "zh" else " "
    said = [str(digit) if written else SPOKEN[language][digit] for digit in number]
    text = normalise(f"x {joint.join(said)} x", language)
    (run,) = digit_runs(text, language)
    assert run.digits == "".join(map(str, number))
    assert text[run.start : run.end] == normalise(joint.join(said), language)


@given(st.sampled_from(["zh", "en", "es", "xx"]), st.text(max_size=60))
def test_any_text_has_runs_in_order_inside_it(language: str, text: str) -> None:
    said = normalise(text, language)
    runs = digit_runs(said, language)
    assert all(0 <= run.start < run.end <= len(said) and len(run.digits) >= 4 for run in runs)
    assert all(one.end <= other.start for one, other in pairwise(runs))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "我的电话是幺三八，零零幺二，五六七八", ["13800125678"]),
        ("zh", "户号洞拐幺两", ["0712"]),
        ("zh", "１２３４", ["1234"]),
        ("zh", "一共一千二百三十四元", []),
        ("zh", "三四五六百", []),
        ("zh", "二零二六年", ["2026"]),
        ("zh", "一二三", []),
        ("en", "double five, triple oh one", ["550001"]),
        ("en", "My number is 0044-123", ["0044123"]),
        ("en", "one hundred twenty three", []),
        ("es", "doble cinco uno dos", ["5512"]),
        ("es", "uno dos, y luego tres cuatro cinco seis", ["3456"]),
        ("xx", "one two three four 5678", ["5678"]),
        ("en", "double trouble", []),
    ],
)
def test_cases(language: str, text: str, expected: list[str]) -> None:
    assert digits(text, language) == expected
