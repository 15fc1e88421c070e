"""What is written can be read back, and says who, when and what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qc import transcript_export
from qc.call import Role, Transcript, Utterance, Word
from qc.engines import cues
from qc.errors import UsageError
from qc.interval import Interval


def utterance(index: int, role: Role, start: float, text: str, step: float = 0.2, space: str = "") -> Utterance:
    parts = text.split(" ") if space else list(text)
    words = tuple(Word(Interval(start + step * i, start + step * (i + 1)), part, 0.5) for i, part in enumerate(parts))
    return Utterance(index, role, Interval(start, start + step * len(parts)), text, words)


CALL = Transcript(
    "zh",
    (
        utterance(0, Role.AGENT, 1.0, "您好"),
        utterance(1, Role.CUSTOMER, 3661.5, "停电<了>&"),
    ),
)


@pytest.mark.parametrize("format", ["json", "vtt", "srt"])
def test_what_is_written_is_read_back(tmp_path: Path, format: str) -> None:
    path = tmp_path / f"call.{format}"
    path.write_text(transcript_export.export(CALL, format, hits=()), encoding="utf-8")
    found = cues.read(path)
    assert [(cue.speaker, cue.text) for cue in found.cues] == [("agent", "您好"), ("customer", "停电<了>&")]
    for cue, given in zip(found.cues, CALL.utterances, strict=True):
        assert cue.interval.start == pytest.approx(given.interval.start, abs=0.001)
        assert cue.interval.end == pytest.approx(given.interval.end, abs=0.001)
    assert found.language == (None if format == "srt" else "zh")


def test_json_keeps_words() -> None:
    document = json.loads(transcript_export.to_json(CALL))
    first = document["utterances"][0]
    assert first["words"][1] == {"text": "好", "start": 1.2, "end": 1.4, "probability": 0.5}
    assert first["role"] == "agent"


def test_vtt_names_the_voice_and_escapes() -> None:
    text = transcript_export.to_vtt(CALL)
    assert text.startswith("WEBVTT\nLanguage: zh\n\n00:00:01.000 --> 00:00:01.400\n<v agent>您好\n")
    assert "01:01:01.500 --> 01:01:02.700\n<v customer>停电&lt;了&gt;&amp;" in text


def test_text_has_a_line_an_utterance() -> None:
    assert transcript_export.to_text(CALL) == "[00:01.0] agent: 您好\n[61:01.5] customer: 停电<了>&\n"


def test_long_utterances_become_short_captions() -> None:
    sentence = "we will send a technician today. please stay at home until he has come to you and left again thank you."
    call = Transcript("en", (utterance(0, Role.AGENT, 0.0, sentence, step=0.5, space=" "),))
    captions = transcript_export.captions(call)
    assert captions[0].text == "we will send a technician today."
    assert all(caption.interval.duration <= transcript_export.LONGEST_CUE for caption in captions)
    assert " ".join(caption.text for caption in captions) == sentence


def test_an_utterance_without_text_is_no_caption() -> None:
    call = Transcript("en", (Utterance(0, Role.AGENT, Interval(0, 9), ""),))
    assert transcript_export.captions(call) == ()
    assert transcript_export.to_srt(call) == ""


def test_unknown_formats_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"docx.*json, vtt, srt, txt"):
        transcript_export.export(CALL, "docx", hits=())
