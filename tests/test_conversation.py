"""Measures of a conversation: each definition at its border, and what must hold for every call."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.call import Call, Role, SoundKind
from qc.conversation import (
    Cause,
    backchannels,
    greeting_delay,
    holds,
    interruptions,
    last_speaker,
    overlaps,
    raised_voices,
    response_latencies,
    silences,
    speech_rate,
    talk_time,
    turns,
)
from qc.interval import Interval, intersection, total
from qc.language import load
from qc.phrases import Cues, cues
from qc.pipeline.channels import swapped
from tests.talks import calls, talk

ZH = load("zh")


def causes(call: Call) -> list[Cause]:
    return [one.cause for one in silences(call, cues(call, ZH))]


def test_talk_time_and_ratio() -> None:
    measured = talk_time(talk([("agent", 0, 6, "您好"), ("customer", 7, 9, "你好")]))
    assert measured.seconds == {Role.AGENT: 6.0, Role.CUSTOMER: 2.0}
    assert measured.ratio == 0.75
    assert talk_time(talk([("system", 0, 6, "欢迎")])).ratio is None


@pytest.mark.parametrize(("pause", "count"), [(2.99, 0), (3.0, 1), (9.0, 1)])
def test_silence_from_three_seconds(pause: float, count: int) -> None:
    call = talk([("agent", 0, 2, "您好"), ("customer", 2 + pause, 20, "我想查电费")], duration=20.5)
    assert len(silences(call)) == count


def test_an_announcement_or_noise_free_voice_of_anybody_breaks_a_silence() -> None:
    call = talk([("agent", 0, 2, "您好"), ("system", 4, 5, "请稍候"), ("customer", 7, 20, "喂")], duration=20.5)
    assert silences(call) == ()


def test_cause_agent_when_the_customer_had_just_spoken() -> None:
    assert causes(talk([("agent", 0, 2, "您好"), ("customer", 2, 4, "查电费"), ("agent", 10, 12, "好")])) == [
        Cause.AGENT
    ]


def test_cause_customer_when_the_agent_had_just_asked() -> None:
    said = [("agent", 0, 2, "您户号是多少"), ("customer", 10, 12, "我找找")]
    assert causes(talk(said)) == [Cause.CUSTOMER]


def test_cause_tail_after_the_agents_last_word() -> None:
    assert causes(talk([("customer", 0, 2, "再见"), ("agent", 2, 4, "再见")], duration=20)) == [Cause.TAIL]


def test_cause_agent_after_its_own_statement_and_before_the_first_word() -> None:
    said = [("agent", 5, 7, "我看看情况我了解了"), ("customer", 15, 17, "喂")]
    assert causes(talk(said)) == [Cause.AGENT, Cause.AGENT]


def test_notice_then_long_wait_is_a_hold() -> None:
    call = talk([("agent", 0, 3, "请您稍等"), ("agent", 20, 22, "查到了")])
    assert causes(call) == [Cause.HOLD]
    (hold,) = holds(call, cues(call, ZH))
    assert hold.interval == Interval(3.0, 20.0)
    assert hold.notice is not None
    assert hold.sounds == ()


@pytest.mark.parametrize(("back", "count"), [(13.0, 0), (13.01, 1)])
def test_hold_is_longer_than_ten_seconds(back: float, count: int) -> None:
    call = talk([("agent", 0, 3, "请您稍等"), ("agent", back, back + 2, "查到了")])
    assert len(holds(call, cues(call, ZH))) == count


def test_notice_within_ten_seconds_explains_a_silence_that_is_no_hold() -> None:
    said = [("agent", 0, 3, "请您稍等"), ("agent", 5, 6, "嗯"), ("agent", 12, 14, "查到了")]
    assert causes(talk(said)) == [Cause.EXPLAINED]


def test_thanks_within_ten_seconds_after_explain() -> None:
    said = [("customer", 0, 2, "快点"), ("agent", 20, 22, "让您久等了")]
    assert causes(talk(said)) == [Cause.EXPLAINED]
    late = [
        ("customer", 0, 2, "快点"),
        ("agent", 20, 22, "好"),
        ("customer", 22, 30.1, "说吧说吧"),
        ("agent", 30.2, 32, "让您久等了"),
    ]
    assert causes(talk(late)) == [Cause.AGENT]


def test_notice_without_return_is_no_hold() -> None:
    call = talk([("agent", 0, 3, "请您稍等")], duration=40)
    assert holds(call, cues(call, ZH)) == ()


def test_music_is_a_hold_and_no_silence() -> None:
    call = talk([("agent", 0, 3, "好"), ("agent", 20, 22, "查到了")], sounds=[("music", 3.5, 19.5)])
    (hold,) = holds(call)
    assert hold.interval == Interval(3.5, 19.5)
    assert hold.sounds[0].kind is SoundKind.MUSIC
    assert silences(call) == ()


def test_key_tones_are_no_hold() -> None:
    assert holds(talk([("agent", 0, 3, "好")], sounds=[("dtmf", 4, 9)])) == ()


def test_music_after_a_notice_is_one_hold() -> None:
    call = talk([("agent", 0, 3, "请您稍等"), ("agent", 20, 22, "查到了")], sounds=[("music", 4, 19)])
    (hold,) = holds(call, cues(call, ZH))
    assert hold.interval == Interval(3.0, 20.0)
    assert len(hold.sounds) == 1
    assert hold.notice is not None


def interrupted(start: float, end: float, text: str = "您先告诉我户号", a_end: float = 6.0) -> Call:
    return talk([("customer", 0, a_end, "我家从昨天开始就没有电了"), ("agent", start, end, text)])


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (1.0, 2.0, 1),
        (0.99, 3.0, 0),
        (5.0, 8.0, 1),
        (5.01, 8.0, 0),
        (3.0, 3.99, 0),
    ],
)
def test_interruption_at_its_borders(start: float, end: float, count: int) -> None:
    found = interruptions(interrupted(start, end))
    assert len(found) == count
    assert all(one.by is Role.AGENT for one in found)


def test_interruption_is_charged_to_who_broke_in() -> None:
    call = talk([("agent", 0, 6, "您的电费一共是三百块"), ("customer", 3, 8, "不对我没用那么多")])
    (one,) = interruptions(call)
    assert one.by is Role.CUSTOMER
    assert one.interval == Interval(3.0, 6.0)
    assert one.utterance == 1


def test_listening_is_no_interruption() -> None:
    for text in ("嗯", "是的是的", "好的好的好的"):
        call = interrupted(2.0, 3.5, text)
        assert interruptions(call, cues(call, ZH)) == ()


def test_agreeing_and_going_on_is_an_interruption() -> None:
    call = interrupted(4.0, 7.5, "好的好的好的好的")
    assert len(interruptions(call, cues(call, ZH))) == 1


def test_speech_without_words_is_not_charged() -> None:
    assert interruptions(interrupted(2.0, 5.0, "")) == ()


@pytest.mark.parametrize(
    ("start", "end", "text", "count"),
    [
        (2.0, 2.9, "嗯", 1),
        (2.0, 3.0, "嗯", 0),
        (2.0, 2.9, "户号", 0),
        (6.2, 6.9, "好的", 1),
        (6.2, 7.0, "好的", 0),
        (9.0, 9.5, "好的", 0),
    ],
)
def test_backchannel_at_its_borders(start: float, end: float, text: str, count: int) -> None:
    call = interrupted(start, end, text)
    assert len(backchannels(call, cues(call, ZH))) == count


def test_overlap_is_where_both_speak() -> None:
    assert overlaps(interrupted(5.5, 8.0)) == (Interval(5.5, 6.0),)


def test_response_latency_from_the_last_customer_word() -> None:
    said = [("customer", 0, 2, "喂"), ("customer", 3, 5, "你好"), ("agent", 6.5, 8, "您好"), ("customer", 9, 10, "好")]
    assert response_latencies(talk(said)) == (Interval(5.0, 6.5),)


def test_no_latency_when_the_agent_is_already_speaking() -> None:
    assert response_latencies(interrupted(5.0, 8.0)) == ()


def test_speech_rate_by_voice_activity() -> None:
    said = [
        ("agent", 0, 2, "您好我是客服"),
        ("agent", 5, 6, "请报一下户号"),
        ("customer", 7, 9, "三二一四五六"),
        ("agent", 10, 11, "好"),
    ]
    rate = speech_rate(talk(said), Role.AGENT, unit="character", limit=300)
    assert rate is not None
    assert [one.units for one in rate.utterances] == [6, 6]
    assert rate.median == pytest.approx(270)
    assert rate.p90 == pytest.approx(342)
    assert rate.fast_share == pytest.approx(1 / 3)
    assert rate.gap == pytest.approx(90)


def test_speech_rate_needs_four_units() -> None:
    assert speech_rate(talk([("agent", 0, 2, "您好啊")]), Role.AGENT, unit="character", limit=300) is None


def test_turns_skip_announcements() -> None:
    said = [("system", 0, 2, "欢迎"), ("agent", 3, 4, "您好"), ("agent", 5, 6, "请讲"), ("customer", 7, 8, "喂")]
    assert [[u.index for u in turn] for turn in turns(talk(said))] == [[1, 2], [3]]


@given(calls())
@settings(max_examples=60)
def test_renaming_roles_swaps_results(call: Call) -> None:
    other = swapped(call)
    listening = Cues(listening=cues(call, ZH).listening)
    theirs = Cues(listening=cues(other, ZH).listening)
    assert overlaps(call) == overlaps(other)
    mine, yours = talk_time(call).seconds, talk_time(other).seconds
    assert {role.other: seconds for role, seconds in mine.items()} == yours
    if (ratio := talk_time(call).ratio) is not None:
        assert talk_time(other).ratio == pytest.approx(1 - ratio)
    for measure in (interruptions, backchannels):
        assert {(one.interval, one.by.other) for one in measure(call, listening)} == {
            (one.interval, one.by) for one in measure(other, theirs)
        }
    assert [s.interval for s in silences(call)] == [s.interval for s in silences(other)]
    latest = {call.voice(role)[-1].end for role in (Role.AGENT, Role.CUSTOMER) if call.voice(role)}
    if len(latest) == 2:  # of two who end together, the first named is the last
        last, now = last_speaker(call), last_speaker(other)
        assert last is not None and now is last.other


@given(calls())
@settings(max_examples=60)
def test_a_backchannel_never_becomes_an_interruption(call: Call) -> None:
    found = cues(call, ZH)
    broke_in = {(one.by, one.utterance) for one in interruptions(call, found)}
    assert not broke_in & {(one.by, one.utterance) for one in backchannels(call, found)}


@given(calls())
@settings(max_examples=60)
def test_totals_never_exceed_the_recording(call: Call) -> None:
    length = call.recording.duration + 1e-9
    found = cues(call, ZH)
    quiet = silences(call, found)
    voices = list(call.speech.values())
    assert total(one.interval for one in quiet) <= length
    assert total(one.interval for one in holds(call, found)) <= length
    assert all(seconds <= length for seconds in talk_time(call).seconds.values())
    assert total(overlaps(call)) <= min([total(line) for line in voices], default=0.0) + 1e-9
    assert all(one.interval.end <= length and one.interval.duration >= 3 for one in quiet)
    for line in voices:
        assert intersection(tuple(one.interval for one in quiet), line) == ()


@given(calls(), st.integers(1, 400))
@settings(max_examples=60)
def test_rates_are_ordered(call: Call, limit: int) -> None:
    for role in (Role.AGENT, Role.CUSTOMER):
        rate = speech_rate(call, role, unit="character", limit=limit)
        if rate is not None:
            assert rate.median > 0
            assert min(u.rate for u in rate.utterances) <= rate.p90 <= max(u.rate for u in rate.utterances) + 1e-6
            assert -1e-9 <= rate.fast_share <= 1 + 1e-9
            assert rate.gap is None or math.isfinite(rate.gap)


def test_greeting_delay_counts_from_pick_up() -> None:
    assert greeting_delay(talk([("agent", 2, 4, "您好")])) == 2
    assert greeting_delay(talk([("agent", 22, 24, "您好")], sounds=[("music", 0, 20)])) == 2
    assert greeting_delay(talk([("agent", 2, 4, "您好")], sounds=[("music", 10, 20)])) == 2
    assert greeting_delay(talk([("system", 0, 5, "请稍候"), ("agent", 6, 8, "您好")])) == 1
    assert greeting_delay(talk([("customer", 2, 4, "喂")])) is None


def test_last_speaker() -> None:
    assert last_speaker(talk([("agent", 0, 4, "再见"), ("customer", 3, 6, "再见")])) is Role.CUSTOMER
    assert last_speaker(talk([("agent", 0, 4, "再见"), ("system", 5, 6, "请评价")])) is Role.AGENT
    assert last_speaker(talk([], duration=5)) is None


@pytest.mark.parametrize(
    ("energy", "pitch", "found"),
    [
        (12.0, None, False),
        (10.0, -5.0, False),
        (6.0, 40.0, True),
        (6.0, 39.9, None),
        (5.9, 90.0, None),
        (None, 90.0, None),
    ],
)
def test_raised_voices(energy: float | None, pitch: float | None, found: bool | None) -> None:
    """Loud, or louder and higher at once; `found` is whether it is agitated, None when it is not raised."""
    call = talk([("agent", 0, 4, "您好"), ("system", 5, 6, "请评价")])
    told = tuple(replace(one, energy=energy, pitch=pitch) for one in call.transcript.utterances)
    call = replace(call, transcript=replace(call.transcript, utterances=told))
    assert [one.agitated for one in raised_voices(call)] == ([] if found is None else [found])
