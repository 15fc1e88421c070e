"""Phrases: normalising, the three ways to match, and what makes a hit count."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qc.call import Role
from qc.interval import Interval
from qc.language import Examples, Rule, load
from qc.phrases import all_listed, cues, find, heard, matches, normalise, passages, spoken_units
from tests.talks import talk


def rule(*patterns: str, exclude: tuple[str, ...] = (), similarity: float = 85.0, role: Role = Role.AGENT) -> Rule:
    return Rule(
        id="r",
        any=patterns,
        exclude=exclude,
        similarity=similarity,
        role=role,
        examples=Examples(match=("x",), no_match=("y",)),
    )


@pytest.mark.parametrize(
    ("text", "language", "result"),
    [
        ("您好，請問有什麼可以幫您？", "zh", "您好请问有什么可以帮您"),
        ("ＯＫ，１２３９８", "zh", "ok12398"),
        ("I'm  SORRY—really.", "en", "im sorry really"),
        ("¿Está usted satisfecho, señor?", "es", "esta usted satisfecho senor"),
        ("……", "zh", ""),
    ],
)
def test_normalise(text: str, language: str, result: str) -> None:
    assert normalise(text, language) == result


@given(st.text(), st.sampled_from(["zh", "en", "es"]))
def test_normalise_twice_is_once(text: str, language: str) -> None:
    once = normalise(text, language)
    assert normalise(once, language) == once


@pytest.mark.parametrize(
    ("text", "unit", "count"),
    [
        ("您好，A3表。", "character", 5),
        ("您好 ， ！", "character", 2),
        ("I don't know, 24 hours.", "word", 6),
        ("¿Qué tal?", "word", 2),
        ("", "word", 0),
    ],
)
def test_spoken_units(text: str, unit: str, count: int) -> None:
    assert spoken_units(text, unit) == count


def test_words_match_at_their_borders() -> None:
    assert not matches(rule("hi"), "this is it", "en")
    assert matches(rule("hi"), "oh hi there", "en")
    assert not matches(rule("/sue me/"), "pursue me", "en")


def test_homophones_match_in_chinese_from_three_characters() -> None:
    (match,) = matches(rule("让您久等了"), normalise("让您九等了", "zh"), "zh")
    assert match.similarity == 99
    assert not matches(rule("再见"), "在建", "zh")


def test_alike_forgives_one_wrong_character_not_a_half() -> None:
    wanted = rule("祝您生活愉快", similarity=80)
    assert matches(wanted, "祝您升火愉快", "zh"), "homophones"
    assert matches(wanted, "祝您生活鱼块", "zh")
    assert matches(wanted, "祝您生桌愉快再见", "zh")
    assert not matches(wanted, "祝您生", "zh")
    assert not matches(wanted, "祝您平安", "zh")


def test_alike_in_english_keeps_whole_words_and_needs_ten_letters() -> None:
    (match,) = matches(rule("have a nice day"), "well have a nise day sir", "en")
    assert (match.start, match.end) == (5, 20)
    assert not matches(rule("goodbye"), "goodby", "en")
    assert not matches(rule("that is not my problem", similarity=94), "what is the problem", "en")


def test_exclusion_counts_only_on_the_same_words() -> None:
    wanted = rule("投诉", exclude=("不投诉",))
    assert not matches(wanted, "我不投诉", "zh")
    assert [m.start for m in matches(wanted, "不投诉了吗我要投诉", "zh")] == [7]


def test_similarity_100_is_exact() -> None:
    assert not matches(rule("have a nice day", similarity=100), "have a nise day", "en")


def test_hit_carries_time_words_and_place() -> None:
    call = talk([("agent", 0, 2, "您好"), ("agent", 5, 10, "感谢您来电")])
    (hit,) = heard(call, rule("您来电"))
    assert hit.interval == Interval(7.0, 10.0)
    assert (hit.utterance, hit.word, hit.quote) == (1, 2, "您来电")
    assert hit.probability == pytest.approx(0.9)


def test_punctuation_inside_words_does_not_shift_times() -> None:
    call = talk([("agent", 0, 4, "Well, good bye, sir!")], "en")
    (hit,) = heard(call, rule("good bye"))
    assert hit.interval == Interval(1.0, 3.0)
    assert hit.quote == "good bye,"


def test_phrase_across_a_breath_but_not_across_turns() -> None:
    near = talk([("agent", 0, 1, "您对我的服务"), ("agent", 1.8, 2.8, "满意吗")])
    far = talk([("agent", 0, 1, "您对我的服务"), ("agent", 4, 5, "满意吗")])
    assert heard(near, rule("服务满意吗"))
    assert not heard(far, rule("服务满意吗"))
    assert len(passages(near.transcript.utterances, "zh")) == 1


def test_only_the_rules_role_counts() -> None:
    call = talk([("customer", 0, 2, "再见"), ("system", 3, 5, "再见"), ("agent", 6, 8, "好")])
    assert not heard(call, rule("再见"))
    assert heard(call, rule("再见", role=Role.CUSTOMER))


def test_unsure_words_do_not_count() -> None:
    call = talk([("agent", 0, 2, "再见", {"probability": 0.29})])
    assert find(rule("再见"), call.transcript.utterances, "zh")
    assert not heard(call, rule("再见"))
    assert heard(talk([("agent", 0, 2, "再见", {"probability": 0.3})]), rule("再见"))


def test_words_without_voice_activity_do_not_count() -> None:
    invented = talk([("agent", 10, 12, "谢谢观看")], voice={"agent": [[0, 5]]}, duration=20)
    half = talk([("agent", 10, 12, "谢谢观看")], voice={"agent": [[11, 15]]}, duration=20)
    assert not heard(invented, rule("谢谢观看"))
    assert heard(half, rule("谢谢观看"))


def test_transcript_without_word_times() -> None:
    call = talk([("agent", 2, 6, "再见再见")])
    bare = [type(u)(u.index, u.role, u.interval, u.text) for u in call.transcript.utterances]
    first, second = find(rule("再见"), bare, "zh")
    assert first.interval == Interval(2.0, 4.0)
    assert second.interval == Interval(4.0, 6.0)


@pytest.mark.parametrize(
    ("text", "language", "listening"),
    [
        ("嗯，是的。", "zh", True),
        ("好的好的", "zh", True),
        ("好的，我查一下", "zh", False),
        ("Uh huh, right.", "en", True),
        ("Right, what's your name?", "en", False),
        ("Sí, claro.", "es", True),
        ("Sí, pero no", "es", False),
        ("", "es", False),
    ],
)
def test_backchannel_tokens(text: str, language: str, listening: bool) -> None:
    assert all_listed(text, load(language).backchannels, language) is listening


def test_cues_of_a_call() -> None:
    call = talk(
        [
            ("agent", 0, 3, "请您稍等"),
            ("customer", 4, 4.5, "嗯"),
            ("agent", 20, 25, "感谢您的等待"),
            ("agent", 27, 30, "您户号是多少"),
            ("customer", 31, 33, "请您稍等"),
        ]
    )
    found = cues(call, load("zh"))
    assert [span.start for span in found.hold_notices] == [0.0]
    assert len(found.wait_thanks) == 1
    assert found.questions == (Interval(27.0, 30.0),)
    assert found.listening == {1}


def test_cues_of_a_mono_call_search_everybody() -> None:
    call = talk([("unknown", 0, 3, "请您稍等")])
    assert len(cues(call, load("zh")).hold_notices) == 1


@given(st.text(max_size=60), st.sampled_from(["zh", "en", "es"]))
@settings(max_examples=40)
def test_any_text_can_be_searched(text: str, language: str) -> None:
    pack = load(language)
    heard_text = normalise(text, language)
    for one in pack.rules:
        for match in matches(one, heard_text, language):
            assert 0 <= match.start < match.end <= len(heard_text)


def test_a_similarity_of_100_is_the_same_words_only() -> None:
    def rule(similarity: float) -> Rule:
        return Rule(id="own", examples=Examples(("x",), ("y",)), any=("集中器",), similarity=similarity)

    said = normalise("把手机重启一下", "zh")
    assert [match.similarity for match in matches(rule(99), said, "zh")] == [99]
    assert matches(rule(100), said, "zh") == ()
