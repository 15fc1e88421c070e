"""Models are what the manifest says, or they are refused in one sentence."""

from __future__ import annotations

import hashlib
import json
import pickle
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import whisper
from whisper.model import ModelDimensions, Whisper

from qc.engines import checkpoint, models
from qc.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder with one recogniser of a file and one classifier of two."""
    root = tmp_path / "models"
    (root / "tone").mkdir(parents=True)
    (root / "tiny.pt").write_bytes(b"weights")
    (root / "tone" / "model.safetensors").write_bytes(b"more weights")
    (root / "tone" / "config.json").write_bytes(b"{}")
    (root / "card.md").write_text("# card")
    describe(root, ["tiny.pt"], ["tone/model.safetensors", "tone/config.json"])
    return root


def describe(root: Path, *groups: list[str]) -> None:
    entries = [
        {"name": "builtin", "kind": kind, "licence": "Apache-2.0", "card": "card.md",
         "files": [{"file": name, "sha256": hashlib.sha256((root / name).read_bytes()).hexdigest(),
                    "bytes": (root / name).stat().st_size} for name in names]}
        for kind, names in zip((models.RECOGNISER, models.SENTIMENT), groups, strict=True)
    ]  # fmt: skip
    (root / "manifest.json").write_text(json.dumps({"models": entries}))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing outside can be reached: names do not resolve."""

    def refuse(*_: Any, **__: Any) -> None:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)


def test_a_listed_model_is_found_by_name_and_by_path(folder: Path) -> None:
    assert models.resolve("builtin", folder) == folder / "tiny.pt"
    assert models.resolve("builtin", folder, models.SENTIMENT) == folder / "tone"
    assert models.resolve(folder / "tiny.pt", folder) == folder / "tiny.pt"
    assert models.resolve(folder / "tone", folder, models.SENTIMENT) == folder / "tone"
    entry = models.entry_of(folder / "tone", folder)
    assert entry is not None
    assert entry.kind == models.SENTIMENT


@pytest.mark.parametrize("name", ["tiny.pt", "tone/config.json"])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x" * (folder / name).stat().st_size)
    kind = models.RECOGNISER if name == "tiny.pt" else models.SENTIMENT
    with pytest.raises(ModelError, match=f"{name} is not the file of the manifest"):
        models.resolve("builtin", folder, kind)
    assert [name for name, wrong in models.verify(folder) if wrong] == [f"builtin ({kind})"]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "tone" / "config.json").unlink()
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        models.resolve("builtin", folder, models.SENTIMENT)


def test_what_lies_unlisted_in_the_folder_is_refused_and_reported(folder: Path, tmp_path: Path) -> None:
    for place in (folder, tmp_path):
        (place / "other.pt").write_bytes(b"unknown")
    with pytest.raises(ModelError, match=r"other\.pt is not listed"):
        models.resolve(folder / "other.pt", folder)
    assert models.resolve(tmp_path / "other.pt", folder) == tmp_path / "other.pt"
    wrong = {name: reason for name, reason in models.verify(folder) if reason}
    assert wrong == {str(folder / "other.pt"): "not listed in the manifest"}


def test_a_link_does_not_lead_around_the_manifest(folder: Path, tmp_path: Path) -> None:
    (folder / "other.pt").write_bytes(b"unknown")
    (tmp_path / "link.pt").symlink_to(folder / "other.pt")
    with pytest.raises(ModelError, match="not listed"):
        models.resolve(tmp_path / "link.pt", folder)


def test_an_unknown_name_is_answered_with_the_choices(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model huge: choose builtin, the path of a \.pt file, or.*small"):
        models.resolve("huge", folder)


def test_an_official_model_must_be_fetched_first(folder: Path) -> None:
    with pytest.raises(ModelError, match="fetch it with 'qc models fetch small', or choose builtin or the path"):
        models.resolve("small", folder)
    here = {(each.name, each.kind): each.path for each in models.list_models(folder)}
    assert here["small", models.RECOGNISER] is None
    assert here["builtin", models.RECOGNISER] == folder / "tiny.pt"


def test_a_wrong_official_file_is_refused(folder: Path) -> None:
    (folder / models.FETCHED).mkdir()
    (folder / models.FETCHED / "small.pt").write_bytes(b"not small")
    with pytest.raises(ModelError, match="not the official small"):
        models.resolve("small", folder)


def test_fetching_needs_a_network_and_says_so(folder: Path, no_network: None) -> None:
    with pytest.raises(ModelError, match=r"tiny could not be fetched.*builtin or the path"):
        models.fetch("tiny", folder)
    with pytest.raises(ModelError, match="no official model: choose one of tiny"):
        models.fetch("enormous", folder)


def test_a_fetched_file_is_checked_against_the_official_hash(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source" / hashlib.sha256(b"abc").hexdigest() / "tiny.pt"
    source.parent.mkdir(parents=True)
    source.write_bytes(b"abc")
    monkeypatch.setitem(whisper._MODELS, "tiny", source.as_uri())
    assert models.fetch("tiny", folder) == models.resolve("tiny", folder)
    assert models.official_name(models.file_hash(folder / models.FETCHED / "tiny.pt")) == "tiny"
    assert [name for name, wrong in models.verify(folder) if wrong] == []
    (folder / models.FETCHED / "tiny.pt").unlink()
    source.write_bytes(b"abd")
    with pytest.raises(ModelError, match="could not be fetched"):
        models.fetch("tiny", folder)
    assert not (folder / models.FETCHED / "tiny.pt").exists()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"models": [{"name": "x"}]}', '{"models": [{"name": 1}]}'],
    ids=lambda text: text or "empty",
)
def test_a_broken_manifest_is_one_sentence(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ModelError, match=r"manifest\.json"):
        models.manifest(folder)


def test_without_a_manifest_nothing_is_listed(tmp_path: Path) -> None:
    assert models.manifest(tmp_path) == ()


class Trap:
    """A pickle that would write a file when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.path,)


def test_nothing_in_a_checkpoint_is_run(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    torch.save({"dims": {}, "model_state_dict": Trap(sprung)}, tmp_path / "new.pt")
    (tmp_path / "old.pt").write_bytes(pickle.dumps(Trap(sprung)))
    for name in ("new.pt", "old.pt"):
        with pytest.raises(ModelError, match=f"{name} is no Whisper checkpoint"):
            checkpoint.load(tmp_path / name, "cpu")
    assert not sprung.exists()


DIMS = {
    "n_mels": 80, "n_audio_ctx": 1500, "n_audio_state": 64, "n_audio_head": 1, "n_audio_layer": 1,
    "n_vocab": 51865, "n_text_ctx": 448, "n_text_state": 64, "n_text_head": 2, "n_text_layer": 2,
}  # fmt: skip


def save(path: Path, **changed: Any) -> Path:
    torch.save({"dims": DIMS | changed, "model_state_dict": Whisper(ModelDimensions(**DIMS)).state_dict()}, path)
    return path


def test_a_checkpoint_is_read_as_whisper_reads_it(tmp_path: Path) -> None:
    path = save(tmp_path / "model.pt")
    ours, theirs = checkpoint.load(path, "cpu"), whisper.load_model(str(path), device="cpu")
    assert all(torch.equal(ours.state_dict()[name], value) for name, value in theirs.state_dict().items())
    assert torch.equal(ours.alignment_heads.to_dense(), theirs.alignment_heads.to_dense())
    chosen = checkpoint.load(path, "cpu", [(0, 1)]).alignment_heads.to_dense()
    assert chosen.nonzero().tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"n_audio_ctx": 10**9}, "n_audio_ctx"), ({"n_mels": "80"}, "n_mels"), ({"n_text_state": 128}, "state_dict")],
)
def test_a_checkpoint_of_other_dimensions_is_refused(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=f"no Whisper checkpoint.*{reason}"):
        checkpoint.load(save(tmp_path / "model.pt", **changed), "cpu")


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pt").write_text("hello")
    torch.save([1, 2], tmp_path / "list.pt")
    for name in ("text.pt", "list.pt", "missing.pt"):
        with pytest.raises(ModelError, match=name):
            checkpoint.load(tmp_path / name, "cpu")


def test_windows_shorter_than_30_s_are_encoded_the_same_way(tmp_path: Path) -> None:
    model = checkpoint.load(save(tmp_path / "model.pt"), "cpu")
    whole = checkpoint.Encoder(model, torch.float32, short=False)
    short = checkpoint.Encoder(model, torch.float32, short=True)
    samples = [
        torch.randn(length, generator=torch.Generator().manual_seed(length)).numpy() for length in (480000, 470000)
    ]
    with torch.inference_mode():
        assert torch.allclose(whole(whole.mel(samples)), model.encoder(whole.mel(samples)))
        assert torch.equal(short(short.mel(samples)), whole(whole.mel(samples)))
        assert short(short.mel([samples[0][:16100]])).shape == (1, 51, 64)
