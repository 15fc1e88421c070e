"""Deadlines in the words of agents, and the moments that they mean."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qc.language import installed, load
from qc.phrases import due

FRIDAY = datetime(2026, 11, 20, 9, 0)


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("zh", "二十四小时内", "11-21 09:00"),
        ("zh", "一百二十分钟", "11-20 11:00"),
        ("zh", "半个钟头", "11-20 09:30"),
        ("zh", "12个小时", "11-20 21:00"),
        ("zh", "今天", "11-20 23:59"),
        ("zh", "大后天", "11-23 23:59"),
        ("zh", "三天左右", "11-23 23:59"),
        ("zh", "五个工作日内", "11-27 23:59"),
        ("zh", "星期一之前", "11-23 23:59"),
        ("zh", "两个星期", "12-04 23:59"),
        ("en", "within four hours", "11-20 13:00"),
        ("en", "within forty eight hours", "11-22 09:00"),
        ("en", "half an hour", "11-20 09:30"),
        ("en", "in a couple of days", "11-22 23:59"),
        ("en", "within three working days", "11-25 23:59"),
        ("en", "in the next two days", "11-22 23:59"),
        ("en", "Tuesday", "11-24 23:59"),
        ("en", "on Friday", "11-27 23:59"),
        ("en", "the day after tomorrow", "11-22 23:59"),
        ("es", "en veinticuatro horas", "11-21 09:00"),
        ("es", "cuarenta y ocho horas", "11-22 09:00"),
        ("es", "el miércoles", "11-25 23:59"),
        ("es", "mañana por la tarde", "11-21 23:59"),
        ("es", "esta misma tarde", "11-20 23:59"),
        ("es", "en tres días", "11-23 23:59"),
    ],
)
def test_what_can_be_understood_has_a_moment(language: str, said: str, expected: str) -> None:
    assert due(said, language, FRIDAY) == datetime.strptime(f"2026-{expected}", "%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "最晚"),
        ("zh", "三四天"),
        ("zh", "下周三"),
        ("zh", "月底"),
        ("en", "two or three days"),
        ("en", "by the end of the month"),
        ("en", "next Tuesday"),
        ("en", "before six"),
        ("es", "a lo largo de la mañana"),
        ("es", "antes de las seis"),
        ("es", "dos o tres semanas"),
        ("fr", "demain"),
    ],
)
def test_what_is_not_certain_has_none(language: str, said: str) -> None:
    assert due(said, language, FRIDAY) is None


@given(start=st.integers(0, 13), count=st.integers(1, 40))
def test_working_days_are_monday_to_friday(start: int, count: int) -> None:
    said = FRIDAY + timedelta(days=start)
    end = due(f"{count} working days", "en", said)
    assert end is not None
    assert end.weekday() < 5
    days = ((said + timedelta(days=n)).weekday() < 5 for n in range(1, (end.date() - said.date()).days + 1))
    assert sum(days) == count


@pytest.mark.parametrize("language", installed())
def test_no_deadline_of_the_pack_is_in_the_past_or_an_error(language: str) -> None:
    for example in load(language).rule("deadline").examples.match:
        moment = due(example, language, FRIDAY)
        assert moment is None or FRIDAY < moment < FRIDAY + timedelta(days=120), example


@given(st.text(max_size=40), st.sampled_from(["zh", "en", "es"]))
def test_any_text_is_no_error(text: str, language: str) -> None:
    moment = due(text, language, FRIDAY)
    assert moment is None or moment >= FRIDAY
