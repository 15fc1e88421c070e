"""A model that is not what was listed ends a command with one sentence, and nothing in it is run."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from qc.engines import models
from tests.cli.conftest import Ran
from tests.engines.test_manifests import change
from tests.engines.test_models import Trap
from tests.engines.test_transformers_sentiment import make

Command = Callable[..., Ran]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A text, and a sentiment model that is listed in ``site.json``."""
    (tmp_path / "lines.txt").write_text("good\nbad\n")
    make(tmp_path / "tone", ["negative", "neutral", "positive"])
    return tmp_path


def refused(ran: Ran, words: str) -> None:
    """One sentence on stderr, nothing else anywhere."""
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran
    assert ran.err.startswith("qc: ") and words in ran.err and "Traceback" not in ran.err


def test_a_site_lists_its_model_and_changes_are_refused(
    qc: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = qc("models", "pin", "tone", "--licence", "MIT", "--manifest", "site.json")
    assert pinned.code == 0 and "(sentiment): " in pinned.out and "QC_MODEL_MANIFEST=" in pinned.err
    monkeypatch.setenv("QC_MODEL_MANIFEST", "site.json")
    ask = ("sentiment", "--language", "en", "--sentiment-model", "tone", "lines.txt")
    assert qc(*ask).code == 0
    assert qc("models", "verify").code == 0
    kept = here / "kept"
    shutil.copytree(here / "tone", kept)
    for spoil, words in (
        (lambda: change(here / "tone" / "model.safetensors"), "model.safetensors"),
        (lambda: (here / "tone" / "extra.json").write_text("{}"), "extra.json is not listed"),
        (lambda: (here / "tone" / "config.json").unlink(), "config.json is missing"),
    ):
        spoil()
        refused(qc(*ask), words)
        shutil.rmtree(here / "tone")
        shutil.copytree(kept, here / "tone")
    refused(qc(*ask[:4], "kept", "lines.txt"), "kept is not listed in site.json")


def test_code_in_a_checkpoint_is_not_run(qc: Command, here: Path, call_wav: Path) -> None:
    sprung = here / "sprung"
    torch.save({"dims": {}, "model_state_dict": Trap(sprung)}, here / "trap.pt")
    (here / "old.pt").write_bytes(pickle.dumps(Trap(sprung)))
    for name in ("trap.pt", "old.pt"):
        refused(qc("transcribe", call_wav, "--model", name), f"{name} is no Whisper checkpoint")
    (here / "tone" / "model.safetensors").unlink()
    (here / "tone" / "pytorch_model.bin").write_bytes(pickle.dumps(Trap(sprung)))
    refused(qc("sentiment", "--language", "en", "--sentiment-model", "tone", "lines.txt"), "no safetensors weights")
    assert not sprung.exists()


def test_verify_names_every_file_that_is_wrong(qc: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(models.FOLDER, here / "models"))
    monkeypatch.setenv("QC_MODELS", str(folder))
    assert qc("models", "verify").code == 0
    change(folder / "whisper_builtin.pt")
    (folder / "sentiment" / "builtin" / "vocab.txt").write_text("a")
    (folder / "stray.PKL").write_bytes(b"")
    ran = qc("models", "verify", "--json")
    assert ran.code == 1
    wrong = [row["problem"] for row in ran.json if row["problem"]]
    assert [words in text for words, text in zip(("whisper_builtin", "vocab.txt", "not listed"), wrong, strict=True)]
