"""A masked inspection holds nothing of what was hidden, and everything else as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from qc.call import Call, Role, Transcript, Utterance, Word
from qc.interval import Interval
from qc.private import Hit, Kind
from qc.redact import find_in, mask, masked, masked_transcript
from qc.result import CheckResult, Finding, Inspection, ItemKind, ItemResult, Message
from tests.store.samples import make_inspection
from tests.talks import talk

SECRETS = ("4073915266", "8264019375", "6195027384", "欧阳震华", "Jaxquelle Vizzotti")
"""Nothing of them is in anything else that an inspection holds."""
AROUND = {
    "zh": ("好的，", "我的是", "，请记一下。", "对", ""),
    "en": ("well, it is ", "so, ", " , got it?", " right", ""),
}
_INSPECTION = TypeAdapter(Inspection)


def texts(inspection: Inspection) -> str:
    """All that is text in an inspection; figures are not."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for name, one in value.items():
                yield from (str(name), *walk(one))
        elif isinstance(value, list | tuple):
            for one in value:
                yield from walk(one)

    return "\n".join(walk(_INSPECTION.dump_python(inspection, mode="json")))


@st.composite
def inspections(draw: st.DrawFn) -> tuple[Inspection, list[str]]:
    """Calls with secrets at any place, hits over them (more than one where they overlap, with times or without), and
    findings that quote all of an utterance, some of its words, or a stretch over two; and the secrets."""
    language = draw(st.sampled_from(("zh", "en")))
    piece = st.sampled_from(AROUND[language])
    rows, placed = [], []
    for number in range(draw(st.integers(1, 4))):
        text = draw(piece)
        for secret in draw(st.lists(st.sampled_from(SECRETS), max_size=2, unique=True)):
            placed.append((number, len(text), secret))
            text += secret + draw(piece)
        rows.append((draw(st.sampled_from(("agent", "customer"))), 5.0 * number, 5.0 * number + 4.6, text or "嗯"))
    call = talk(rows, language)
    if draw(st.booleans()):
        call = _garbled(call) if draw(st.booleans()) else _wordless(call)
    timed = draw(st.booleans())
    hits = []
    for number, start, secret in placed:
        text, span = call.transcript.utterances[number].text, call.transcript.utterances[number].interval
        for kind in draw(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=2)):
            first, last = draw(st.integers(max(0, start - 2), start)), start + len(secret)
            last = draw(st.integers(last, min(len(text), last + 2)))
            hits.append(Hit(kind, number, first, last, span if timed else None, 0.9))
    findings = [draw(_finding(call, language)) for _ in range(draw(st.integers(0, 4)))]
    note = Message("promise.dated", {"when": draw(st.sampled_from(SECRETS)), "count": 3})
    known = [secret for _, _, secret in placed]
    if note.values["when"] not in known:
        note = Message("promise.open")
    result = CheckResult("promise", 0.5, 0.5, "share", note, tuple(findings))
    made = make_inspection(call)
    item = ItemResult("promise", "conduct", ItemKind.ADVICE, 1.0, 0.0, 0.0, result, note)
    score = replace(made.score, results=(*made.score.results[1:], item))
    return replace(made, score=score, hits=tuple(draw(st.permutations(hits)))), known


def _finding(call: Call, language: str) -> st.SearchStrategy[Finding]:
    space = "" if language == "zh" else " "

    @st.composite
    def finding(draw: st.DrawFn) -> Finding:
        one = draw(st.sampled_from(call.transcript.utterances))
        note = Message("promise.found", {"role": one.role.value})
        if not one.words or draw(st.booleans()):
            return Finding(one.interval, one.role, one.text, note, (one.index, 0))
        first = draw(st.integers(0, len(one.words) - 1))
        last = draw(st.integers(first, len(one.words) - 1))
        words = one.words[first : last + 1]
        quote = space.join(word.text for word in words)
        span = Interval(words[0].interval.start, words[-1].interval.end)
        return Finding(span, one.role, quote, note, draw(st.sampled_from([(one.index, first), None])))

    return finding()


def _garbled(call: Call) -> Call:
    """Words that are not those of the text: a recogniser wrote the number otherwise in one of the two."""
    utterances = [
        replace(one, words=(*one.words, Word(one.interval, "呃 uh", 0.5))) for one in call.transcript.utterances
    ]
    return replace(call, transcript=replace(call.transcript, utterances=tuple(utterances)))


def _wordless(call: Call) -> Call:
    utterances = tuple(replace(one, words=()) for one in call.transcript.utterances)
    return replace(call, transcript=replace(call.transcript, utterances=utterances))


@given(inspections())
def test_nothing_of_a_secret_is_left(made: tuple[Inspection, list[str]]) -> None:
    inspection, secrets = made
    text = texts(masked(inspection))
    for secret in secrets:
        pieces = re.findall(r"\w+", secret)
        parts = [piece[at : at + 4] for piece in pieces for at in range(len(piece) - 3)] or [secret]
        assert not [part for part in parts if part in text], text


@given(inspections())
def test_masked_again_it_is_the_same(made: tuple[Inspection, list[str]]) -> None:
    once = masked(made[0])
    assert masked(once) == once


@given(inspections())
def test_times_figures_and_numbers_of_things_are_as_they_were(made: tuple[Inspection, list[str]]) -> None:
    before, after = made[0], masked(made[0])
    assert (after.id, after.run, after.call.speech) == (before.id, before.run, before.call.speech)
    assert (after.call.sounds, after.call.quality) == (before.call.sounds, before.call.quality)
    for one, other in zip(before.call.transcript.utterances, after.call.transcript.utterances, strict=True):
        assert replace(other, text=one.text, words=one.words) == one
        if one.words:
            assert other.words[0].interval.start == one.words[0].interval.start
            assert max(w.interval.end for w in other.words) == max(w.interval.end for w in one.words)
    for item, shown in zip(before.score.results, after.score.results, strict=True):
        assert _figures(shown) == _figures(item)
        for finding, seen in zip(item.result.findings, shown.result.findings, strict=True):
            assert (seen.interval, seen.role, seen.note.key) == (finding.interval, finding.role, finding.note.key)
    assert {hit.interval for hit in after.hits or ()} == {hit.interval for hit in before.hits or ()}


def _figures(item: ItemResult) -> tuple[object, ...]:
    result = item.result
    return (item.item, item.weight, item.share, item.earned, result.value, result.measured, result.threshold)


@given(inspections())
def test_without_hits_only_names_change(made: tuple[Inspection, list[str]]) -> None:
    clean = replace(made[0], hits=())
    assert masked(clean) == clean


def utterance(text: str, words: str, language: str = "en", role: Role = Role.CUSTOMER) -> Transcript:
    span = Interval(0.0, 10.0)
    parts = words.split("|")
    said = tuple(Word(Interval(float(at), at + 1.0), part, 0.9 - at / 100) for at, part in enumerate(parts))
    return Transcript(language, (Utterance(0, role, span, text, said),))


def test_the_words_of_a_hit_are_one_word() -> None:
    transcript = utterance("it's four oh seven, thanks", " it's| four| oh| seven,| thanks")
    (one,) = masked_transcript(transcript, [Hit(Kind.PHONE, 0, 5, 18, None, 0.9)]).utterances
    assert one.text == "it's [phone], thanks"
    assert [word.text for word in one.words] == [" it's", " [phone]", " thanks"]
    assert one.words[1].interval == Interval(1.0, 4.0)


def test_hits_that_touch_are_two_placeholders_and_such_that_overlap_one() -> None:
    text = "王小明13800138000"
    name, phone = Hit(Kind.NAME, 0, 0, 3, None, 0.9), Hit(Kind.PHONE, 0, 3, 14, None, 0.9)
    assert mask(text, [phone, name], "zh") == "[姓名][电话]"
    assert mask(text, [phone, replace(name, end=5)], "zh") == "[姓名]"


@pytest.mark.parametrize(
    ("quote", "words", "span", "shown"),
    [
        ("is 407 391", (0, 2), (2.0, 5.0), "is [phone]"),
        ("5266 thanks", (0, 5), (5.0, 7.0), "[phone], thanks"),
        ("391", (0, 4), (4.0, 5.0), "[phone]"),
        ("my number", (0, 0), (0.0, 2.0), "my number"),
        ("4073915266", (0, 3), (3.0, 6.0), "[phone]"),
        ("thanks", None, (6.0, 7.0), "thanks"),
    ],
)
def test_a_quote_that_touches_a_hit_shows_the_placeholder_whole(
    quote: str, words: tuple[int, int] | None, span: tuple[float, float], shown: str
) -> None:
    transcript = utterance("my number is 407 391 5266, thanks", "my|number|is|407|391|5266,|thanks")
    finding = Finding(Interval(*span), Role.CUSTOMER, quote, Message("promise.open"), words)
    made = make_inspection(replace(make_inspection().call, transcript=transcript))
    result = replace(made.score.results[0].result, findings=(finding,))
    item = replace(made.score.results[0], result=result)
    inspection = replace(
        made, score=replace(made.score, results=(item,)), hits=(Hit(Kind.PHONE, 0, 13, 25, Interval(2.7, 6.3), 0.9),)
    )
    (after,) = masked(inspection).score.results[0].result.findings
    assert after.quote == shown


def test_what_nobody_looked_through_yet_is_looked_through() -> None:
    call = talk([("agent", 0, 2, "您的手机号是多少"), ("customer", 3, 8, "手机号一三九零七六五四三二一")])
    inspection = make_inspection(call)
    assert inspection.hits is None
    shown = masked(inspection)
    assert shown.call.transcript.utterances[1].text == "手机号[电话]"
    assert len(shown.hits or ()) == len(find_in(call)) == 1


def test_names_of_calls_and_files_and_other_metadata_are_without_numbers() -> None:
    call = make_inspection().call
    path = "/calls/13907654321/20261120-220513_+86 139-0765-4321_A01.wav"
    metadata = replace(
        call.metadata,
        call_id="A-13907654321",
        extra={
            "ani": "0571-87654321",
            "x": "li.na@example.com",
            "site": "north",
            "客户姓名": "王小明",
            "13907654321": "y",
        },
        caller="ab" * 32,
    )
    inspection = make_inspection(replace(call, metadata=metadata, recording=replace(call.recording, path=path)))
    shown = masked(inspection).call
    assert shown.recording.path == "/calls/…/20261120-220513_+…_A01.wav"
    assert shown.metadata.call_id == f"A-…#{call.recording.id[:8]}"
    assert shown.metadata.extra == {"ani": "[电话]", "x": "[邮箱]", "site": "north", "客户姓名": "…", "…": "y"}
    assert shown.metadata.caller == "ab" * 32
    assert masked(masked(inspection)) == masked(inspection)
