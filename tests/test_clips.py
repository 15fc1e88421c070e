"""Evidence becomes files that can be played, read and opened without harm."""

from __future__ import annotations

import csv
import re
import wave
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from qc.audio import open_audio
from qc.call import Role
from qc.captions import captions
from qc.clips import COLUMNS, cut_clips, open_covered, safe_name, write_masked
from qc.config import Settings
from qc.engines import factory
from qc.errors import NotFound, UsageError
from qc.interval import Interval
from qc.pipeline import inspect
from qc.redact import spans
from qc.result import Inspection
from qc.store import Selection, Store
from tests.recordings import make_recording
from tests.ui.night import inspection, script, shared_night

SETTINGS = Settings(interface_language="zh", clip_margin=1.0)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> str:
    return shared_night(tmp_path_factory.getbasetemp() / "night")


def rows(index: Path) -> list[dict[str, str]]:
    with index.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_clip_is_the_evidence_with_its_margin(night: str, tmp_path: Path) -> None:
    with Store(night) as store:
        cuts = cut_clips(store, "interruption", tmp_path / "out", settings=SETTINGS)
        expected = [
            one for one in store.inspections() if (row := one.score.item("interruption")) and row.result.falls_short
        ]
    assert {clip.recording_id for clip in cuts.clips} == {one.call.recording.id for one in expected}
    assert cuts.skipped == ()
    table = rows(cuts.index)
    assert [row["file"] for row in table] == [Path(clip.path).name for clip in cuts.clips]
    for clip, row in zip(cuts.clips, table, strict=True):
        source = next(one for one in expected if one.call.recording.id == clip.recording_id)
        item = source.score.item("interruption")
        assert item is not None
        for finding in item.result.findings:
            assert finding.interval is not None
            assert clip.interval.start == pytest.approx(max(0.0, finding.interval.start - 1.0))
        with wave.open(clip.path) as file:
            assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
            assert file.getnframes() / 8000 == pytest.approx(clip.interval.duration, abs=0.001)
        assert row["agent"] == source.call.metadata.agent == "A03"
        assert float(row["to"]) - float(row["from"]) == pytest.approx(clip.interval.duration, abs=0.011)
        assert row["shows"]


def test_a_clip_holds_the_recordings_own_samples(night: str, tmp_path: Path) -> None:
    with Store(night) as store:
        clip = cut_clips(store, "interruption", tmp_path, settings=SETTINGS, limit=1).clips[0]
        source = store.inspection(clip.recording_id).call.recording.path
    with wave.open(source) as file:
        file.setpos(round(clip.interval.start * 8000))
        wanted = file.readframes(800)
    with wave.open(clip.path) as file:
        assert file.readframes(800) == wanted


def test_captions_are_timed_from_the_clips_start(night: str, tmp_path: Path) -> None:
    with Store(night) as store:
        clip = cut_clips(store, "satisfaction_question", tmp_path, settings=SETTINGS, limit=1).clips[0]
        call = store.inspection(clip.recording_id).call
    text = Path(clip.path).with_suffix(".vtt").read_text("utf-8")
    assert text.startswith("WEBVTT\n\n")
    times = re.findall(r"(\d\d):(\d\d):(\d\d\.\d\d\d) --> (\d\d):(\d\d):(\d\d\.\d\d\d)", text)
    assert times
    assert all(0 <= float(s1) <= float(s2) <= clip.interval.duration + 0.01 for _, _, s1, _, _, s2 in times)
    assert "<v 坐席>" in text
    last = call.transcript.of(Role.AGENT)[-1]
    assert last.text in text


def test_captions_cut_an_utterance_at_its_words_and_escape_markup(tmp_path: Path) -> None:
    one = inspection(
        tmp_path, "x", "A01", script(satisfied=True, interrupts=False, hold=False, angry=False), datetime(2026, 1, 1)
    )
    first = one.call.transcript.utterances[0]
    cut = captions(one.call, Interval(first.words[2].interval.start, first.words[5].interval.end), "zh")
    assert cut.splitlines()[-1] == "<v 坐席>…" + "".join(word.text for word in first.words[2:6]) + "…"
    hostile = replace(first, text="<script> & --> x", words=())
    call = replace(one.call, transcript=replace(one.call.transcript, utterances=(hostile,)))
    assert "<v 坐席>&lt;script&gt; &amp; --&gt; x" in captions(call, one.call.recording.span, "zh")


def test_the_same_calls_give_the_same_bytes(night: str, tmp_path: Path) -> None:
    with Store(night) as store:
        for name in ("one", "two"):
            cut_clips(store, "interruption", tmp_path / name, settings=SETTINGS, limit=3)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert len(one) == 7


def test_limit_and_selection(night: str, tmp_path: Path) -> None:
    with Store(night) as store:
        assert len(cut_clips(store, "satisfaction_question", tmp_path / "a", settings=SETTINGS, limit=4).clips) == 4
        cuts = cut_clips(
            store, "satisfaction_question", tmp_path / "b", settings=SETTINGS, selection=Selection(agents=("A02",))
        )
    assert {row["agent"] for row in rows(cuts.index)} == {"A02"}


def test_an_item_that_nobody_has_and_a_folder_that_is_a_file(night: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with Store(night) as store:
        with pytest.raises(NotFound, match="item nonsense"):
            cut_clips(store, "nonsense", tmp_path / "out", settings=SETTINGS)
        with pytest.raises(UsageError, match="cannot be written"):
            cut_clips(store, "interruption", tmp_path / "file", settings=SETTINGS)


def test_a_clean_item_gives_an_empty_index(night: str, tmp_path: Path) -> None:
    with Store(night) as store:
        cuts = cut_clips(store, "forbidden_phrases", tmp_path, settings=SETTINGS)
    assert cuts.clips == ()
    assert cuts.index.read_text("utf-8-sig").strip() == ",".join(COLUMNS)


def test_a_recording_that_is_gone_is_reported(tmp_path: Path) -> None:
    lines = script(satisfied=False, interrupts=False, hold=False, angry=False)
    one = inspection(tmp_path, "gone", "A01", lines, datetime(2026, 1, 1))
    with Store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(one)
        Path(one.call.recording.path).unlink()
        cuts = cut_clips(store, "satisfaction_question", tmp_path / "out", settings=SETTINGS)
    assert cuts.clips == ()
    assert [name for name, _ in cuts.skipped] == ["call-gone"]
    assert "no such file" in cuts.skipped[0][1]


def test_names_from_outside_stay_inside_the_folder_and_run_nothing(tmp_path: Path) -> None:
    lines = script(satisfied=False, interrupts=False, hold=False, angry=False)
    one = inspection(tmp_path, "x", "A01", lines, datetime(2026, 1, 1))
    metadata = replace(
        one.call.metadata, call_id="../../etc/passwd\x00\n" + "a" * 500, agent="=cmd|'/c calc'!A1", team="-1+2"
    )
    with Store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(replace(one, call=replace(one.call, metadata=metadata)))
        cuts = cut_clips(store, "satisfaction_question", tmp_path / "out", settings=SETTINGS)
    path = Path(cuts.clips[0].path)
    assert path.parent == tmp_path / "out"
    assert re.fullmatch(r"[\w.-]{1,200}", path.name)
    row = rows(cuts.index)[0]
    assert row["agent"].startswith("'=")
    assert row["team"] == "'-1+2"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("call 7/8", "call-7-8"),
        ("..", "x"),
        ("", "x"),
        ("电话 1", "电话-1"),
        (".hidden", "hidden"),
        ("a" * 99, "a" * 60),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_clips_can_be_read_by_our_own_reader(night: str, tmp_path: Path) -> None:
    with Store(night) as store:
        clip = cut_clips(store, "interruption", tmp_path, settings=SETTINGS, limit=1).clips[0]
    with open_audio(Path(clip.path)) as audio:
        assert audio.num_channels == 2
        assert audio.duration == pytest.approx(clip.interval.duration, abs=0.001)


NUMBER = "一三九零七六五四三二一"


@pytest.fixture
def private(tmp_path: Path) -> Inspection:
    """A real recording in which the customer says a number and the agent says it again, stored with its hits."""
    said = (
        ("agent", 0.5, 3.0, "您好请问您的手机号是多少"),
        ("customer", 4.0, 9.0, f"手机号是{NUMBER}"),
        ("agent", 10.0, 14.0, f"{NUMBER}你烦不烦啊"),
        ("customer", 15.0, 18.0, "好的谢谢"),
    )
    path = make_recording(tmp_path / "13907654321.wav", said, duration=20.0)
    settings = Settings(transcriber="oracle", voice_detector="oracle")
    return inspect(path, factory.build(settings), settings)


def test_a_clip_covers_what_is_private_and_says_so(private: Inspection, tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(private)
        cuts = cut_clips(store, "forbidden_phrases", tmp_path / "out", settings=Settings(clip_margin=3.0))
    (clip,) = cuts.clips
    hits = private.hits or ()
    assert {hit.utterance for hit in hits} == {1, 2}
    with wave.open(clip.path) as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).T / 32768
    with open_audio(Path(private.call.recording.path)) as audio:
        first = round(clip.interval.start * audio.sample_rate)
        source = audio.frames(first, heard.shape[1])
    hidden = np.zeros(heard.shape[1], bool)
    for span in spans(private.call, hits):
        begin, end = (round(time * 8000) - first for time in (span.start, span.end))
        hidden[max(0, begin) : max(0, end)] = True
    assert 8000 < hidden.sum() < hidden.size
    for channel in (0, 1):
        assert np.array_equal(heard[channel][~hidden][8:-8], source[channel][~hidden][8:-8])
        assert abs(np.corrcoef(heard[channel][hidden], source[channel][hidden])[0, 1]) < 0.05
        spectrum = np.abs(np.fft.rfft(heard[channel][hidden]))
        assert np.fft.rfftfreq(int(hidden.sum()), 1 / 8000)[spectrum.argmax()] == pytest.approx(440, abs=5)
    captions_of_it = Path(clip.path).with_suffix(".vtt").read_text("utf-8")
    assert "[电话]" in captions_of_it and "你烦不烦啊" in captions_of_it
    everything = captions_of_it + cuts.index.read_text("utf-8-sig") + clip.path.removeprefix(str(tmp_path))
    assert NUMBER[:6] not in everything and "1390765" not in everything


def test_a_whole_recording_without_what_is_private(private: Inspection, tmp_path: Path) -> None:
    write_masked(replace(private, hits=None), tmp_path / "masked.wav", SETTINGS)
    with open_audio(tmp_path / "masked.wav") as shown, open_audio(Path(private.call.recording.path)) as audio:
        assert shown.num_samples == audio.num_samples
        before, after = (one.frames(0, one.num_samples) for one in (audio, shown))
    private_spans = spans(private.call, private.hits or ())
    for channel in (0, 1):
        changed = np.flatnonzero(before[channel] != after[channel]) / 8000
        assert changed.size > 20_000
        assert all(any(span.padded(1 / 8000, 20).contains(at) for span in private_spans) for at in changed[::50])


def test_without_word_times_the_whole_utterance_is_covered(private: Inspection) -> None:
    hits = tuple(replace(hit, interval=None) for hit in private.hits or ())
    with open_covered(replace(private, hits=hits), SETTINGS) as shown, open_audio(shown.path) as audio:
        said = private.call.transcript.utterances[1].interval
        first, count = round(said.start * 8000), round(said.duration * 8000)
        before, after = audio.frames(first, count)[1], shown.frames(first, count)[1]
    assert abs(np.corrcoef(before, after)[0, 1]) < 0.05
