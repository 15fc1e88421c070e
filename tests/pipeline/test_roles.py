"""Who is the agent, and what is an announcement, from words alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qc.call import Metadata, Role, Utterance, Word
from qc.config import Settings
from qc.interval import Interval
from qc.pipeline.roles import decide, with_announcements
from qc.pipeline.utterances import text, utterance

AGENT = {
    "zh": ["您好，国家电网，工号八零一为您服务", "请问还有其他可以帮您的吗", "您对我的服务满意吗"],
    "en": ["good morning, this is Riverton Power, agent four speaking", "is there anything else I can help you with"],
}
CUSTOMER = {
    "zh": ["你好，我家里停电了", "没有了", "满意，谢谢"],
    "en": ["hello, my power is out", "no, that's all, thank you"],
}


def channel(lines: list[str], first: float, step: float = 10.0) -> tuple[Utterance, ...]:
    result = []
    for n, line in enumerate(lines):
        start = first + n * step
        parts = line.split() if " " in line else list(line)
        width = 3.0 / len(parts)
        words = tuple(
            Word(Interval(start + i * width, start + (i + 1) * width), part, 0.9) for i, part in enumerate(parts)
        )
        result.append(utterance(Role.UNKNOWN, Interval(start, start + 3), words))
        assert text(words)
    return tuple(result)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_agent_is_found_on_either_side(language: str) -> None:
    agent, customer = channel(AGENT[language], 0), channel(CUSTOMER[language], 4)
    left = decide([agent, customer], language, Metadata(), Settings())
    assert left.of == (Role.AGENT, Role.CUSTOMER)
    assert left.probability > 0.95
    assert (left.source, left.notes) == ("content", ())
    right = decide([customer, agent], language, Metadata(), Settings())
    assert right.of == (Role.CUSTOMER, Role.AGENT)
    assert right.probability > 0.7
    assert [note.code for note in right.notes] == ["swapped_channels"]


def test_without_a_word_the_agent_is_on_the_left() -> None:
    roles = decide([channel(["一二三"], 0), channel(["四五六"], 4)], "zh", Metadata(), Settings())
    assert (roles.of, roles.source) == ((Role.AGENT, Role.CUSTOMER), "setting")
    assert 0.7 <= roles.probability < 0.9


def test_a_weak_contradiction_is_doubtful() -> None:
    roles = decide([channel(["一二三"], 0), channel(["真的很抱歉"], 4)], "zh", Metadata(), Settings())
    assert roles.probability < 0.7


def test_setting_and_metadata_win_over_content() -> None:
    channels = [channel(AGENT["zh"], 0), channel(CUSTOMER["zh"], 4)]
    told = decide(channels, "zh", Metadata(agent_channel=1), Settings())
    assert (told.of, told.probability, told.source) == ((Role.CUSTOMER, Role.AGENT), 1.0, "metadata")
    set_ = decide(channels, "zh", Metadata(agent_channel=1), Settings(agent_channel=0))
    assert (set_.of, set_.source) == ((Role.AGENT, Role.CUSTOMER), "setting")
    out_of_range = decide(channels, "zh", Metadata(agent_channel=7), Settings())
    assert out_of_range.source == "content"


def test_one_channel_is_nobodys() -> None:
    assert decide([channel(AGENT["zh"], 0)], "zh", Metadata(), Settings()).of == (Role.UNKNOWN,)
    assert decide([], "zh", Metadata(), Settings()).of == ()


def test_of_three_channels_the_two_that_speak_are_the_parties() -> None:
    channels = [(), channel(CUSTOMER["zh"], 4), channel(AGENT["zh"], 0)]
    roles = decide(channels, "zh", Metadata(), Settings())
    assert roles.of == (Role.UNKNOWN, Role.CUSTOMER, Role.AGENT)


def test_a_language_without_a_pack_has_no_evidence() -> None:
    roles = decide([channel(["bonjour"], 0), channel(["allô"], 4)], "fr", Metadata(), Settings())
    assert (roles.of, roles.source) == ((Role.AGENT, Role.CUSTOMER), "setting")


def named(lines: list[str], first: float, role: Role, step: float = 10.0) -> tuple[Utterance, ...]:
    return tuple(replace(u, role=role) for u in channel(lines, first, step))


def test_announcements_at_both_ends_are_the_systems() -> None:
    agent = named(
        [
            "欢迎致电供电公司",
            "您的通话会被录音",
            "喂，什么事",
            "已经登记了",
            "请对服务打分",
            "满意请按一，不满意请按二",
        ],
        0,
        Role.AGENT,
    )
    customer = named(["我家停电了", "好的，再见"], 24, Role.CUSTOMER)
    roles = [u.role for u in with_announcements(agent, (*agent, *customer), "zh")]
    assert roles == [Role.SYSTEM, Role.SYSTEM, Role.AGENT, Role.AGENT, Role.AGENT, Role.SYSTEM]


@pytest.mark.parametrize(
    ("language", "played", "misheard", "answer"),
    [
        ("zh", "本次服务由专人抽查敬请留意", "本次服务由专人抽茶请留意", "喂，说吧"),
        ("en", "our service is checked for quality at times", "our service is checked for quality at time", "Go on"),
        ("es", "revisamos a veces la calidad del servicio", "revisamos a veces la calidad de servicio", "A ver"),
    ],
)
def test_what_the_site_plays_is_an_announcement(language: str, played: str, misheard: str, answer: str) -> None:
    agent, customer = named([misheard, answer], 0, Role.AGENT), named(["..."], 14, Role.CUSTOMER)
    everybody = (*agent, *customer)
    assert [u.role for u in with_announcements(agent, everybody, language)] == [Role.AGENT, Role.AGENT]
    heard = with_announcements(agent, everybody, language, [played])
    assert [u.role for u in heard] == [Role.SYSTEM, Role.AGENT]


def test_nothing_is_announced_where_people_speak() -> None:
    agent = named(AGENT["zh"], 0, Role.AGENT)
    assert with_announcements(agent, agent, "zh") == agent


def test_a_call_that_is_opened_twice_began_with_an_announcement() -> None:
    lines = ["您好，这里是国家电网，工号八零一为您服务", "您好，国家电网八零一号，请问什么事", "好的，我查一下"]
    agent, customer = named(lines, 0, Role.AGENT), named(["我家停电了"], 14, Role.CUSTOMER)
    assert [u.role for u in with_announcements(agent, (*agent, *customer), "zh")] == [
        Role.SYSTEM,
        Role.AGENT,
        Role.AGENT,
    ]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("zh", ["欢迎来电，工号幺零五八为您服务", "喂，说吧，什么事情？"]),
        ("en", ["Thank you for calling Valley Power, agent ten fifty eight will help you", "Yes, what is it now?"]),
        ("es", ["Gracias por llamar a Luz del Valle, le atiende el agente diez", "A ver, ¿qué quiere?"]),
    ],
)
def test_who_answers_as_at_home_did_not_speak_the_announcement(language: str, lines: list[str]) -> None:
    agent, customer = named(lines, 0, Role.AGENT), named(["..."], 14, Role.CUSTOMER)
    assert [u.role for u in with_announcements(agent, (*agent, *customer), language)] == [Role.SYSTEM, Role.AGENT]


@pytest.mark.parametrize(
    "lines",
    [["您好，国家电网，工号八零一为您服务", "请问有什么可以帮您"], ["您好，这里是国家电网", "工号八零一为您服务"]],
)
def test_an_opening_with_a_pause_is_one_persons(lines: list[str]) -> None:
    agent, customer = named(lines, 0, Role.AGENT), named(["我家停电了"], 14, Role.CUSTOMER)
    assert with_announcements(agent, (*agent, *customer), "zh") == agent


def test_naming_oneself_again_later_is_no_opening() -> None:
    lines = ["您好，国家电网，工号八零一为您服务", "我是八零一号客服"]
    agent, customer = named(lines, 0, Role.AGENT), named(["我家停电了", "你叫什么"], 4, Role.CUSTOMER, 2.5)
    assert with_announcements(agent, (*agent, *customer), "zh") == agent
