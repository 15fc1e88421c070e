"""Transcripts of other systems: which file, which channel, which time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qc.audio import open_audio
from qc.engines.oracle import OracleDetector
from qc.engines.placement import clamped, spread, units
from qc.engines.protocols import Transcription
from qc.engines.transcript_file import TranscriptFile
from qc.errors import TranscriptError
from qc.interval import Interval, Timeline

SRT = """1
00:00:00,500 --> 00:00:05,992
坐席：您好，供电服务热线，请问有什么可以帮您？

2
00:00:06,392 --> 00:00:09,671
客户：我家停电了，
什么时候能来电？
"""


def transcribe(
    recording: Path, language: str | None = "zh", speech: tuple[Timeline, ...] | None = None
) -> Transcription:
    with open_audio(recording) as audio:
        return TranscriptFile().transcribe(audio, speech or OracleDetector().detect(audio), language)


def texts(found: Transcription) -> list[str]:
    return ["".join(word.text for word in words) for words in found.words]


def test_srt_with_speaker_prefixes(call_wav: Path) -> None:
    call_wav.with_suffix(".srt").write_text(SRT, encoding="utf-8")
    found = transcribe(call_wav)
    assert texts(found) == ["您好，供电服务热线，请问有什么可以帮您？", "我家停电了，什么时候能来电？"]
    # Spread evenly over the voice, a word of this even speech is at most three characters away.
    with open_audio(call_wav) as audio:
        spoken = OracleDetector().detect(audio)[1][0]
    assert found.words[1][0].interval.start == pytest.approx(spoken.start)
    assert found.words[1][-1].interval.end == pytest.approx(spoken.end)
    power = next(word for word in found.words[1] if word.text == "停")
    assert power.interval.start == pytest.approx(6.885, abs=0.5)


def test_untagged_cues_and_swapped_channels_go_where_the_voice_is(call_wav: Path) -> None:
    call_wav.with_suffix(".srt").write_text(SRT.replace("坐席：", "").replace("客户：", ""), encoding="utf-8")
    assert texts(transcribe(call_wav))[1] == "我家停电了，什么时候能来电？"
    call_wav.with_suffix(".srt").write_text(SRT, encoding="utf-8")
    with open_audio(call_wav) as audio:
        agent, customer = OracleDetector().detect(audio)
    swapped = transcribe(call_wav, speech=(customer, agent))
    assert texts(swapped)[0] == "我家停电了，什么时候能来电？"


def test_json_with_word_times(call_wav: Path) -> None:
    document = {
        "language": "zh-CN",
        "utterances": [
            {"role": "customer", "start": 6.392, "end": 7.67, "text": "我家",
             "words": [{"text": "我", "start": 6.392, "end": 6.607, "probability": 0.5},
                       {"text": "家", "start": 6.607, "end": 6.885}]},
            {"channel": 0, "start": 0.5, "end": 1.319, "text": "您好"},
        ],
    }  # fmt: skip
    call_wav.with_suffix(".json").write_text(json.dumps(document), encoding="utf-8")
    found = transcribe(call_wav, None)
    assert found.language == "zh"
    assert [(w.text, w.interval, w.probability) for w in found.words[1]] == [
        ("我", Interval(6.392, 6.607), 0.5),
        ("家", Interval(6.607, 6.885), 1.0),
    ]
    assert texts(found)[0] == "您好"


def test_whisper_s_own_json(call_wav: Path) -> None:
    document = {"text": "…", "language": "zh", "segments": [{"id": 0, "start": 0.5, "end": 1.3, "text": " 您好"}]}
    call_wav.with_suffix(".json").write_text(json.dumps(document), encoding="utf-8")
    assert texts(transcribe(call_wav, None))[0] == "您好"


def test_text_where_nobody_speaks_is_left_out(call_wav: Path) -> None:
    call_wav.with_suffix(".vtt").write_text("WEBVTT\n\n00:14.000 --> 00:14.400\n谢谢观看\n", encoding="utf-8")
    found = transcribe(call_wav)
    assert found.words == ((), ())
    assert found.details == {"words_outside_speech": 4.0}


BROKEN = {
    ".json": [
        ('{"utterances": 3}', "utterances"),
        ("{", "JSON"),
        ('{"segments": [{"start": 2, "end": 1, "text": "a"}]}', "utterances.0"),
        ('{"utterances": [{"start": 0, "end": 1, "text": "a", "channel": 7}]}', "channel 7"),
    ],
    ".vtt": [("1\n00:00.000 --> 00:01.000\na\n", "WEBVTT"), ("WEBVTT\n\nNOTE nothing\n", "no cues")],
    ".srt": [("1\n00:00:05,000 --> 00:00:01,000\na\n", "line 2"), ("1\n0 --> 1\na\n", "line 2")],
}


@pytest.mark.parametrize(("suffix", "text", "words"), [(s, *case) for s, cases in BROKEN.items() for case in cases])
def test_broken_files_are_named_with_the_place(call_wav: Path, suffix: str, text: str, words: str) -> None:
    path = call_wav.with_suffix(suffix)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TranscriptError, match=words) as caught:
        transcribe(call_wav)
    assert str(caught.value).startswith(f"{path}: ")


def test_not_text_and_not_there(call_wav: Path) -> None:
    with pytest.raises(TranscriptError, match="no transcript beside it"):
        transcribe(call_wav)
    call_wav.with_suffix(".srt").write_bytes("您好".encode("gb18030"))
    with pytest.raises(TranscriptError, match="UTF-8"):
        transcribe(call_wav)


def test_language_must_come_from_somewhere(call_wav: Path) -> None:
    call_wav.with_suffix(".srt").write_text(SRT, encoding="utf-8")
    with pytest.raises(TranscriptError, match="language"):
        transcribe(call_wav, None)


def test_units() -> None:
    assert units("您好，APP 打不开。") == ["您", "好，", "APP", "打", "不", "开。"]
    assert units("¿Qué tal, señora? Bien.") == ["¿Qué", "tal,", "señora?", "Bien."]
    assert units(" … ") == ["…"]
    assert units("") == []


def test_words_are_spread_over_voice_not_over_pauses() -> None:
    speech = (Interval(1, 2), Interval(5, 6))
    words = spread(["ab", "cd"], Interval(0, 10), speech)
    assert [word.interval for word in words] == [Interval(1, 2), Interval(5, 6)]
    assert spread(["a"], Interval(2.5, 4), speech) == []


def test_words_near_voice_are_moved_to_its_edge_and_others_left_out() -> None:
    speech = (Interval(1, 2),)
    near, far = (
        spread(["a"], Interval(2.1, 2.3), (Interval(2.1, 2.3),)),
        spread(["b"], Interval(3, 4), (Interval(3, 4),)),
    )
    (word,) = clamped([*near, *far], speech)
    assert word.text == "a"
    assert speech[0].intersection(word.interval) == word.interval
