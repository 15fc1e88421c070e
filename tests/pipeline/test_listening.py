"""Listening: errors keep their stage, and a call is heard from its truth through every stage but recognition."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import soundfile

from qc import scorecard
from qc.batch.judging import Judge
from qc.call import Metadata, Role
from qc.config import Settings
from qc.engines import factory
from qc.errors import NotAudio, RecordingMissing, SiteError, TranscriptError
from qc.interval import intersection, total
from qc.pipeline import inspect, judge, listen, rejudge, scorecard_for, stage_of
from qc.pipeline.stages import stage
from tests.audio.signals import RATE, echo, noise, speechlike
from tests.conftest import WriteWav

ORACLE = Settings(transcriber="oracle", voice_detector="oracle", diarizer="oracle")


@pytest.fixture(scope="module")
def engines() -> factory.Engines:
    return factory.build(ORACLE)


def test_an_error_carries_its_stage_even_to_another_process(engines: factory.Engines, tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("this is no audio")
    with pytest.raises(NotAudio) as caught:
        listen(text, engines, ORACLE)
    assert stage_of(caught.value) == "decode"
    assert stage_of(pickle.loads(pickle.dumps(caught.value))) == "decode"  # noqa: S301 (pickled a moment ago)
    with pytest.raises(RecordingMissing) as missing:
        listen(tmp_path / "none.wav", engines, ORACLE)
    assert stage_of(missing.value) == "decode"
    assert stage_of(ValueError()) == "unknown"


def test_the_innermost_stage_names_the_error_and_times_add_up() -> None:
    timings: dict[str, float] = {}
    with pytest.raises(ZeroDivisionError) as caught, stage("outer", timings), stage("inner", timings):
        1 / 0  # noqa: B018
    assert stage_of(caught.value) == "inner"
    before = timings["inner"]
    with stage("inner", timings):
        pass
    assert timings["inner"] >= before


def test_a_recording_without_truth_fails_at_voice(engines: factory.Engines, write_wav: WriteWav) -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, (2, 16000))
    with pytest.raises(TranscriptError) as caught:
        listen(write_wav(noise), engines, ORACLE)
    assert stage_of(caught.value) == "voice"


def test_a_call_is_heard(engines: factory.Engines, call_wav: Path) -> None:
    truth = json.loads(call_wav.with_suffix(".truth.json").read_text("utf-8"))
    timings: dict[str, float] = {}
    call = listen(call_wav, engines, ORACLE, Metadata(call_id="c1", agent="A01"), timings)
    assert set(timings) == {"decode", "measure", "voice", "transcribe", "sentiment"}
    assert call.recording.roles == (Role.AGENT, Role.CUSTOMER)
    assert call.recording.duration == pytest.approx(truth["duration"], abs=0.01)
    assert (call.metadata.agent, call.transcript.language) == ("A01", "zh")
    assert [u.role.value for u in call.transcript.utterances] == [u["role"] for u in truth["utterances"]]
    assert [u.index for u in call.transcript.utterances] == list(range(len(truth["utterances"])))
    for heard, known in zip(call.transcript.utterances, truth["utterances"], strict=True):
        assert heard.interval.start == pytest.approx(known["start"], abs=0.05)
        assert heard.text == "".join(word["text"] for word in known["words"])
        assert heard.sentiment is not None
        assert all(heard.interval.contains(word.interval.middle) for word in heard.words)
    assert any(u.pitch is not None and u.energy is not None for u in call.transcript.of(Role.AGENT))
    assert total(call.voice(Role.AGENT)) == pytest.approx(
        sum(u.interval.duration for u in call.transcript.of(Role.AGENT))
    )
    assert call.quality.recognition_probability == pytest.approx(1.0)


@pytest.fixture
def mono(call_wav: Path, write_wav: WriteWav) -> Path:
    """The call as one channel, its truth beside it."""
    samples, rate = soundfile.read(call_wav, always_2d=True)
    path = write_wav(samples.sum(axis=1) / 2, rate, name="mono.wav")
    truth = json.loads(call_wav.with_suffix(".truth.json").read_text("utf-8"))
    for kind in ("utterances", "speech", "sounds"):
        for entry in truth.get(kind, ()):
            entry["channel"] = 0
    truth["channels"] = ["unknown"]
    path.with_suffix(".truth.json").write_text(json.dumps(truth), "utf-8")
    return path


@pytest.mark.parametrize("diarizer", ["oracle", "builtin"])
def test_the_parties_of_a_mono_recording_are_told_apart(mono: Path, diarizer: str) -> None:
    settings = ORACLE.model_copy(update={"diarizer": diarizer})
    truth = json.loads(mono.with_suffix(".truth.json").read_text("utf-8"))
    timings: dict[str, float] = {}
    call = listen(mono, factory.build(settings), settings, timings=timings)
    assert "speakers" in timings
    assert call.recording.roles == (Role.UNKNOWN,)
    assert call.quality.has("mono") and call.quality.has("speakers_by_voice")
    assert call.quality.role_source == "voice"
    assert [u.role.value for u in call.transcript.utterances] == [u["role"] for u in truth["utterances"]]
    for heard, known in zip(call.transcript.utterances, truth["utterances"], strict=True):
        assert heard.text == "".join(word["text"] for word in known["words"])
    assert intersection(call.voice(Role.AGENT), call.voice(Role.CUSTOMER)) == ()
    by_check = {row.result.check: row.result for row in judge(call, scorecard_for(call, settings)).results}
    assert by_check["interruption"].explanation.key == "na.one_channel"
    assert by_check["opening"].value is not None


def test_without_a_diarizer_a_mono_recording_is_nobodys_and_not_scorable(mono: Path) -> None:
    settings = ORACLE.model_copy(update={"diarizer": "none"})
    call = listen(mono, factory.build(settings), settings)
    assert {u.role for u in call.transcript.utterances} == {Role.UNKNOWN}
    assert not call.quality.has("speakers_by_voice") and not call.quality.has("one_voice")
    given = judge(call, scorecard_for(call, settings))
    assert given.percent is None
    assert {row.result.explanation.key for row in given.results if row.result.check == "opening"} == {"na.mono"}


def test_both_channels_the_same_is_heard_once(call_wav: Path, write_wav: WriteWav) -> None:
    samples, rate = soundfile.read(call_wav, always_2d=True)
    double = write_wav(np.repeat(samples.sum(axis=1, keepdims=True) / 2, 2, axis=1).T, rate, name="double.wav")
    truth = json.loads(call_wav.with_suffix(".truth.json").read_text("utf-8"))
    double.with_suffix(".truth.json").write_text(json.dumps(truth), "utf-8")
    settings = ORACLE.model_copy(update={"diarizer": "oracle"})
    call = listen(double, factory.build(settings), settings)
    assert call.quality.has("identical_channels")
    assert call.recording.roles == (Role.UNKNOWN, Role.UNKNOWN)
    agent = [u for u in truth["utterances"] if u["channel"] == 0]
    assert len(call.transcript.utterances) == len(agent)
    assert judge(call, scorecard_for(call, settings)).percent is None


LINES = {"agent": [(1, 4), (9, 12), (16, 20)], "customer": [(5, 8), (13, 15)]}
"""Who speaks from when to when in the recordings of broken channels."""


def broken(write_wav: WriteWav, channels: tuple[np.ndarray, np.ndarray], speaking: tuple[str, ...]) -> Path:
    """A stereo recording, with the truth that those in `speaking` speak, the agent on the left."""
    path = write_wav(np.stack(channels), name="broken.wav")
    spans = [
        {"role": role, "channel": channel, "start": start, "end": end, "text": "您好，我想查一下电费"}
        for channel, role in enumerate(LINES)
        if role in speaking
        for start, end in LINES[role]
    ]
    truth = {"version": 1, "language": "zh", "utterances": spans, "speech": spans}
    path.with_suffix(".truth.json").write_text(json.dumps(truth, ensure_ascii=False), "utf-8")
    return path


def voice(role: str, seed: int) -> np.ndarray:
    """Noise where the party speaks, and a little line noise."""
    random = np.random.default_rng(seed)
    samples = random.normal(0, 0.0003, 21 * 8000)
    for start, end in LINES[role]:
        samples[start * 8000 : end * 8000] += random.normal(0, 0.1, (end - start) * 8000)
    return samples


AGENT, CUSTOMER = voice("agent", 1), voice("customer", 2)
BOTH = ("agent", "customer")


@pytest.mark.parametrize(
    ("channels", "speaking", "codes", "reason"),
    [
        pytest.param(
            (AGENT, AGENT), BOTH, {"identical_channels", "one_voice"}, "score.identical_channels", id="identical"
        ),
        pytest.param(
            (AGENT, -AGENT), BOTH, {"inverted_channels", "one_voice"}, "score.inverted_channels", id="inverted"
        ),
        pytest.param((AGENT, 0 * AGENT), BOTH[:1], {"dead_channel", "one_sided"}, "score.dead_channel", id="dead"),
        # something sounds on the other channel, and nobody speaks there
        pytest.param((AGENT, CUSTOMER), BOTH[:1], {"one_sided"}, "score.too_little_speech", id="one-sided"),
        pytest.param((AGENT, CUSTOMER), BOTH, set(), None, id="sane"),
    ],
)
def test_broken_channels_are_named_and_not_scored(
    engines: factory.Engines,
    write_wav: WriteWav,
    channels: tuple[np.ndarray, np.ndarray],
    speaking: tuple[str, ...],
    codes: set[str],
    reason: str | None,
) -> None:
    inspection = inspect(broken(write_wav, channels, speaking), engines, ORACLE)
    call, score = inspection.call, inspection.score
    assert {note.code for note in call.quality.notes} == codes
    assert (score.not_scorable.key if score.not_scorable else None) == reason
    assert (score.percent is None) == (reason is not None)
    interruption = score.item("interruption")
    assert interruption is not None and interruption.result.applicable == (not codes)
    if codes & {"identical_channels", "inverted_channels"}:
        assert call.recording.roles == (Role.UNKNOWN, Role.UNKNOWN)
        assert len(call.transcript.utterances) == len(LINES["agent"]), "one of the channels is enough"


def test_an_echo_is_no_voice_and_is_noted(engines: factory.Engines, write_wav: WriteWav) -> None:
    agent, late = [(1.0, 6.0), (9.0, 14.0)], 0.08
    voice = noise(15.0, -65)
    for index, (start, end) in enumerate(agent):
        voice[round(start * RATE) : round(end * RATE)] += 0.1 * speechlike(end - start, seed=index)
    own = (7.0, 8.5)
    other = noise(15.0, -65, seed=1) + echo(voice, -20, late)
    other[round(own[0] * RATE) : round(own[1] * RATE)] += 0.1 * speechlike(own[1] - own[0], seed=9)
    path = write_wav(np.stack((voice, other)), name="echo.wav")
    heard = [(0, *each) for each in agent] + [(1, start + late, end + late) for start, end in agent] + [(1, *own)]
    said = {"agent": agent, "customer": [own]}
    truth = {
        "version": 1,
        "language": "zh",
        "speech": [{"channel": channel, "start": start, "end": end} for channel, start, end in heard],
        "utterances": [
            {"role": role, "channel": channel, "start": start, "end": end, "text": "您好，请问有什么可以帮您"}
            for channel, (role, spans) in enumerate(said.items())
            for start, end in spans
        ],
    }
    path.with_suffix(".truth.json").write_text(json.dumps(truth), "utf-8")
    call = listen(path, engines, ORACLE)
    (span,) = call.voice(Role.CUSTOMER)
    assert (span.start, span.end) == own
    (note,) = (each for each in call.quality.notes if each.code == "crosstalk")
    assert note.values["side"] == "right"
    assert note.values["level"] == pytest.approx(-20, abs=3)
    assert note.values["delay"] == pytest.approx(late, abs=0.005)
    assert note.values["seconds"] == pytest.approx(10.0, abs=0.5)


def test_words_where_nobody_speaks_are_counted(engines: factory.Engines, call_wav: Path) -> None:
    path = call_wav.with_suffix(".truth.json")
    truth = json.loads(path.read_text("utf-8"))
    left = truth["speech"].pop()
    path.write_text(json.dumps(truth), "utf-8")
    call = listen(call_wav, engines, ORACLE)
    (note,) = (each for each in call.quality.notes if each.code == "words_outside_voice")
    assert note.values["count"] > 0
    assert 0 < float(note.values["share"]) < 0.5
    assert all(each.interval.start != left["start"] for each in call.transcript.utterances)


def test_an_inspection_names_its_versions_and_judges_again_without_audio(
    engines: factory.Engines, call_wav: Path
) -> None:
    inspection = inspect(call_wav, engines, ORACLE)
    run = inspection.run
    assert run.engines["transcriber"] == "oracle"
    assert run.scorecard == scorecard.load("utility_zh").label
    assert run.language_pack.startswith("zh-")
    assert run.listening and run.judging
    assert {"decode", "voice", "transcribe", "sentiment", "measure", "judge"} == set(run.timings)

    call_wav.unlink()
    card = scorecard_for(inspection.call, ORACLE)
    again = rejudge(inspection, card)
    assert again.id == inspection.id
    assert again.score == inspection.score
    stricter = rejudge(inspection, card.model_copy(update={"version": 2, "pass_mark": 100.0}))
    assert stricter.id != inspection.id
    assert stricter.call == inspection.call
    assert stricter.run.listening == run.listening
    assert stricter.run.judging != run.judging


def test_a_changed_site_file_judges_again_and_hears_nothing_again(
    engines: factory.Engines, call_wav: Path, tmp_path: Path
) -> None:
    before = inspect(call_wav, engines, ORACLE)
    file = tmp_path / "site.yaml"
    file.write_text("units: [Nowhere Light and Power]", "utf-8")
    settings = ORACLE.model_copy(update={"site": file})
    here = inspect(call_wav, engines, settings)
    assert here.call == before.call
    assert here.run.listening == before.run.listening
    assert here.run.judging != before.run.judging
    assert here.run.language_pack.startswith(f"{before.run.language_pack}+site-")
    opening = here.score.item("opening")
    assert opening is not None and opening.result.explanation.key in ("opening.without", "opening.nothing")
    again = Judge(settings).again(before)
    assert (again.id, again.score) == (here.id, here.score)
    assert Judge(ORACLE).again(again).id == before.id
    file.write_text("unit: [Nowhere]", "utf-8")
    with pytest.raises(SiteError, match="line 1: unknown field unit"):
        Judge(settings)


def test_the_card_of_the_settings_wins_and_an_edited_one_is_read_again(
    engines: factory.Engines, call_wav: Path, tmp_path: Path
) -> None:
    call = listen(call_wav, engines, ORACLE)
    assert scorecard_for(call, ORACLE).id == "utility_zh"
    file = tmp_path / "own.yaml"
    content = (
        "id: own\nversion: 1\nlanguage: zh\npass_mark: 50\nsections: [{id: a, items: [{id: opening, weight: 1}]}]\n"
    )
    file.write_text(content, "utf-8")
    own = ORACLE.model_copy(update={"scorecard": str(file)})
    first = scorecard_for(call, own)
    assert first.id == "own"
    import os

    file.write_text(content.replace(f"version: {first.version}", f"version: {first.version + 1}"), "utf-8")
    os.utime(file, ns=(1, 1))
    assert scorecard_for(call, own).version == first.version + 1
