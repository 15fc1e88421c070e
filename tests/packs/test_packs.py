"""A pack is complete, plays nothing private, is the same twice, and hostile texts break neither names nor page."""

from __future__ import annotations

import hashlib
import io
import json
import re
import wave
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import av
import numpy as np
import pytest

from qc.config import Settings
from qc.engines import factory
from qc.errors import NotFound, RecordingError, UsageError
from qc.interval import Interval
from qc.packs import LONGEST, MOST, SHORTEST, Pack, SoundFormat, checked, chosen, file_name, write_pack
from qc.packs.pack import TAG, TAGS, TIP, TITLE
from qc.pipeline import inspect
from qc.redact import spans
from qc.result import Excerpt, Inspection
from qc.store import Selection, Store
from qc.words import LANGUAGES, Words
from tests.recordings import make_recording
from tests.ui.night import inspection, script, shared_night

SETTINGS = Settings(interface_language="zh", clip_margin=1.0)
HOSTILE = "<img src=x onerror=alert(1)> =cmd|'/c calc'!A1 ../../etc/passwd \u202ertl\x00\n{{ 7*7 }} " + "长" * 10_000
NUMBER = "一三九零七六五四三二一"


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(shared_night(tmp_path_factory.getbasetemp() / "night")) as store:
        yield store


def written(store: Store, pack: Pack) -> zipfile.ZipFile:
    stream = io.BytesIO()
    write_pack(pack, lambda clip: store.inspection(clip.recording_id), stream, SETTINGS)
    return zipfile.ZipFile(stream)


def manifest(archive: zipfile.ZipFile) -> dict[str, object]:
    found: dict[str, object] = json.loads(archive.read("manifest.json"))
    return found


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_pack_of_an_item_has_its_evidence_and_a_colleagues_example(night: Store) -> None:
    clips, skipped = chosen(night, "satisfaction_question", settings=SETTINGS, limit=4)
    assert skipped == ()
    agents = [night.inspection(one.recording_id).call.metadata.agent for one in clips]
    assert [one.good for one in clips] == [False] * 4 + [True]
    assert sorted(agents) == ["A01", "A02", "A03", "A04", "A05"], "calls take turns by agent; the example is another's"
    archive = written(night, Pack(clips, "满意度", language="zh"))
    about = manifest(archive)
    assert isinstance(about["clips"], list)
    assert [one["kind"] for one in about["clips"]] == ["short"] * 4 + ["good"]
    assert about["clips"][0]["compare"] == [5] and about["clips"][4]["compare"] == [1, 2, 3, 4]
    listed = {"manifest.json", "index.html"}
    for one, clip in zip(about["clips"], clips, strict=True):
        assert one["recording"] == clip.recording_id
        assert (one["start"], one["end"]) == (round(clip.interval.start, 3), round(clip.interval.end, 3))
        assert one["rule"]["section"] and one["rule"]["item"] == "satisfaction_question"
        for file in one["files"].values():
            content = archive.read(file["name"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
            listed.add(file["name"])
        with wave.open(io.BytesIO(archive.read(one["files"]["audio"]["name"]))) as sound:
            assert sound.getnframes() / 8000 == pytest.approx(clip.interval.duration, abs=0.001)
            assert sound.getnchannels() == 2
    assert listed == set(archive.namelist())
    good = about["clips"][4]
    assert "满意吗" in archive.read(good["files"]["transcript"]["name"]).decode()
    assert good["rule"]["found"][0]["quote"] and good["tip"] == ""
    assert about["clips"][0]["tip"] == load_tip("satisfaction_question")


def load_tip(item: str) -> str:
    from qc.language import load

    return load("zh").messages[f"tip.{item}"]


@pytest.mark.parametrize("sound", SoundFormat)
def test_the_same_pack_has_the_same_bytes(night: Store, sound: SoundFormat) -> None:
    clips, _ = chosen(night, "interruption", settings=SETTINGS, limit=2)
    packs = []
    for _ in range(2):
        stream = io.BytesIO()
        write_pack(Pack(clips, sound=sound), lambda clip: night.inspection(clip.recording_id), stream, SETTINGS)
        packs.append(stream.getvalue())
    assert packs[0] == packs[1]
    archive = zipfile.ZipFile(io.BytesIO(packs[0]))
    assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.testzip() is None


@pytest.mark.parametrize("seconds", [0.5, 4.2, 31.013])
def test_an_mp3_is_as_long_as_the_clip(night: Store, seconds: float) -> None:
    call = night.inspection("call-A03-04").call
    clip = Excerpt(call.recording.id, Interval(2.0, 2.0 + seconds))
    archive = written(night, Pack((clip,), sound=SoundFormat.MP3))
    with av.open(io.BytesIO(archive.read("audio/01-clip.mp3"))) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        rate, channels = stream.rate, stream.channels
    heard = np.concatenate(frames, axis=1)
    assert (rate, channels) == (8000, 2)
    assert heard.shape[1] / rate == pytest.approx(seconds, abs=0.05)
    with wave.open(call.recording.path) as file:
        file.setpos(16000)
        count = min(heard.shape[1], round(seconds * 8000))
        source = np.frombuffer(file.readframes(count), "<i2").reshape(-1, 2).T / 32768
    loud = [one for one in (0, 1) if source[one].std() > 0.005]
    for channel in loud:  # noise like speech, squeezed, is still itself, and at its time
        assert np.corrcoef(heard[channel, :count], source[channel])[0, 1] > 0.5
    assert loud or seconds < 1


def test_hostile_texts_are_texts(night: Store) -> None:
    recording = night.inspection("call-A04-01").call.recording.id
    clip = Excerpt(
        recording, Interval(1, 5), HOSTILE, title=HOSTILE, tip=HOSTILE, tags=(HOSTILE, "x" * 500, "", *"abcdefghijkl")
    )
    clips = (clip, replace(clip, item="../../x\\y:z", title=""), replace(clip, item="", title=""))
    archive = written(night, Pack(clips, HOSTILE, HOSTILE, agents=True))
    names = archive.namelist()
    assert len(set(names)) == len(names) == 11
    assert all(re.fullmatch(r"(audio|captions|transcripts)/[a-z0-9_-]{1,50}\.\w{3}|[a-z.]+", one) for one in names)
    page = Page(archive.read("index.html").decode())
    assert {tag for tag, _ in page.tags} & {"img", "iframe", "object", "link"} == set()
    assert [attributes for tag, attributes in page.tags if tag == "script"] == [{}]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert all(re.fullmatch(r"#clip-\d", str(one)) for one in links)
    assert "<img src=x onerror=alert(1)>" in page.text and "{{ 7*7 }}" in page.text
    assert "\u202e" not in page.text and "\x00" not in page.text
    about = manifest(archive)
    assert len(str(about["title"])) <= TITLE and len(str(about["note"])) <= TIP
    assert isinstance(about["clips"], list)
    assert len(about["clips"][0]["tags"]) == TAGS and max(map(len, about["clips"][0]["tags"])) <= TAG


def test_whose_calls_they_are_is_said_where_it_is_wanted(night: Store) -> None:
    clips, _ = chosen(night, "interruption", settings=SETTINGS, limit=1)
    without = written(night, Pack(clips))
    told = b"".join(without.read(name) for name in without.namelist() if not name.startswith("audio/"))
    assert b"A03" not in told and "A03" not in "".join(without.namelist())
    assert "A03" in Page(written(night, Pack(clips, agents=True)).read("index.html").decode()).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_readers_language(night: Store, language: str) -> None:
    clips, _ = chosen(night, "satisfaction_question", settings=SETTINGS, limit=1)
    html = written(night, Pack(clips, language=language)).read("index.html").decode()
    words = Words(language)
    page = Page(html)
    assert ("html", {"lang": language}) in page.tags
    for key in ("title", "said", "tip", "rule", "good", "short", "covered"):
        assert words(f"pack.{key}") in page.text
    assert words.item("satisfaction_question") in page.text
    assert not re.search(r"https?://", html)


def test_every_sentence_of_the_page_is_used() -> None:
    from qc import packs, words

    folder = Path(packs.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".py", ".html"))
    used = set(re.findall(r'"(pack\.\w+)"', code))
    assert used == {key for key in words.catalogue(words.FOLDER, "en") if key.startswith("pack.")}


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


def test_what_is_private_is_a_tone_and_a_placeholder(private: Inspection, tmp_path: Path) -> None:
    clip = Excerpt(private.call.recording.id, Interval(3.5, 14.5), "forbidden_phrases", title="他说手机号13907654321")
    with Store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(private)
        archive = written(store, Pack((clip,), "13907654321", "手机号是13907654321", "zh"))
    with wave.open(io.BytesIO(archive.read("audio/01-forbidden_phrases.wav"))) as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).T / 32768
    for span in spans(private.call, private.hits or ()):
        first, last = (round((time - 3.5) * 8000) for time in (span.start, span.end))
        for channel in (0, 1):
            spectrum = np.abs(np.fft.rfft(heard[channel, first:last]))
            assert np.fft.rfftfreq(last - first, 1 / 8000)[spectrum.argmax()] == pytest.approx(440, abs=5)
            assert heard[channel, first + 200 : last - 200].max() < 0.04
    told = "".join(archive.read(name).decode() for name in archive.namelist() if not name.endswith(".wav"))
    assert "[电话]" in told and "你烦不烦啊" in told
    assert NUMBER[:6] not in told and "1390765" not in told + "".join(archive.namelist())


def test_limits() -> None:
    def clip(start: float, end: float) -> Excerpt:
        return Excerpt("ab", Interval(start, end))

    with pytest.raises(UsageError, match=r"not 0\.2 s"):
        checked(clip(1.0, 1.2))
    with pytest.raises(UsageError, match="1801"):
        checked(clip(0, LONGEST + 1))
    with pytest.raises(UsageError, match="behind the end"):
        checked(clip(20, 30), 20.0)
    with pytest.raises(UsageError, match=r"not 0\.3 s"):
        checked(clip(19.7, 30), 20.0)
    assert checked(clip(10, 30), 20.0).interval == Interval(10, 20)
    assert checked(clip(3, 3 + SHORTEST)).interval.duration == SHORTEST
    for count in (0, MOST + 1):
        with pytest.raises(UsageError, match=f"not {count}"):
            Pack((clip(0, 1),) * count).checked()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("", "coaching-pack.zip"),
        ("../../etc", "etc.zip"),
        ("打断 & 抢话", "打断-抢话.zip"),
        ("a" * 999, "a" * 60 + ".zip"),
        ("=cmd|x", "cmd-x.zip"),
    ],
)
def test_the_name_of_the_file(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_recording_that_is_gone_makes_no_pack_and_is_skipped_when_nobody_chose_it(tmp_path: Path) -> None:
    lines = script(satisfied=False, interrupts=False, hold=False, angry=False)
    one = inspection(tmp_path, "gone", "A01", lines, datetime(2026, 1, 1))
    with Store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        store.save(one)
        Path(one.call.recording.path).unlink()
        clips, skipped = chosen(store, "satisfaction_question", settings=SETTINGS, limit=5)
        assert (clips, [name for name, _ in skipped]) == ((), ["call-gone"])
        with pytest.raises(RecordingError, match="no such file"):
            written(store, Pack((Excerpt(one.call.recording.id, Interval(0, 5)),)))
        with pytest.raises(NotFound, match="item nonsense"):
            chosen(store, "nonsense", settings=SETTINGS, limit=5)
        assert chosen(store, "forbidden_phrases", settings=SETTINGS, limit=5) == ((), ())


def test_a_pack_is_of_the_selection(night: Store) -> None:
    chose: Callable[..., tuple[tuple[Excerpt, ...], object]] = chosen
    clips, _ = chose(night, "satisfaction_question", settings=SETTINGS, selection=Selection(agents=("A01",)), limit=3)
    agents = {night.inspection(one.recording_id).call.metadata.agent for one in clips}
    assert agents == {"A01"} and clips[-1].good
