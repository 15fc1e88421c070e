"""Listening on a real Ray cluster of two nodes: nodes die, copies are made ahead, strangers are turned away."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import soundfile

from qc.batch.listening import Listener, ListenTask, Work
from qc.batch.pools import pool_for
from qc.batch.ray_cluster import Cluster
from qc.batch.ray_listening import STALE, Agreeing
from qc.batch.ray_pool import RayPool
from qc.batch.workers import WorkerDeath
from qc.config import Settings
from qc.engines.factory import build
from qc.errors import ModelError, QcError, UsageError
from qc.pipeline import inspect
from qc.result import Failure, Inspection
from tests.audio.signals import encode
from tests.batch.conftest import NODE
from tests.recordings import make_recording

pytestmark = pytest.mark.xdist_group("ray")
Ended = Inspection | Failure | WorkerDeath


def settings_for(cluster: Any, **more: Any) -> Settings:
    return Settings(
        transcriber="oracle",
        voice_detector="oracle",
        runner="ray",
        ray_address=cluster.address,
        **{"workers": 2, **more},
    )


def listened(settings: Settings, tasks: list[ListenTask], start: Any = None) -> dict[str, Ended]:
    with pool_for(settings, start or Listener(settings), 1) as pool:
        return {task.path: result for task, result in pool.results(iter(tasks))}


def task_of(path: Path) -> ListenTask:
    return ListenTask(str(path), None, None)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("calls")
    return [make_recording(folder / f"{number}.wav", seed=number) for number in range(4)]


@dataclass(frozen=True, slots=True)
class Doomed:
    """Listens as `Listener` does; but on the node `doomed` it says so through a pipe, and then holds its task for ever.
    The other node begins when that is said."""

    settings: Settings
    doomed: str
    pipe: str

    def __call__(self) -> Work:
        import ray

        if ray.get_runtime_context().get_node_id() != self.doomed:
            Path(self.pipe).read_text()
            return Listener(self.settings)()

        def hold(task: ListenTask) -> QcError:
            Path(self.pipe).write_text("begun")
            signal.pause()
            return QcError("nobody ends this")

        return hold


def test_a_node_that_is_killed_costs_what_it_had_in_work(ray_cluster: Any, calls: list[Path], tmp_path: Path) -> None:
    """One worker fills one node. The task of the dead node is given again, and another node hears it."""
    node = next(iter(ray_cluster.worker_nodes))
    settings = settings_for(ray_cluster, threads=2)
    os.mkfifo(tmp_path / "pipe")
    start = Doomed(settings, node.node_id, str(tmp_path / "pipe"))
    ended: dict[str, Ended] = {}
    with pool_for(settings, start, 1) as pool:
        for task, result in pool.results(iter(map(task_of, calls))):
            if not ended:
                ray_cluster.remove_node(node, allow_graceful=False)
            ended[task.path] = result
        lost = [path for path, result in ended.items() if isinstance(result, WorkerDeath)]
        again = dict(pool.results(iter([ListenTask(path, None, None) for path in lost])))
    assert set(ended) == set(map(str, calls))
    assert len(lost) == 1 and "was lost" in str(ended[lost[0]])
    assert all(isinstance(one, Inspection) for path, one in ended.items() if path not in lost)
    assert all(isinstance(one, Inspection) for one in again.values())
    ray_cluster.add_node(**NODE)


@dataclass(frozen=True, slots=True)
class Watched:
    """Listens as `Listener` does once it may begin, which a pipe says, and writes beside each recording which decoded
    copies were waiting for it."""

    settings: Settings
    pipe: str

    def __call__(self) -> Work:
        Path(self.pipe).read_text()
        work = Listener(self.settings)()

        def watched(task: ListenTask) -> Inspection | Failure | QcError:
            assert self.settings.spool is not None
            copies = sorted(path.name for path in self.settings.spool.glob(f"{task.recording_id}.*"))
            Path(task.path + ".copies").write_text(json.dumps(copies))
            return work(task)

        return watched


@pytest.fixture
def mixed(tmp_path: Path) -> dict[str, Path]:
    """The same call as WAV and, decoded to the same samples, as FLAC; and what is no recording."""
    wav = make_recording(tmp_path / "in" / "plain.wav", seed=9)
    samples, rate = soundfile.read(wav, dtype="float32")
    packed = encode(samples.T, tmp_path / "in" / "packed.flac", "flac", "flac", rate)
    shutil.copy(wav.with_suffix(".truth.json"), packed.with_suffix(".truth.json"))
    (tmp_path / "in" / "text.wav").write_text("no audio\n" * 50)
    return {path.stem: path for path in (wav, packed, tmp_path / "in" / "text.wav")}


def test_copies_are_made_ahead_and_the_call_stays_what_it_was(
    ray_cluster: Any, mixed: dict[str, Path], tmp_path: Path
) -> None:
    """The listener begins when the decoder has answered, so that a decoder is there: it never decodes itself."""
    spooled = tmp_path / "spool"
    os.mkfifo(tmp_path / "pipe")
    settings = settings_for(ray_cluster, spool=spooled, workers=1)
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in mixed.items()}
    tasks = [ListenTask(str(mixed[name]), hashes[name], None) for name in ("text", "packed", "plain")]
    ended: dict[str, Ended] = {}
    with pool_for(settings, Watched(settings, str(tmp_path / "pipe")), 1) as pool:
        for task, result in pool.results(iter(tasks)):
            if not ended:
                (tmp_path / "pipe").write_text("begin")
            ended[Path(task.path).stem] = result
    text = ended["text"]
    assert isinstance(text, Failure) and (text.stage, text.code) == ("decode", "not_audio")
    assert not Path(f"{mixed['text']}.copies").exists(), "no listener had to find that out"
    for name, copies in (("plain", []), ("packed", [f"{hashes['packed']}.decoded.{end}" for end in ("json", "wav")])):
        heard = ended[name]
        alone = inspect(mixed[name], build(settings), settings)
        assert isinstance(heard, Inspection)
        assert (heard.id, heard.call) == (alone.id, alone.call)
        assert (heard.call.recording.id, heard.call.recording.path) == (hashes[name], str(mixed[name]))
        assert json.loads(Path(f"{mixed[name]}.copies").read_text()) == copies
    assert list(spooled.iterdir()) == []


def test_a_cluster_of_this_machine_alone(tmp_path: Path) -> None:
    """As a command begins it: stdout and signals are its own, nothing is left in the home folder."""
    program = """
import os, ray, signal
from qc.batch.ray_cluster import Cluster
from qc.batch.ray_pool import RayPool
from qc.config import Settings
from tests.batch.test_pools import start
with RayPool(start, 1, Cluster(Settings())) as pool:
    def stop(number, frame):
        pool.stopping = True
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    print(*(result for _, result in pool.results(iter(["a", "kill", "b"]))), sep="\\n")
    for number in (signal.SIGINT, signal.SIGTERM):
        pool.stopping = False
        for _, result in pool.results(iter(["c", "d"])):
            print(result)
            os.killpg(0, number)
print(ray.is_initialized())
"""
    home = {**os.environ, "HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=home, check=True, start_new_session=True
    )
    first, death, *rest = ended.stdout.splitlines()
    assert (first, rest) == ("a done", ["b done", "c done", "c done", "False"])
    assert "was lost: its process ended" in death
    assert list(tmp_path.iterdir()) == []


TOKEN = "0123456789abcdef0123456789abcdef"
JOIN = """
import sys
from qc.batch.ray_cluster import ONE_CORE, Cluster
from qc.config import Settings
from qc.errors import QcError
cluster = Cluster(Settings(ray_address=sys.argv[1], ray_token=sys.argv[2]))
try:
    cluster.join()
    print(cluster.room(ONE_CORE))
    cluster.leave()
except QcError as error:
    print(error)
"""


def test_the_token_of_a_cluster() -> None:
    environment = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN, "RAY_USAGE_STATS_ENABLED": "0"}
    begin = "import sys\nfrom ray.cluster_utils import Cluster\n"
    begin += f"head = Cluster(initialize_head=True, head_node_args={dict(NODE, include_dashboard=False)!r})\n"
    begin += "print(head.address, flush=True)\nsys.stdin.read()\nhead.shutdown()"
    owner = subprocess.Popen(
        [sys.executable, "-c", begin], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with owner:
        assert owner.stdin and owner.stdout
        address = owner.stdout.readline().strip()
        said = [
            subprocess.run([sys.executable, "-c", JOIN, address, token], capture_output=True, text=True)
            for token in (TOKEN, TOKEN[::-1])
        ]
        owner.stdin.close()
    assert said[0].stdout.strip() == "2"
    [refusal] = said[1].stdout.splitlines()
    assert "cannot be joined" in refusal and "ray_token" in refusal and TOKEN[::-1] not in refusal


def test_a_node_that_hears_otherwise_is_turned_away(ray_cluster: Any, calls: list[Path]) -> None:
    settings = settings_for(ray_cluster)
    other = Agreeing(Listener(settings), settings, "4-of another release")
    with RayPool[ListenTask, Any](other, 1, Cluster(settings)) as pool, pytest.raises(ModelError, match="not by 4-of"):
        list(pool.results(iter([task_of(calls[0])])))


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"ray_address": "127.0.0.1:1"}, "127.0.0.1:1 cannot be reached: Connection refused"),
        ({"ray_address": "head"}, "head is not HOST:PORT"),
        ({"threads": 64}, "no node of the Ray cluster has 64 CPUs for a worker"),
    ],
)
def test_a_cluster_that_is_no_use(ray_cluster: Any, calls: list[Path], more: dict[str, Any], error: str) -> None:
    with pytest.raises(QcError, match=error):
        listened(settings_for(ray_cluster).model_copy(update=more), [task_of(calls[0])])


def test_only_what_is_stale_and_ours_is_swept(ray_cluster: Any, tmp_path: Path) -> None:
    now = time.time()
    names = {"a" * 64 + ".decoded.wav": 2, "b" * 64 + ".decoded.json": 0.5, "call.wav": 2, "qc-x1.decoded.part": 2}
    for name, age in names.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now - age * STALE,) * 2)
    pool_for(settings_for(ray_cluster, spool=tmp_path), Listener(Settings()), 1)
    assert {path.name for path in tmp_path.iterdir()} == {"call.wav", "b" * 64 + ".decoded.json"}


def test_a_spool_that_cannot_be_is_named(ray_cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="setting spool"):
        pool_for(settings_for(ray_cluster, spool=tmp_path / "file"), Listener(Settings()), 1)
