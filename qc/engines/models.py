"""Models are files with known hashes: the manifest of `models/`, official Whisper checkpoints, and paths a user gives.

``models/manifest.json``::

    {"models": [{"name": "builtin", "kind": "recogniser", "licence": "Apache-2.0", "card": "whisper_builtin.md",
                 "files": [{"file": "whisper_builtin.pt", "sha256": "...", "bytes": 12345678}],
                 "options": {"languages": ["zh", "en", "es"]}}]}

``file`` and ``card`` are relative to the folder. What lies in the folder is used only when its hash is in the
manifest or is that of an official checkpoint. Nothing is fetched unless `fetch` is called.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from qc.config import ROOT
from qc.errors import ModelError

FOLDER = ROOT / "models"
FETCHED = "fetched"
"""Folder inside the models folder for official checkpoints."""
RECOGNISER, SENTIMENT, SPEAKER = "recogniser", "sentiment", "speaker"
WEIGHTS = frozenset({".pt", ".bin", ".safetensors", ".onnx", ".ckpt", ".pth"})


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: path relative to the models folder, sha256 (hex) and size."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the manifest. ``options`` are for its engine: languages, short_windows, alignment_heads."""

    name: str
    kind: str
    licence: str
    card: str
    files: tuple[ModelFile, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that can be chosen, and whether it is here."""

    name: str
    kind: str
    path: Path | None
    licence: str
    bytes: int | None


_ENTRIES = TypeAdapter(tuple[Entry, ...])


def manifest(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """The entries of ``manifest.json``; none without the file. Raises ModelError when it cannot be understood."""
    path = folder / "manifest.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return _ENTRIES.validate_python(document["models"])
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ModelError(f"{path}: {place}: {first['msg']}") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{path} cannot be read as a model manifest ({type(error).__name__})") from None


def official() -> dict[str, str]:
    """Name to sha256 (hex) of the checkpoints that openai-whisper knows; it checks the same hash after fetching."""
    import whisper

    return {name: url.split("/")[-2] for name, url in whisper._MODELS.items()}


def official_name(sha256: str) -> str | None:
    """The official checkpoint of this hash."""
    return next((name for name, known in official().items() if known == sha256), None)


def file_hash(path: Path) -> str:
    """sha256 (hex) of a file, computed once a process while size and time stay. Raises ModelError."""
    try:
        status = path.stat()
        return _hash(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None


@lru_cache(maxsize=64)
def _hash(path: Path, size: int, modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def resolve(name_or_path: str | Path, folder: Path = FOLDER, kind: str = RECOGNISER) -> Path:
    """The verified file of a recogniser, or the folder of another kind of model.

    A name is looked up in the manifest, then among the official checkpoints that were fetched; anything else is a
    path. A path outside `folder` is the user's own and is taken as it is. Raises ModelError for a model that is not
    here, was changed, or lies in `folder` without being listed.
    """
    name = str(name_or_path)
    for entry in manifest(folder):
        if entry.name == name and entry.kind == kind:
            return _verified(entry, folder)
    if kind == RECOGNISER and name in official():
        path = _fetched(name, folder)
        if not path.is_file():
            raise ModelError(
                f"model {name} is not here: fetch it with 'qc models fetch {name}', or choose builtin or the path of "
                "a .pt file"
            )
        if file_hash(path) != official()[name]:
            raise ModelError(f"{path} is not the official {name}: fetch it again with 'qc models fetch {name}'")
        return path
    path = Path(name).expanduser()
    if not path.exists():
        raise ModelError(_choices(name, kind, folder))
    if path.resolve().is_relative_to(folder.resolve()):
        _check_listed(path.resolve(), folder.resolve(), kind)
    return path


def _choices(name: str, kind: str, folder: Path) -> str:
    listed = [entry.name for entry in manifest(folder) if entry.kind == kind]
    start = f"there is no model {name}: choose {', '.join(listed) or 'one of the manifest'}"
    if kind != RECOGNISER:
        return f"{start} or the folder of a model"
    return (
        f"{start}, the path of a .pt file, or an official name to fetch first with 'qc models fetch NAME' "
        f"({', '.join(official())})"
    )


def _verified(entry: Entry, folder: Path) -> Path:
    for file in entry.files:
        path = folder / file.file
        if not path.is_file():
            raise ModelError(f"model {entry.name} is not complete: {path} is missing")
        if path.stat().st_size != file.bytes or file_hash(path) != file.sha256:
            raise ModelError(f"{path} is not the file of the manifest: its sha256 differs; restore it or check models")
    first = folder / entry.files[0].file
    return first if entry.kind == RECOGNISER else first.parent


def _check_listed(path: Path, folder: Path, kind: str) -> None:
    for entry in manifest(folder):
        paths = [(folder / file.file).resolve() for file in entry.files]
        if path in paths or path in {each.parent for each in paths if each.parent != folder}:
            _verified(entry, folder)
            return
    if kind == RECOGNISER and path.is_file() and official_name(file_hash(path)) is not None:
        return
    raise ModelError(
        f"{path} is not listed in {folder / 'manifest.json'}: list it with its sha256, or keep it elsewhere"
    )


def entry_of(path: Path, folder: Path = FOLDER) -> Entry | None:
    """The manifest's entry for a file or folder that `resolve` gave, found by content."""
    for entry in manifest(folder):
        target = path if path.is_file() else path / Path(entry.files[0].file).name
        same_size = target.is_file() and target.stat().st_size == entry.files[0].bytes
        if same_size and file_hash(target) == entry.files[0].sha256:
            return entry
    return None


def list_models(folder: Path = FOLDER) -> tuple[Listed, ...]:
    """All models of the manifest and all official checkpoints, with the path of those that are here."""
    rows = []
    for entry in manifest(folder):
        first = folder / entry.files[0].file
        size = sum(file.bytes for file in entry.files)
        rows.append(Listed(entry.name, entry.kind, first if first.exists() else None, entry.licence, size))
    for name in official():
        path = _fetched(name, folder)
        here = path.is_file()
        rows.append(Listed(name, RECOGNISER, path if here else None, "MIT", path.stat().st_size if here else None))
    return tuple(rows)


def verify(folder: Path = FOLDER) -> Iterator[tuple[str, str | None]]:
    """Every model and every unlisted file of weights below `folder`: (name or path, what is wrong or None)."""
    listed = set()
    for entry in manifest(folder):
        listed |= {(folder / file.file).resolve() for file in entry.files}
        try:
            _verified(entry, folder)
            missing = None if (folder / entry.card).is_file() else f"its model card {entry.card} is missing"
            yield f"{entry.name} ({entry.kind})", missing
        except ModelError as error:
            yield f"{entry.name} ({entry.kind})", error.message
    for path in sorted(folder.rglob("*")):
        if path.suffix not in WEIGHTS or path.resolve() in listed or not path.is_file():
            continue
        name = official_name(file_hash(path))
        yield (name, None) if name else (str(path), "not listed in the manifest")


def fetch(name: str, folder: Path = FOLDER) -> Path:
    """Download an official checkpoint with openai-whisper's own downloader, which checks its sha256.

    Raises ModelError for an unknown name, without a network, or when the hash differs.
    """
    import whisper

    if name not in official():
        raise ModelError(f"{name} is no official model: choose one of {', '.join(official())}")
    target = _fetched(name, folder)
    try:
        whisper._download(whisper._MODELS[name], str(target.parent), in_memory=False)
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        if target.is_file() and file_hash(target) != official()[name]:
            target.unlink()
        reason = getattr(error, "reason", None) or error
        raise ModelError(
            f"model {name} could not be fetched ({reason}): try again with a network, or choose builtin or the path of "
            "a .pt file"
        ) from None
    return target


def _fetched(name: str, folder: Path) -> Path:
    import whisper

    return folder / FETCHED / Path(whisper._MODELS[name]).name
