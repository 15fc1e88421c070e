"""What is loaded is what was hashed, for every loader; and a site lists its own models."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import huggingface_hub.constants
import pytest
import torch

from qc.engines import manifests, models, pinning, silero
from qc.engines.pyannote_diarizer import PyannoteDiarizer
from qc.engines.silero import SileroDetector
from qc.engines.speaker_encoder import SpeakerEncoder
from qc.engines.transformers_sentiment import TransformersSentiment
from qc.engines.whisper import WhisperTranscriber
from qc.errors import ModelError
from tests.engines.test_models import Trap, save
from tests.engines.test_transformers_sentiment import make

LABELS = ["negative", "neutral", "positive"]


def change(path: Path) -> None:
    """Another byte, of the same size and time: nothing but the content tells."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A copy of the models folder, with what is shipped."""
    return Path(shutil.copytree(models.FOLDER, tmp_path / "models", ignore=shutil.ignore_patterns("*.py", "text")))


def _weights(engine: object) -> object:
    """Load, whatever the engine calls it."""
    return next(getattr(engine, name) for name in ("_model", "_parts", "_network") if hasattr(type(engine), name))


@pytest.mark.parametrize(
    ("file", "make_engine"),
    [
        ("whisper_builtin.pt", lambda folder: WhisperTranscriber(folder=folder)),
        ("sentiment/builtin/model.safetensors", lambda folder: TransformersSentiment(folder=folder)),
        ("sentiment/builtin/tokenizer.json", lambda folder: TransformersSentiment(folder=folder)),
        ("speaker/encoder.safetensors", SpeakerEncoder),
    ],
)
def test_a_file_that_changes_between_check_and_load_is_not_loaded(
    file: str, make_engine: Callable[[Path], object], shipped: Path
) -> None:
    engine = make_engine(shipped)
    assert getattr(engine, "version", None)
    change(shipped / file)
    with pytest.raises(ModelError, match=f"{Path(file).name} was changed after it was checked: it is not loaded"):
        _weights(engine)
    with pytest.raises(ModelError, match="was changed after it was checked"):  # size and time tell nothing
        _weights(make_engine(shipped))


def test_an_unlisted_file_in_a_folder_that_a_library_reads_is_refused(shipped: Path, tmp_path: Path) -> None:
    stray = shipped / "sentiment" / "builtin" / "adapter_config.json"
    for lay in (lambda: stray.write_text("{}"), lambda: stray.symlink_to(tmp_path)):
        lay()
        with pytest.raises(ModelError, match=r"adapter_config\.json is not listed in the manifest"):
            TransformersSentiment(folder=shipped)
        assert [n for n, wrong in models.verify(shipped) if wrong] == ["builtin (sentiment)"]
        stray.unlink()
    assert TransformersSentiment(folder=shipped).version == TransformersSentiment().version


def test_the_library_sees_no_file_that_was_not_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "own", LABELS)
    sprung = tmp_path / "sprung"
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Trap(sprung)))
    (folder / "code.py").write_text(f"open({str(sprung)!r}, 'w')")
    engine = TransformersSentiment(folder)
    assert engine.classify(["good"], "en") and not sprung.exists()
    again = TransformersSentiment(folder)
    assert again.version == engine.version
    change(folder / "tokenizer.json")
    monkeypatch.setattr(manifests, "file_hash", lambda path: manifests._hash.__wrapped__(path, 0, 0))
    monkeypatch.setattr(models, "file_hash", manifests.file_hash)
    assert TransformersSentiment(folder).version != engine.version


def test_voice_activity_is_of_the_listed_model_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Path(shutil.copy(silero._model_path(), tmp_path / "silero_vad_v9.onnx"))
    monkeypatch.setattr(silero, "_model_path", lambda: copy)
    known = SileroDetector()
    version = known.version
    change(copy)
    with pytest.raises(ModelError, match="was changed after it was checked"):
        _ = known._session
    other = Path(shutil.copy(copy, tmp_path / "silero_vad_v10.onnx"))
    monkeypatch.setattr(silero, "_model_path", lambda: other)
    with pytest.raises(ModelError, match=r"silero_vad_v10\.onnx is not the file that this program knows"):
        _ = SileroDetector().version
    pinning.pin(str(other), tmp_path / "site.json")
    assert SileroDetector(manifest=tmp_path / "site.json").version != version


def test_the_files_of_packages_are_checked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [wrong for _, wrong in models.verify() if wrong] == []
    document = json.loads(manifests.PACKAGES.read_text())
    document["models"][1]["files"][0]["sha256"] = "0" * 64
    (tmp_path / "packages.json").write_text(json.dumps(document))
    monkeypatch.setattr(models, "PACKAGES", tmp_path / "packages.json")
    with pytest.raises(ModelError, match=r"multilingual\.tiktoken is not the file of the manifest"):
        WhisperTranscriber()


@pytest.mark.parametrize(
    ("field", "value"), [("file", "../x"), ("file", "/x"), ("sha256", "abc"), ("sha256", "F" * 64)]
)
def test_a_manifest_leads_nowhere_else(field: str, value: str, tmp_path: Path) -> None:
    file = {"file": "x", "sha256": "f" * 64, "bytes": 1} | {field: value}
    entry = {"name": "x", "kind": "recogniser", "licence": "", "card": "", "files": [file]}
    (tmp_path / "manifest.json").write_text(json.dumps({"models": [entry]}))
    with pytest.raises(ModelError, match=rf"manifest\.json: 0\.files\.0\.{field}"):
        models.manifest(tmp_path)


def test_with_a_site_manifest_only_what_it_lists_is_loaded(tmp_path: Path) -> None:
    site = tmp_path / "conf" / "site.json"
    listed, other = save(tmp_path / "listed.pt"), save(tmp_path / "other.pt", n_text_head=1)
    tone = make(tmp_path / "tone", LABELS)
    with pytest.raises(ModelError, match=r"no file .*site\.json: write it with 'qc models pin'"):
        WhisperTranscriber(listed, manifest=site)
    entry = pinning.pin(str(listed), site, name="ours")
    assert (entry.kind, len(entry.files)) == ("recogniser", 1)
    pinning.pin(str(tone), site)
    for model in (listed, "ours", str(listed)):
        assert WhisperTranscriber(model, ("en",), manifest=site).languages is not None
    with pytest.raises(ModelError, match=r"other\.pt is not listed in .*site\.json"):
        WhisperTranscriber(other, manifest=site)
    assert WhisperTranscriber(other).path == other
    assert TransformersSentiment(tone, manifest=site).classify(["good"], "en")
    with pytest.raises(ModelError, match=r"hub model owner/name is not listed in .*site\.json"):
        TransformersSentiment("owner/name", manifest=site)
    shutil.copy(tone / "config.json", tone / "generation_config.json")
    with pytest.raises(ModelError, match=r"generation_config\.json is not listed"):
        TransformersSentiment(tone, manifest=site)
    (tone / "generation_config.json").unlink()
    (tone / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json is missing"):
        TransformersSentiment(tone, manifest=site)
    assert {name: wrong is None for name, wrong in models.verify(site=site) if "ours" in name or "tone" in name} == {
        "ours (recogniser)": True,
        f"{tone} (sentiment)": False,
    }
    assert ("ours", listed) in [(each.name, each.path) for each in models.list_models(site=site)]


def test_what_is_listed_again_replaces_its_entry(tmp_path: Path) -> None:
    site, model = tmp_path / "site.json", save(tmp_path / "model.pt")
    pinning.pin(str(model), site)
    save(model, n_text_head=1)
    with pytest.raises(ModelError, match="sha256 differs"):
        models.resolve(model, site=site)
    pinning.pin(str(model), site, name="new")
    assert models.resolve(model, site=site) == model
    assert [entry.name for entry in manifests.read(site)] == ["new"]


def test_a_hub_model_is_listed_as_it_lies_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    site = tmp_path / "site.json"
    with pytest.raises(ModelError, match="owner/tone is not in the local cache"):
        pinning.pin("owner/tone", site)
    kept = tmp_path / "hub" / "models--owner--tone"
    make(kept / "snapshots" / ("a" * 40), LABELS)
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("a" * 40)
    assert pinning.pin("owner/tone", site).name == "owner/tone"
    assert TransformersSentiment("owner/tone", manifest=site).classify(["good"], "en")
    change(kept / "snapshots" / ("a" * 40) / "config.json")
    manifests.forget()
    with pytest.raises(ModelError, match=r"config\.json is not the file of the manifest"):
        TransformersSentiment("owner/tone", manifest=site)


@pytest.mark.parametrize(
    ("what", "kind", "words"),
    [("none", None, "no file or folder none"), ("empty", None, "no config.json"),
     ("empty", "sentiment", "holds no files"), ("empty", "recogniser", "a recogniser is a file"),
     ("file.pt", "diarizer", "a diarizer is a folder")],
)  # fmt: skip
def test_what_cannot_be_listed_is_one_sentence(
    what: str, kind: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.pt").write_bytes(b"x")
    with pytest.raises(ModelError, match=words):
        pinning.pin(what, tmp_path / "site.json", kind)
    assert not (tmp_path / "site.json").exists()


def test_pyannote_is_given_only_what_is_listed(tmp_path: Path) -> None:
    """Its checkpoints may hold code, and it loads them itself."""
    folder, site = tmp_path / "pipeline", tmp_path / "site.json"
    (folder / "segmentation").mkdir(parents=True)
    (folder / "config.yaml").write_text("pipeline: {}")
    torch.save({}, folder / "segmentation" / "pytorch_model.bin")
    with pytest.raises(
        ModelError, match="pyannote runs what is in its checkpoints, so the folder must be listed first"
    ):
        _ = PyannoteDiarizer(folder).version
    assert pinning.pin(str(folder), site).kind == "diarizer"
    version = PyannoteDiarizer(folder, manifest=site).version
    assert len(version) == 16
    change(folder / "segmentation" / "pytorch_model.bin")
    manifests.forget()
    with pytest.raises(ModelError, match=r"pytorch_model\.bin is not the file of the manifest"):
        _ = PyannoteDiarizer(folder, manifest=site).version


def test_pyannote_loads_a_copy_of_the_checked_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its package is not to be had here: what it is given is looked at instead."""
    folder, site = tmp_path / "pipeline", tmp_path / "site.json"
    (folder / "segmentation").mkdir(parents=True)
    (folder / "config.yaml").write_text("pipeline: {}")
    (folder / "segmentation" / "pytorch_model.bin").write_bytes(b"weights")
    pinning.pin(str(folder), site)
    given: dict[str, bytes] = {}

    class Official:
        """In the place of ``pyannote.audio.Pipeline``."""

        def to(self, device: torch.device) -> None:
            assert device.type == "cpu"

        @classmethod
        def from_pretrained(cls, where: str) -> Official:
            assert Path(where) != folder
            found = (path for path in Path(where).rglob("*") if path.is_file())
            given.update({path.relative_to(where).as_posix(): path.read_bytes() for path in found})
            return cls()

    audio = ModuleType("pyannote.audio")
    audio.Pipeline = Official  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyannote", ModuleType("pyannote"))
    monkeypatch.setitem(sys.modules, "pyannote.audio", audio)
    engine = PyannoteDiarizer(folder, manifest=site)
    assert engine.version and isinstance(engine._pipeline, Official)
    assert given == {"config.yaml": b"pipeline: {}", "segmentation/pytorch_model.bin": b"weights"}
    late = PyannoteDiarizer(folder, manifest=site)
    assert late.version
    change(folder / "segmentation" / "pytorch_model.bin")
    given.clear()
    with pytest.raises(ModelError, match=r"pytorch_model\.bin was changed after it was checked"):
        _ = late._pipeline
    assert given == {}
