"""Every row of ``docs/hostile.md`` comes to the outcome that the table promises, under the product's own limits."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from qc.audio import open_audio
from qc.batch.report import Outcome
from qc.batch.runner import Batch
from qc.config import ROOT, Settings
from qc.engines import factory
from qc.errors import RecordingError
from qc.interval import Interval
from qc.metadata import read
from qc.pipeline import inspect
from qc.store import Store
from tests.audio.hostile import FILES
from tests.audio.signals import RATE, companded, dialled, melody, noise, silence, tone
from tests.conftest import DATA

pytestmark = pytest.mark.xdist_group("hostile")
DOCUMENT = (ROOT / "docs" / "hostile.md").read_text(encoding="utf-8")
TABLE = dict(re.findall(r"^\| `([^`]+)` \|.*\| `([^`]+)` \|$", DOCUMENT, re.MULTILINE))
TRAPS = ("=cmd() in metadata", "vanishing file", "../ in metadata", "link out of the folder", "loop of links", "FIFO")
ODD_NAMES = {
    "Unicode": "录音 é 🎧.wav".encode(),
    "right to left": "مكالمة\u202evaw.wav".encode(),
    "newline": b"a\nb.wav",
    "-rf": b"-rf",
    "..": b"..%2f..%2fetc.wav",
    "%s": b"%s%n{0}.wav",
    "shell": b"$(reboot);`id`&.wav",
    "escape sequence": b"\x1b[2J.wav",
    "255 bytes": ("长" * 83 + "ab").encode() + b".wav",
    "not UTF-8": b"\xff\xfe\x80.wav",
}


# ---- files: opened and read


def opened(name: str, folder: Path) -> str:
    case = FILES[name]
    try:
        with open_audio(case.make(folder), Settings.model_construct(**case.settings)) as audio:
            for start in (0.0, max(0.0, audio.duration - 1)):
                for channel in range(audio.num_channels):
                    samples = audio.read(Interval(start, start + 1), channel)
                    assert np.isfinite(samples).all()
            assert np.abs(audio.frames(0, audio.sample_rate)).max() <= 1
            return ", ".join(["ok", *(note.code for note in audio.notes)])
    except RecordingError as error:
        assert str(error).startswith(str(error.path))
        return error.code


# ---- sounds: heard and judged


def call() -> np.ndarray:
    """A call of 14 s, agent left, twice: one is too short for a score."""
    return np.tile(soundfile.read(DATA / "call.wav", always_2d=True)[0].T, 2)


def on_the_left(sound: np.ndarray, floor: float = -72.0) -> np.ndarray:
    """The sound between silences on the left, a quiet line on the right, as a telephone line gives them."""
    sound = np.concatenate((silence(0.5), sound, silence(0.5)))
    seconds = len(sound) / RATE
    return companded(np.stack((sound + noise(seconds, floor), noise(seconds, floor, 1))))


def at_level(level: float) -> np.ndarray:
    samples = call()
    return samples * 10 ** (level / 20) / np.sqrt(np.mean(samples[np.abs(samples) > 0.01] ** 2))


SOUNDS: dict[str, Callable[[], np.ndarray]] = {
    "a call as it should be": call,
    "DC offset": lambda: call() * 0.5 + 0.4,
    "clipping": lambda: np.clip(call() * 30, -1, 1),
    "-60 dBFS": lambda: at_level(-60),
    "all silence": lambda: np.zeros((2, 28 * RATE)),
    "line noise only": lambda: np.stack((noise(28, -50), noise(28, -50, 1))),
    "only DTMF": lambda: on_the_left(dialled("8005551234#" * 7)),
    "only ring-back": lambda: on_the_left(np.concatenate([*(tone(450, seconds=1.0), silence(4.0)) * 5])),
    "only hold music": lambda: on_the_left(melody(28)),
    "identical channels": lambda: call().sum(axis=0) * np.ones((2, 1)),
    "inverted channels": lambda: call().sum(axis=0) * np.array([[1], [-1]]),
    "dead channel": lambda: call() * np.array([[1], [0]]),
    "swapped channels": lambda: call()[::-1],
    "mono": lambda: call().sum(axis=0, keepdims=True),
    "three channels": lambda: np.concatenate((call(), silence(call().shape[1] / RATE)[None])),
}


@pytest.fixture(scope="module")
def engines() -> factory.Engines:
    return factory.build(Settings())


def judged(name: str, folder: Path, engines: factory.Engines) -> str:
    path = folder / "call.wav"
    soundfile.write(path, SOUNDS[name]().T, RATE, "PCM_16")
    inspection = inspect(path, engines, Settings())
    notes = dict.fromkeys(note.code for note in inspection.call.quality.notes if not note.code.startswith("window"))
    reason = inspection.score.not_scorable
    verdict = "scored" if reason is None else f"not scorable: {reason.key.removeprefix('score.')}"
    return f"{verdict} ({', '.join(notes)})" if notes else verdict


# ---- files in a folder: a batch accounts for them


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One real batch over a folder of traps, and what became of each."""
    outside = tmp_path_factory.mktemp("outside")
    folder = outside / "calls"
    folder.mkdir()
    places: dict[str, Path] = {}

    def recording(path: Path, seed: int) -> Path:
        soundfile.write(outside / "made.wav", noise(1.2, -30, seed), RATE, "ULAW")
        return Path(shutil.copyfile(outside / "made.wav", path))

    for seed, (row, name) in enumerate(ODD_NAMES.items()):
        places[row] = recording(folder / os.fsdecode(name), seed)
    for seed, row in enumerate(TRAPS[:4], 50):
        name = "zzz vanishing.wav" if row == "vanishing file" else f"{seed}.wav"
        places[row] = recording((folder if seed < 52 else outside) / name, seed)
    (folder / "link.wav").symlink_to(places["link out of the folder"])
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.wav")
    places |= {"loop of links": folder / "loop" / places["=cmd() in metadata"].name, "FIFO": folder / "pipe.wav"}
    rows = outside / "rows.csv"
    rows.write_text("file,agent\n50.wav,\"=cmd()|'/C calc'!A0\"\n../52.wav,A1\n", encoding="utf-8")

    def watch(outcome: Outcome, done: int, files: int) -> None:
        with contextlib.suppress(FileNotFoundError):
            places["vanishing file"].unlink()

    with Store(f"sqlite:///{outside / 'qc.db'}") as store:
        report = Batch(store, Settings(settle=0), metadata=read(rows), workers=1, watch=watch).run([folder])
        assert [row.agent for row in store.call_rows() if row.agent] == ["=cmd()|'/C calc'!A0"]
        known = {name for row in store.inspections() for name in store.names(row.call.recording.id)}
    found = {one.path: one for one in report.outcomes}
    assert {str(path) for path, one in found.items() if one.failure is None} == known
    return {row: _became(found.get(path)) for row, path in places.items()}


def _became(outcome: Outcome | None) -> str:
    if outcome is None:
        return "left out"
    return f"failed: {outcome.failure.code}" if outcome.failure else outcome.state.value


def forbidden() -> str:
    """A file that this user may not read; root reads everything, so another user tries it in a child."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "call.wav"
        path.write_bytes(b"RIFF")
        path.chmod(0)
        if os.geteuid():
            return _code(path)
        Path(name).chmod(0o755)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.setuid(65534)
            os.write(writer, _code(path).encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.close(writer)
        with os.fdopen(reader) as answer:
            return answer.read()


def _code(path: Path) -> str:
    try:
        open_audio(path).close()
    except RecordingError as error:
        return error.code
    return "ok"


@pytest.fixture
def outcome(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    def of(name: str) -> str:
        if name in FILES:
            return opened(name, tmp_path)
        if name in SOUNDS:
            return judged(name, tmp_path, request.getfixturevalue("engines"))
        if name in (*ODD_NAMES, *TRAPS):
            return str(request.getfixturevalue("night")[name])
        assert name == "unreadable"
        return forbidden()

    yield of


def test_the_table_has_exactly_the_rows_that_are_tried() -> None:
    assert sorted(TABLE) == sorted((*FILES, *SOUNDS, *ODD_NAMES, *TRAPS, "unreadable"))


@pytest.mark.parametrize("name", TABLE)
def test_hostile(name: str, outcome: Callable[[str], str]) -> None:
    assert outcome(name) == TABLE[name]
