"""Names and sentences without numbers that may be somebody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.redact import call_name, discreet, unnumbered
from qc.redact.documents import Opened, Raw, document


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("13907654321.wav", "….wav"),
        ("20261120-220513_13907654321_A01.wav", "20261120-220513_…_A01.wav"),
        ("20261120-13907654321.wav", "….wav"),
        ("139-0765-4321.wav", "….wav"),
        ("(0571) 8765 4321", "(…"),
        ("１３９０７６５４３２１.wav", "….wav"),
        ("call-000123.wav", "call-000123.wav"),
        ("20261120220513.wav", "20261120220513.wav"),
        ("2026-11-20 22-05-13.wav", "2026-11-20 22-05-13.wav"),
        ("2026-11-20T22:05:13+08:00", "2026-11-20T22:05:13+08:00"),
        ("20269920.wav", "….wav"),
        ("2147483648 bytes; at most 1000000000 are accepted", "2147483648 bytes; at most … are accepted"),
        ("recording 3f9a12345678…: not heard yet", "recording 3f9a12345678…: not heard yet"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ("13907654321a", "…a"),
        ("0.123456, 90.1 to 98.3 %", "0.123456, 90.1 to 98.3 %"),
        ("…-A01#12345678", "…-A01#12345678"),
        ("A01#12345678", "A01#…"),
    ],
)
def test_numbers_are_hidden_and_dates_and_ids_are_not(name: str, shown: str) -> None:
    assert unnumbered(name) == shown


@given(st.text(alphabet="0123456789ab -_()./#…", max_size=40), st.text(alphabet="0123456789abcdef", min_size=64))
def test_hidden_twice_is_hidden_once(text: str, recording_id: str) -> None:
    assert unnumbered(unnumbered(text)) == unnumbered(text)
    name = call_name(text, recording_id)
    assert call_name(name, recording_id) == name


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.sampled_from(("", "_", ".", "a", " ", "-", "x1-")))
def test_a_mobile_number_is_never_shown(number: str, beside: str) -> None:
    assert number[-7:] not in unnumbered(f"{beside}{number}{beside}.wav")


def test_a_sentence_of_unknown_origin() -> None:
    text = discreet("could not read '我的身份证号是11010519491231002X' near li.na@example.com")
    assert "11010519491231002X" not in text and "li.na" not in text and "could not read" in text


def test_a_document_keeps_what_programs_need() -> None:
    found = document(
        {
            "id": "1234567890123456",
            "file": "13907654321.wav",
            "clip": Opened("/out/12345678/x.wav"),
            "rows": [13907654321, 1.5, None, True, "13907654321"],
            "models": {"whisper": "123456789012"},
            "13907654321.wav": 1,
            "13907654322.wav": 2,
        }
    )
    assert found == {
        "id": "1234567890123456",
        "file": "….wav",
        "clip": "/out/12345678/x.wav",
        "rows": [13907654321, 1.5, None, True, "…"],
        "models": {"whisper": "123456789012"},
        "….wav": 1,
        "….wav'": 2,
    }
    assert document(Raw(a="13907654321")) == {"a": "13907654321"}
