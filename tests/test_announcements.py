"""Announcements found by being said alike, and as long, in many agents' calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qc.announcements import Repeated, repeated
from qc.call import Call
from tests.talks import talk

TEXTS = {
    "zh": (
        "本次服务质量由专人抽查敬请留意",
        "本次服务质量由专人抽查请留意",
        "您好供电公司有什么可以帮您",
        "我家停电了",
        "好的",
    ),
    "en": (
        "our service is checked for quality at times",
        "our service is checked for quality at time",
        "good morning what can we do for you",
        "my power is out",
        "certainly",
    ),
    "es": (
        "revisamos de vez en cuando la calidad del servicio",
        "revisamos de vez en cuando la calidad de servicio",
        "buenos dias que podemos hacer por usted",
        "no tengo luz",
        "claro",
    ),
}


def night(language: str, agents: int = 4, calls: int = 12) -> list[Call]:
    """Each call is begun by a recording of 4 s, misheard now and then, and by a greeting that everybody says in their
    own time."""
    played, misheard, greeting, request, answer = TEXTS[language]
    found = []
    for number in range(calls):
        length = 2 + number % 5 * 0.3
        said = [
            ("agent", 0, 4 + number % 2 * 0.05, misheard if number % 3 == 2 else played),
            ("agent", 5, 5 + length, greeting),
            ("customer", 9, 11, request),
            ("agent", 12, 13, answer),
        ]
        call = talk(said, language)
        found.append(replace(call, metadata=replace(call.metadata, agent=f"A{number % agents}")))
    return found


@pytest.mark.parametrize("language", TEXTS)
def test_a_recording_is_as_long_each_time_and_a_greeting_is_not(language: str) -> None:
    found = repeated(night(language))
    assert {one.text: (one.language, one.calls, one.agents, one.played) for one in found} == {
        TEXTS[language][0]: (language, 12, 4, True),
        TEXTS[language][2]: (language, 12, 4, False),
    }
    assert [one.seconds for one in found if one.played] == [pytest.approx(4.025)]


@pytest.mark.parametrize(("calls", "agents"), [(13, 1), (1, 5)])
def test_few_calls_or_few_agents_are_not_enough(calls: int, agents: int) -> None:
    assert repeated(night("zh"), least_calls=calls, least_agents=agents) == ()


def test_what_is_less_alike_is_another_text() -> None:
    both: tuple[Repeated, ...] = repeated(night("en"), least_calls=2, least_agents=1, likeness=100)
    assert {one.calls for one in both} == {4, 8, 12}


def test_the_middle_of_a_call_and_known_announcements_are_left_out() -> None:
    text = TEXTS["en"][0]
    said = [
        ("system", 0, 4, text),
        ("customer", 5, 7, "hello there"),
        ("agent", 8, 12, text),
        ("customer", 13, 15, "yes"),
    ]
    assert repeated([talk(said, "en")] * 3, least_calls=1, least_agents=0) == ()
    ends = [*said, ("agent", 16, 20, text)]
    assert [one.calls for one in repeated([talk(ends, "en")] * 3, least_calls=1, least_agents=0)] == [3]


def test_a_call_without_a_customer_has_no_edges() -> None:
    assert repeated([talk([("agent", 0, 4, TEXTS["en"][0])], "en")] * 3, least_calls=1, least_agents=0) == ()
