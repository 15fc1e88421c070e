"""What the player draws is what was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from qc.call import Quality, QualityNote, Role, Transcript
from qc.conversation import interruptions
from qc.interval import Interval
from qc.language import load
from qc.phrases import cues
from qc.result import CheckResult, Finding, Inspection, ItemKind, ItemResult, Message
from qc.ui import player, scorepanel, waveform
from qc.ui.server.links import Sound
from qc.ui.words import Words
from tests.ui.night import inspection, script

WORDS = Words("en")
SOUND = Sound("/qc/audio/x.y", "/qc/renew/x.y", 300.0, "name")


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    folder = tmp_path_factory.mktemp("player")
    lines = script(satisfied=False, interrupts=True, hold=True, angry=True)
    return inspection(folder, "one", "A03", lines, datetime(2026, 1, 1))


def test_peaks_follow_the_voices(one: Inspection) -> None:
    peaks = waveform.peaks(Path(one.call.recording.path))
    assert len(peaks) == 2
    bins = len(peaks[0])
    assert bins == int(one.call.recording.duration * waveform.PER_SECOND)
    for channel, role in enumerate((Role.AGENT, Role.CUSTOMER)):
        assert max(peaks[channel]) == 100
        times = [(i + 0.5) / bins * one.call.recording.duration for i in range(bins)]
        spoken = [
            p for p, t in zip(peaks[channel], times, strict=True) if any(s.contains(t) for s in one.call.voice(role))
        ]
        quiet = [
            p
            for p, t in zip(peaks[channel], times, strict=True)
            if not any(Interval(max(0, s.start - 0.2), s.end + 0.2).contains(t) for s in one.call.voice(role))
        ]
        assert sum(spoken) / len(spoken) > 25
        assert max(quiet) < 5


def test_a_long_recording_has_no_more_peaks(one: Inspection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waveform, "MOST", 50)
    assert {len(channel) for channel in waveform.peaks(Path(one.call.recording.path))} == {50}


def test_lanes_are_the_agents_first_and_events_are_those_of_the_conversation(one: Inspection) -> None:
    data = player.data(one, WORDS, [[1, 2], [3, 4]], {"all": SOUND}, 0.0)
    assert [(lane["role"], lane["peaks"]) for lane in data["lanes"]] == [("agent", [1, 2]), ("customer", [3, 4])]
    found = interruptions(one.call, cues(one.call, load("zh")))
    drawn = [event for event in data["events"] if event["kind"] == "interruption"]
    assert [(event["start"], event["end"]) for event in drawn] == [
        (pytest.approx(found[0].interval.start, abs=1e-3), pytest.approx(found[0].interval.end, abs=1e-3))
    ]
    assert [event["kind"] for event in data["events"]].count("hold") == 1
    assert data["sounds"] == {
        "all": {"link": "/qc/audio/x.y", "renew": "/qc/renew/x.y", "seconds": 300.0, "name": "name"}
    }
    assert one.call.recording.path not in json.dumps(data, allow_nan=False)


def test_swapped_channels_keep_their_own_waveform(one: Inspection) -> None:
    swapped = replace(one.call, recording=replace(one.call.recording, roles=(Role.CUSTOMER, Role.AGENT)))
    data = player.data(replace(one, call=swapped), WORDS, [[1], [2]], {}, 0.0)
    assert [(lane["role"], lane["peaks"]) for lane in data["lanes"]] == [("agent", [2]), ("customer", [1])]


def test_a_mono_call_has_one_lane(one: Inspection) -> None:
    said = tuple(replace(u, role=Role.UNKNOWN) for u in one.call.transcript.utterances)
    spans = tuple(u.interval for u in said[:1])
    mono = replace(
        one.call,
        recording=replace(one.call.recording, roles=(Role.UNKNOWN,)),
        speech={Role.UNKNOWN: spans},
        transcript=Transcript("zh", said),
        quality=Quality(notes=(QualityNote("mono"),)),
    )
    data = player.data(replace(one, call=mono), WORDS, [[5]], {}, 0.0)
    assert [(lane["role"], lane["peaks"]) for lane in data["lanes"]] == [("unknown", [5])]


def test_the_transcript_keeps_every_word_and_marks_findings(one: Inspection) -> None:
    data = player.data(one, WORDS, [], {}, 0.0)
    lines = [line for line in data["transcript"] if "pause" not in line]
    assert ["".join(part["text"] for part in line["parts"]) for line in lines] == [
        u.text for u in one.call.transcript.utterances
    ]
    marked = [part for line in lines for part in line["parts"] if "note" in part]
    assert {part["kind"] for part in marked} == {"good", "bad", "context"}
    assert [line["start"] for line in data["transcript"]] == sorted(line["start"] for line in data["transcript"])


def row(kind: ItemKind = ItemKind.SCORED, value: float | None = 0.5, quote: str = "x") -> ItemResult:
    finding = Finding(Interval(61.0, 62.5), Role.AGENT, quote, Message("opening.greeting"))
    result = CheckResult("opening", value, 1.0, "share", Message("opening.no_identity"), (finding,), 0.8)
    share = 12.5 if kind is ItemKind.SCORED and value is not None else 0.0
    return ItemResult("opening", "opening", kind, 12.0, share, share * (value or 0.0), result)


def panel(one: Inspection, item: ItemResult) -> str:
    return scorepanel.panel(replace(one, score=replace(one.score, results=(item,))), WORDS)


def test_an_item_can_be_recomputed_from_the_panel(one: Inspection) -> None:
    html = panel(one, row())
    assert "6.2 / 12.5" in html
    assert "measured 100 % · threshold 80 % · weight 12 · 12.5 × 0.5 = 6.25" in html
    assert 'data-jump="61.00"' in html
    assert "1:01–1:02" in html
    assert 'class="qc-item short"' in html


@pytest.mark.parametrize(
    ("kind", "value", "state", "text"),
    [
        (ItemKind.SCORED, None, "na", "Does not apply"),
        (ItemKind.SCORED, 1.0, "good", "12.5 / 12.5"),
        (ItemKind.CRITICAL, 0.0, "short", "Critical failure"),
        (ItemKind.CRITICAL, 1.0, "good", "Clean"),
        (ItemKind.ADVICE, 0.0, "advice", "Advice only"),
    ],
)
def test_each_kind_of_item_says_what_it_is(
    one: Inspection, kind: ItemKind, value: float | None, state: str, text: str
) -> None:
    html = panel(one, row(kind, value))
    assert f'class="qc-item {state}"' in html
    assert text in html


def test_what_was_said_cannot_become_markup(one: Inspection) -> None:
    html = panel(one, row(quote="<script>alert(1)</script>\" onclick='x'"))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(("value", "kind"), [(1.0, "context"), (0.0, "bad")])
def test_an_agitated_utterance_is_no_praise(one: Inspection, value: float, kind: str) -> None:
    spoken = one.call.transcript.of(Role.AGENT)[0]
    note = Message("agent_tone.agitated", {"energy": 8.0, "pitch": 50.0})
    finding = Finding(spoken.interval, Role.AGENT, spoken.text, note, (spoken.index, 0))
    result = CheckResult("agent_tone", value, 0.0, "share", Message("agent_tone.pass"), (finding,))
    row = ItemResult("agent_tone", "answer", ItemKind.SCORED, 4.0, 100.0, 0.0, result)
    shown = player.data(replace(one, score=replace(one.score, results=(row,))), WORDS, [[1], [1]], {}, 0.0)
    assert [flag["kind"] for flag in shown["lanes"][0]["flags"]] == [kind]
    assert "+8 dB, +50 Hz" in shown["lanes"][0]["flags"][0]["title"]


def test_the_sum_is_the_scores_own(one: Inspection) -> None:
    score = one.score
    assert score.percent == pytest.approx(100 * score.points / score.possible)
    line = scorepanel.arithmetic(score, WORDS)
    assert f"{score.percent:.1f}".rstrip("0").rstrip(".") in line
    unscored = replace(score, not_scorable=Message("score.mono"), percent=None)
    assert scorepanel.arithmetic(unscored, WORDS).startswith("Not scorable: ")
