"""Commands that listen: real audio, the oracle engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran
from tests.recordings import make_recording

Run = Callable[..., Ran]
COUNTS = ("scored", "not_scorable", "failed", "duplicate", "waiting")
pytestmark = pytest.mark.xdist_group("listening")


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return make_recording(tmp_path / "call.wav")


def test_audio(qc: Run, call: Path) -> None:
    found = qc("audio", call, "--json").json
    assert found["num_channels"] == len(found["channels"]) == 2
    assert (found["sample_rate"], found["duration"], found["identical_channels"]) == (8000, 26.0, False)
    assert "sample rate" in qc("audio", call).out


def test_measure(qc: Run, call: Path) -> None:
    found = qc("measure", call, "--engine", "oracle", "--json").json
    assert found["talk_time"]["agent"]["seconds"] == pytest.approx(14.5, abs=0.01)
    assert [span["start"] for span in found["talk_time"]["customer"]["spans"]] == [4.5, 11.0, 17.5, 23.5]
    assert found["response_latency"]["median"] == pytest.approx(0.5)
    assert (found["overlaps"], found["interruptions"], found["silences"]) == ([], [], [])
    assert found["speech_rate"]["agent"]["unit"] == "characters/min"
    assert found["greeting_delay"] == found["talk_time"]["agent"]["spans"][0]["start"]
    assert (found["last_speaker"], found["raised_voices"]) == ("customer", [])
    assert "response latency" in qc("measure", call, "--engine", "oracle").out


def test_measures_that_take_two_channels_do_not_apply_to_one(qc: Run, call: Path) -> None:
    with wave.open(str(call)) as stereo:
        rate, width = stereo.getframerate(), stereo.getsampwidth()
        frames = stereo.readframes(stereo.getnframes())
    with wave.open(str(call), "wb") as mono:
        mono.setparams((1, width, rate, 0, "NONE", "not compressed"))
        mono.writeframes(b"".join(frames[at : at + width] for at in range(0, len(frames), 2 * width)))
    side = call.with_suffix(".truth.json")
    truth = json.loads(side.read_text("utf-8"))
    for entry in (*truth["utterances"], *truth["speech"]):
        entry["channel"] = 0
    side.write_text(json.dumps(truth), "utf-8")
    found = qc("measure", call, "--engine", "oracle", "--json").json
    together = ("overlaps", "interruptions", "backchannels", "response_latency")
    assert {name: found[name] for name in together} == dict.fromkeys(together)
    assert set(found["not_applicable"]) == set(together)
    assert found["talk_time"]["agent"]["seconds"] == pytest.approx(14.5, abs=0.1)
    assert "not applicable: overlaps (" in qc("measure", call, "--engine", "oracle").out


def test_transcribe(qc: Run, call: Path, tmp_path: Path) -> None:
    ran = qc("transcribe", call, "--engine", "oracle")
    assert "agent: 您好" in ran.out
    assert qc("transcribe", call, "--engine", "oracle", "--json").json["utterances"][0]["role"] == "agent"
    assert qc("transcribe", call, "--engine", "oracle", "--format", "vtt").out.startswith("WEBVTT")
    files = qc("transcribe", call, "--engine", "oracle", "--out", tmp_path / "out", "--json").json["files"]
    assert sorted(Path(file).name for file in files) == ["call.json", "call.srt", "call.txt", "call.vtt"]
    assert all(Path(file).stat().st_size for file in files)


def test_a_transcript_never_overwrites_its_recording(qc: Run, call: Path, tmp_path: Path) -> None:
    recording = call.rename(tmp_path / "call.txt")
    before = recording.read_bytes()
    ran = qc("transcribe", recording, "--engine", "oracle", "--out", tmp_path, "--format", "txt")
    assert (ran.code, "the recording itself" in ran.err) == (2, True)
    assert recording.read_bytes() == before


def test_inspect(qc: Run, call: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("file,call_id,agent\ncall.wav,c-1,A01\n")
    found = qc("inspect", call, "--engine", "oracle", "--metadata", rows, "--json").json
    assert (found["call"], found["agent"]) == ("c-1", "A01")
    by_item = {item["item"]: item for item in found["items"]}
    assert by_item["opening"]["value"] == 1.0
    assert by_item["hold_notice"]["value"] is None
    earned = sum(item["earned"] for item in found["items"] if item["kind"] in ("scored", "bonus"))
    assert found["percent"] == pytest.approx(min(100.0, earned))
    ran = qc("inspect", call, "--engine", "oracle")
    assert "score " in ran.out
    assert "not applicable" in ran.out


def test_inspect_without_truth_is_one_sentence(qc: Run, call: Path) -> None:
    call.with_suffix(".truth.json").unlink()
    ran = qc("inspect", call, "--engine", "oracle")
    assert (ran.code, ran.out, len(ran.err.strip().splitlines())) == (1, "", 1)


def test_sentiment(qc: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("谢谢你，太好了\n\n你们的服务太差了，我要投诉\n", encoding="utf-8")
    found = qc("sentiment", "--language", "zh", tmp_path / "lines.txt", "--json").json
    assert [set(one) for one in found] == [{"label", "probability"}] * 3
    assert (found[0]["label"], found[2]["label"]) == ("positive", "negative")


def test_batch_then_explain(qc: Run, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    make_recording(folder / "a.wav")
    (folder / "broken").write_bytes(b"RIFF....")
    (folder / "metadata.csv").write_text("file,call_id,agent,ring_count\na.wav,c-1,A01,many\n")
    ran = qc("batch", folder, "--engine", "oracle", "--workers", 1, "--json")
    document = ran.json
    assert ran.code == 1  # half of the files failed, more than the setting allows
    assert document["files"] == sum(document[name] for name in COUNTS) == 2
    assert (document["scored"], document["failed"]) == (1, 1)
    assert [(Path(one["file"]).name, one["stage"]) for one in document["failures"]] == [("broken", "decode")]
    assert "line 2, column ring_count" in ran.err
    assert "2/2" in ran.err

    (folder / "broken").unlink()
    again = qc("batch", folder, "--engine", "oracle")
    assert again.code == 0
    assert "heard by an earlier run" in again.out
    assert qc("explain", "c-1", "--json").json["agent"] == "A01"
    assert qc("rescore", "--json").json == {"calls": 1, "judged_again": 0}


def started(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command of its own, with four calls in ``calls``, as from a terminal."""
    for number in range(4):
        make_recording(tmp_path / "calls" / f"{number}.wav", seed=number)
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "qc.cli", *arguments, "--engine", "oracle", "--workers", "1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "QC_SETTLE": "0", "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )


def line_of(process: subprocess.Popen[str], beginning: str) -> str:
    """The next line on stderr that begins so."""
    assert process.stderr is not None
    return next(line for line in process.stderr if line.startswith(beginning))


def test_ctrl_c_finishes_what_is_in_flight(tmp_path: Path) -> None:
    process = started(tmp_path, "batch", "calls", "--json")
    try:
        first = line_of(process, "1/4")
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
        out, err = process.communicate()
    finally:
        process.kill()
    document = json.loads(out)
    assert process.returncode == 130
    assert "scored" in first or "not_scorable" in first
    assert document["interrupted"]
    assert document["failed"] == 0
    assert document["waiting"] >= 1
    assert document["files"] == sum(document[name] for name in COUNTS) == 4
    assert "Traceback" not in err


def test_a_second_ctrl_c_stops_at_once_and_loses_nothing(tmp_path: Path, qc: Run) -> None:
    process = started(tmp_path, "batch", "calls")
    try:
        line_of(process, "1/4")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)  # another number: the kernel joins signals of one
        _, err = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err
    document = qc("batch", "calls", "--engine", "oracle", "--json").json
    assert document["scored"] == document["files"] == 4
    assert document["earlier"] >= 1


def test_watching_ends_well_when_it_is_told_to(tmp_path: Path, qc: Run) -> None:
    process = started(tmp_path, "watch", "calls", "--every", "3600")
    try:
        for _ in range(4):
            line_of(process, "scored")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate()
    finally:
        process.kill()
    assert (process.returncode, out, err) == (0, "", "")
    assert qc("batch", "calls", "--engine", "oracle", "--json").json["earlier"] == 4


def test_audio_of_a_mono_file(qc: Run, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "mono.wav"), "wb") as mono:
        mono.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        mono.writeframes(b"\x00\x10\x00\xf0" * 8000)
    found = qc("audio", tmp_path / "mono.wav", "--json").json
    assert (found["num_channels"], found["duration"]) == (1, 2.0)
