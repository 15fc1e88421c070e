"""Whatever a Chinese number is, however it is said and whatever is said around it: no digit of it is shown."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from qc.call import Role
from qc.interval import Interval
from qc.private import Kind
from qc.redact import find, find_in, mask, spans
from qc.redact.shapes import luhn as our_luhn
from qc.redact.shapes import resident
from tests.redact.marked import dialogue

DIGITS = "零一二三四五六七八九"
TELEPHONE = dict(zip("0127", "洞幺两拐", strict=True))
FILLERS = ["", "", "", " ", "，", "嗯", "，嗯，", "、", " 那个 ", "，然后", "……", "-"]
CARRIERS = {
    Kind.PHONE: ["我手机是{}", "您打{}这个电话", "{}", "联系电话{}，谢谢", "好的您记一下{}，随时打", "我电话呢{}啊"],
    Kind.IDENTITY: ["身份证号{}", "{}", "证件号码是{}，对", "我的身份证，{}", "给您报一下身份证{}您记好了"],
    Kind.CARD: ["银行卡号是{}", "{}", "卡号{}，工行的", "我这张卡，{}", "从{}这张卡上扣的"],
}


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    return "1" + draw(st.sampled_from("3456789")) + draw(st.text("0123456789", min_size=9, max_size=9))


@st.composite
def residents(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(["110105", "320502", "440304", "650102", "330106", "510107"]))
    born = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 1, 1)))
    body = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + ric.calc_check_digit(body + "0")


@st.composite
def cards(draw: st.DrawFn) -> str:
    length = draw(st.sampled_from([15, 16, 17, 18, 19]))
    body = draw(st.sampled_from(["62", "622202", "4", "53"]))
    body += draw(st.text("0123456789", min_size=length - len(body) - 1, max_size=length - len(body) - 1))
    return body + str(luhn.calc_check_digit(body))


@st.composite
def said(draw: st.DrawFn, number: str) -> str:
    """The number in a spoken or written style, with fillers between its groups."""
    style = draw(st.sampled_from(["written", "wide", "one", "telephone", "mixed"]))
    spoken = ""
    rest = draw(st.integers(1, 6))
    for at, character in enumerate(number):
        if at and rest == 0:
            spoken += draw(st.sampled_from(FILLERS))
            rest = draw(st.integers(1, 6))
        rest -= 1
        if character == "X":
            spoken += draw(st.sampled_from(["X", "x", "叉", "Ｘ"]))
        elif style == "written" or (style == "mixed" and draw(st.booleans())):
            spoken += character
        elif style == "wide":
            spoken += chr(ord(character) + 0xFEE0)
        elif style == "telephone":
            spoken += TELEPHONE.get(character, DIGITS[int(character)])
        else:
            spoken += DIGITS[int(character)]
    return spoken


NUMBERS = st.one_of(
    st.tuples(st.just(Kind.PHONE), mobiles()),
    st.tuples(st.just(Kind.IDENTITY), residents()),
    st.tuples(st.just(Kind.CARD), cards()),
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_digit_of_a_number_is_shown(data: st.DataObject) -> None:
    kind, number = data.draw(NUMBERS)
    spoken = data.draw(said(number))
    before, _, after = data.draw(st.sampled_from(CARRIERS[kind])).partition("{}")
    text = before + spoken + after
    hits = find(text, "zh")
    hidden = {at for hit in hits for at in range(hit.start, hit.end)}
    first, last = len(before), len(before) + len(spoken)
    assert {at for at in range(first, last) if text[at].isalnum()} - hidden <= {
        at for at in range(first, last) if text[at] in "嗯那个然后"
    }, text
    assert all(0 <= hit.start < hit.end <= len(text) and 0 < hit.probability <= 1 for hit in hits)
    assert [hit for one, hit in pairwise(hits) if one.end > hit.start] == []


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_masking_again_changes_nothing(data: st.DataObject) -> None:
    kind, number = data.draw(NUMBERS)
    text = data.draw(st.sampled_from(CARRIERS[kind])).format(data.draw(said(number)))
    masked = mask(text, find(text, "zh"), "zh")
    assert mask(masked, find(masked, "zh"), "zh") == masked


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_number_in_pieces_over_turns(data: st.DataObject) -> None:
    """Dictated in groups, with the other party's listening words or its digits said back between."""
    _, number = data.draw(NUMBERS)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(number) - 1), min_size=1, max_size=3)))
    groups = [number[start:end] for start, end in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    lines = ["A: 请您报一下号码"]
    for group in groups:
        spoken = "".join(DIGITS[int(one)] if one != "X" else "叉" for one in group)
        lines += [f"C: {spoken}", data.draw(st.sampled_from(["A: 嗯", "A: 好的", f"A: {spoken}", "A: 嗯，您继续"]))]
    call, _ = dialogue(lines, "zh")
    hits = find_in(call)
    for utterance in call.transcript.utterances:
        if utterance.role is Role.CUSTOMER:
            hidden = {at for hit in hits if hit.utterance == utterance.index for at in range(hit.start, hit.end)}
            assert hidden == set(range(len(utterance.text))), (lines, utterance.text)
            covered = spans(call, hits)
            assert any(one.start <= utterance.interval.start and utterance.interval.end <= one.end for one in covered)


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789", min_size=2, max_size=24))
def test_luhn_is_stdnums(digits: str) -> None:
    assert our_luhn(digits) == luhn.is_valid(digits)


@settings(max_examples=300, deadline=None)
@given(residents(), st.integers(0, 16), st.integers(1, 9))
def test_identity_is_stdnums(number: str, place: int, more: int) -> None:
    found = resident(number)
    assert ric.calc_check_digit(number) == number[-1] and found is not None and found[1] >= 0.99
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    found = resident(wrong)
    assert found is None or found[1] < 0.99, "one digit misheard is never a valid number"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["zh", "en", "es"]))
def test_any_text(text: str, language: str) -> None:
    """Whatever comes in: hits lie in the text, in order, and do not overlap."""
    hits = find(text, language)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))
    mask(text, hits, language)


def test_times_are_of_the_words_with_a_margin() -> None:
    call, _ = dialogue(["C: 你好我手机13800138000谢谢"], "zh")
    (hit,) = find_in(call, margin=0.3)
    words = [word for word in call.transcript.utterances[0].words if word.text == "13800138000"]
    assert hit.interval is not None
    assert hit.interval.start == pytest.approx(words[0].interval.start - 0.3)
    assert hit.interval.end == pytest.approx(words[0].interval.end + 0.3)


def test_unheard_answers_are_covered() -> None:
    """What is hardly recognised after a question for a number is covered whole, and so is what says it back."""
    call, _ = dialogue(["A: 请报一下您的户号", "C: 三二去年死", "A: 三二零四对吗", "C: 停电了"], "zh")
    covered = spans(call, find_in(call))
    first, answer, back, last = (utterance.interval for utterance in call.transcript.utterances)
    assert all(any(one.contains(part.middle) for one in covered) for part in (answer, back))
    assert not any(one.overlaps(Interval(first.start, first.end - 0.5)) for one in covered)
    assert not any(one.contains(last.middle) for one in covered)
