"""Evaluation: rates and counts worked by hand, on truths and calls made here."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qc.call import Call, ChannelLevel, Metadata, Quality, Recording, Role, Transcript, Utterance
from qc.errors import TranscriptError, UsageError
from qc.evaluation import compare
from qc.evaluation.agreement import Answer, agreement
from qc.evaluation.recognition import Errors, errors, noise, parts, recognition
from qc.evaluation.truth import TrueEvent, TrueUtterance, Truth, truths
from qc.interval import Interval
from qc.result import CheckResult, Inspection, ItemKind, ItemResult, Message, RunInfo, Score

RUN = RunInfo({}, {}, "", "", "", datetime(2026, 1, 1, tzinfo=UTC), 0.0)
NORMAL = (Role.AGENT, Role.CUSTOMER)


def truth(language: str, *said: tuple[str, int, float, str], **rest: object) -> Truth:
    utterances = tuple(TrueUtterance(role, channel, start, start + 2, text) for role, channel, start, text in said)
    return Truth(1, language, 60.0, ("agent", "customer"), utterances, **rest)  # type: ignore[arg-type]


def call(language: str, *heard: tuple[Role, float, str], roles: tuple[Role, ...] = NORMAL, name: str = "a.wav") -> Call:
    utterances = tuple(
        Utterance(n, role, Interval(start, start + 2), text) for n, (role, start, text) in enumerate(heard)
    )
    speech = {role: tuple(u.interval for u in utterances if u.role is role) for role, _, _ in heard}
    recording = Recording("0" * 64, name, 8000, 480_000, roles)
    return Call(recording, Metadata(), speech, (), Transcript(language, utterances), Quality())


def inspection(heard: Call, values: dict[str, float | None], not_scorable: Message | None = None) -> Inspection:
    rows = tuple(
        ItemResult(name, "all", ItemKind.SCORED, 1, 0, 0, CheckResult(name, value, None, "", Message("x")))
        for name, value in values.items()
    )
    return Inspection("i", heard, Score(0, 0, 50, False, False, rows, not_scorable), RUN)


def test_chinese_is_counted_in_characters_without_punctuation_spaces_and_variants() -> None:
    known = truth("zh", ("agent", 0, 0, "您好，工号 A 八。"), ("customer", 1, 3, "停电了！"))
    assert errors(known, call("zh", (Role.AGENT, 0, "您好工號a八"), (Role.CUSTOMER, 3, "停店了"))) == Errors(1, 9, 2)


def test_english_is_counted_in_words_without_capitals_and_punctuation() -> None:
    known = truth("en", ("agent", 0, 0, "Good morning, it's Ann."), ("customer", 1, 3, "My power is out"))
    heard = call("en", (Role.AGENT, 0, "good morning its"), (Role.CUSTOMER, 3, "my tower is out now"))
    assert errors(known, heard) == Errors(3, 8, 2)


def test_a_channel_is_one_text_in_order_of_time_wherever_it_was_cut() -> None:
    known = truth("en", ("agent", 0, 0, "one two three"), ("system", 0, 5, "press one"), ("customer", 1, 2, "yes"))
    heard = call(
        "en",
        (Role.AGENT, 0, "one two"),
        (Role.CUSTOMER, 2, "yes"),
        (Role.AGENT, 3, "three press"),
        (Role.SYSTEM, 5.5, "one"),
    )
    assert errors(known, heard).edits == 0


def test_swapped_and_mono_recordings_are_compared_by_channel() -> None:
    known = truth("en", ("agent", 1, 0, "hello there"), ("customer", 0, 3, "good bye"))
    right = call("en", (Role.AGENT, 0, "hello there"), (Role.CUSTOMER, 3, "good bye"), roles=NORMAL[::-1])
    wrong = call("en", (Role.AGENT, 0, "hello there"), (Role.CUSTOMER, 3, "good bye"))
    assert (errors(known, right).edits, errors(known, wrong).edits) == (0, 4)
    mono = truth("en", ("agent", 0, 0, "hello there"), ("customer", 0, 3, "good bye"))
    heard = call("en", (Role.UNKNOWN, 0, "hello there"), (Role.UNKNOWN, 3, "good bye"), roles=(Role.UNKNOWN,))
    assert errors(mono, heard).edits == 0


def test_what_was_not_heard_at_all_is_all_deleted() -> None:
    known = truth("en", ("agent", 0, 0, "hello there"))
    assert errors(known, call("en")) == Errors(2, 2, 1)


def test_the_rate_has_an_interval_over_calls() -> None:
    got = recognition("zh", [Errors(1, 100, 5), Errors(9, 100, 5), Errors(5, 100, 5)])
    assert (got.measure, got.rate, got.units, got.utterances) == ("cer", 0.05, 300, 15)
    assert got.interval is not None
    assert 0.01 <= got.interval[0] < 0.05 < got.interval[1] <= 0.09
    assert recognition("en", []).as_dict()["wer"] is None


def test_edits_are_divided_by_role_and_by_noise() -> None:
    known = truth("en", ("system", 0, 0, "press one"), ("agent", 0, 5, "good morning"), ("customer", 1, 9, "my power"))
    heard = call(
        "en", (Role.SYSTEM, 0, "press two"), (Role.AGENT, 5, "good morning morning"), (Role.CUSTOMER, 9, "our power is")
    )
    levels = (ChannelLevel(-1, -20, -60, 0, False), ChannelLevel(-1, -30, -44, 0, False))
    got = parts(known, replace(heard, quality=Quality(channels=levels)))
    assert got == {
        ("by_role", "system"): Errors(1, 2, 1),
        ("by_role", "agent"): Errors(1, 2, 1),
        ("by_role", "customer"): Errors(2, 2, 1),
        ("by_channel_quality", "30_db_and_more"): Errors(2, 4, 2),
        ("by_channel_quality", "under_15_db"): Errors(2, 2, 1),
    }
    assert errors(known, heard) == Errors(4, 6, 3)


@pytest.mark.parametrize(
    ("speech", "line", "name"),
    [
        (-30.0, -44.9, "under_15_db"),
        (-30.0, -45.0, "15_to_30_db"),
        (-20.0, -50.0, "30_db_and_more"),
        (None, -50.0, "unknown"),
        (-20.0, None, "unknown"),
    ],
)
def test_bands_of_noise(speech: float | None, line: float | None, name: str) -> None:
    one = replace(call("en"), quality=Quality(channels=(ChannelLevel(0, speech, line, 0, False),)))
    assert noise(one, 0) == name
    assert noise(one, 1) == "unknown"


def test_agreement_counts_what_falls_short_as_positive() -> None:
    pairs = [("fail", "fail")] * 6 + [("fail", "pass")] + [("fail", "na")] + [("pass", "fail")] * 2
    pairs += [("pass", "pass")] * 10 + [("na", "na")] * 3 + [("na", "fail")] + [("na", "pass")]
    got = agreement(Answer("opening", "zh", wanted, found) for wanted, found in pairs)
    assert (got.true_positive, got.false_negative, got.false_positive, got.true_negative) == (6, 2, 3, 14)
    assert got.cases == 25
    assert got.recall.share == 0.75
    assert got.precision.share == pytest.approx(6 / 9)
    assert got.f1 == pytest.approx(12 / 17)
    assert got.applicable == 25 - 3
    document = got.as_dict()
    assert document["recall_interval"] == pytest.approx([0.4093, 0.9285], abs=1e-4)


def test_where_nothing_was_planted_and_nothing_found_there_is_no_f1() -> None:
    got = agreement([Answer("opening", "zh", "pass", "pass")]).as_dict()
    assert (got["f1"], got["recall"], got["precision"]) == (None, None, None)


def test_an_evaluation_says_what_is_wrong_and_where() -> None:
    one = truth("zh", ("agent", 0, 0, "您好"), checks={"opening": "fail", "closing": "pass", "hold_notice": "na"})
    two = truth("en", ("agent", 0, 0, "hello"), checks={"opening": "fail", "closing": "pass"})
    three = truth("zh", ("agent", 0, 0, "您好"), checks={"opening": "fail"})
    got = compare(
        [
            (one, inspection(call("zh", (Role.AGENT, 0, "您好"), name="one.wav"), {"opening": 0.5, "closing": 0.0})),
            (two, inspection(call("en", (Role.AGENT, 0, "hallo")), {"opening": 1.0, "closing": 1.0, "thanks": 0.0})),
            (three, inspection(call("zh", (Role.AGENT, 0, "您好")), {"opening": 0.0}, Message("score.mono"))),
        ],
        {"four.wav": "broken"},
        [Answer("opening", "es", "fail", "na", "four.wav")],
    )
    assert (got.planted.count, got.planted.total) == (1, 4)
    assert (got.flagged.count, got.flagged.total) == (1, 2)
    assert [(a.check, a.language, a.wanted, a.found) for a in got.wrong] == [
        ("opening", "es", "fail", "na"),
        ("closing", "zh", "pass", "fail"),
        ("opening", "en", "fail", "pass"),
        ("opening", "zh", "fail", "na"),
    ]
    assert got.wrong[1].recording == "one.wav"
    document = json.loads(json.dumps(got.as_dict()))
    assert document["recognition"]["zh"]["cer"] == 0
    assert document["recognition"]["en"]["wer"] == 1
    assert document["checks"]["opening"]["zh"]["cases"] == 2
    assert document["planted"]["found"] == 1
    assert document["failures"] == {"four.wav": "broken"}


def test_onsets_of_planted_events() -> None:
    said = (("agent", 0, 0.0, "yes"), ("customer", 1, 12.0, "no"), ("agent", 0, 30.0, "yes"))
    known = truth("en", *said, events=(TrueEvent("silence", 2.0, 12.0), TrueEvent("dead_air", 14.0, 30.0)))
    heard = call("en", (Role.AGENT, 0.0, "yes"), (Role.CUSTOMER, 12.0, "no"), (Role.AGENT, 30.0, "yes"))
    late = call("en", (Role.AGENT, 0.5, "yes"), (Role.CUSTOMER, 12.0, "no"), (Role.AGENT, 30.0, "yes"))
    assert compare([(known, inspection(heard, {}))]).events["silence"].errors == (0.0, 0.0)
    found = compare([(known, inspection(late, {}))]).as_dict()["events"]
    assert isinstance(found, dict)
    assert found["silence"]["found"] == 2
    assert found["silence"]["onset_p90"] == pytest.approx(0.5)
    assert found["hold"]["events"] == 0


DOCUMENT = {
    "version": 1,
    "language": "zh",
    "duration": 2.0,
    "channels": ["agent", "customer"],
    "scenario": "outage",
    "utterances": [{"role": "agent", "channel": 0, "start": 0, "end": 1, "text": "您好", "words": []}],
    "checks": {"opening": "fail"},
}


def test_truth_files_are_read_beside_their_recordings(tmp_path: Path) -> None:
    (tmp_path / "a.b[1].truth.json").write_text(json.dumps(DOCUMENT), "utf-8")
    (tmp_path / "a.b[1].opus").touch()
    (tmp_path / "a.b[1].srt").touch()
    ((path, one),) = truths(tmp_path).items()
    assert path.name == "a.b[1].opus"
    assert one.utterances == (TrueUtterance("agent", 0, 0.0, 1.0, "您好"),)
    assert one.checks == {"opening": "fail"}


def test_wrong_truth_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        truths(tmp_path / "none")
    with pytest.raises(UsageError, match="no truth files"):
        truths(tmp_path)
    file = tmp_path / "a.truth.json"
    file.write_text(json.dumps(DOCUMENT), "utf-8")
    with pytest.raises(TranscriptError, match="no recording beside it"):
        truths(tmp_path)
    (tmp_path / "a.wav").touch()
    file.write_text(json.dumps({**DOCUMENT, "checks": {"opening": "bad"}}), "utf-8")
    with pytest.raises(TranscriptError, match=r"a\.truth\.json: not a truth file: checks\.opening"):
        truths(tmp_path)
    file.write_text("{", "utf-8")
    with pytest.raises(TranscriptError, match="not a truth file"):
        truths(tmp_path)
