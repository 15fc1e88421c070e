"""Files of models with known hashes: what a manifest lists, and reading no other bytes than those.

::

    {"models": [{"name": "builtin", "kind": "recogniser", "licence": "Apache-2.0", "card": "recogniser/README.md",
                 "files": [{"file": "whisper_builtin.pt", "sha256": "...", "bytes": 12345678}],
                 "options": {"languages": ["zh", "en", "es"]}}]}

Three manifests are of this format: ``models/manifest.json`` (what the project ships), ``qc/engines/packages.json``
(what comes inside other packages) and the one of a site (setting ``model_manifest``, written by
`qc.engines.pinning`).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints, TypeAdapter, ValidationError

from qc.errors import ModelError

RECOGNISER, SENTIMENT, SPEAKER, DIARIZER, VOICE, VOCABULARY = (
    "recogniser", "sentiment", "speaker", "diarizer", "voice", "vocabulary",
)  # fmt: skip
FOLDERS = frozenset({SENTIMENT, DIARIZER})
"""Kinds whose folder is read by a library that looks for files by itself: every file in it must be listed."""
PACKAGES = Path(__file__).with_name("packages.json")
"""The manifest of models that lie inside other packages."""


def _inside(file: str) -> str:
    if not file or PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts or "\\" in file:
        raise ValueError(f"{file!r} is no path below the folder of the model")
    return file


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: path relative to the entry's folder, sha256 (hex) and size."""

    file: Annotated[str, AfterValidator(_inside)]
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of a manifest.

    ``options`` are for its engine: languages, short_windows, alignment_heads. ``folder``, where its files are: in the
    file relative to the manifest, absolute, ``package:NAME`` or ``hub:OWNER/NAME``; after `read` never relative.
    """

    name: str
    kind: str
    licence: str
    card: str
    files: tuple[ModelFile, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""

    @property
    def root(self) -> Path:
        """What the files' paths are relative to. Raises ModelError when its package or hub model is missing."""
        kind, _, name = self.folder.partition(":")
        if kind == "package":
            return package_folder(name)
        return snapshot(name) if kind == "hub" else Path(self.folder)

    @property
    def path(self) -> Path:
        """What its engine opens: the first file, or the folder of that file for the kinds in `FOLDERS`."""
        first = self.root / self.files[0].file
        return first.parent if self.kind in FOLDERS else first


_ENTRIES = TypeAdapter(tuple[Entry, ...])


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a manifest; none without the file. Raises ModelError when it cannot be understood."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        entries = _ENTRIES.validate_python(document["models"])
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ModelError(f"{path}: {place}: {first['msg']}") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{path} cannot be read as a model manifest ({type(error).__name__})") from None
    if empty := [entry.name for entry in entries if not entry.files]:
        raise ModelError(f"{path}: model {empty[0]} lists no files")
    return tuple(replace(entry, folder=_placed(entry.folder, path)) for entry in entries)


def _placed(folder: str, manifest: Path) -> str:
    return folder if folder.startswith(("package:", "hub:")) else str(manifest.parent / folder)


def package_folder(name: str) -> Path:
    """Where an installed package lies; it is not imported. Raises ModelError."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.origin:
        raise ModelError(f"package {name} is missing: install it again")
    return Path(spec.origin).parent


def snapshot(name: str) -> Path:
    """The folder of a hub model in the local cache; nothing is fetched. Raises ModelError."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):
        raise ModelError(f"hub model {name} is not in the local cache: fetch it first, or name a folder") from None


def file_hash(path: Path) -> str:
    """sha256 (hex) of a file, computed once a process while size and time stay. Raises ModelError."""
    try:
        status = path.stat()
        return _hash(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None


@lru_cache(maxsize=256)
def _hash(path: Path, size: int, modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def forget() -> None:
    """Files are hashed anew."""
    _hash.cache_clear()


def content(path: Path, sha256: str) -> bytes:
    """The bytes of a file that was checked before. They are hashed as they were read, so what a loader is given is what
    was checked, whoever writes to the file meanwhile. Raises ModelError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"{path} was changed after it was checked: it is not loaded; run 'qc models verify'")
    return data


def copied(folder: Path, files: Mapping[str, str], target: Path) -> None:
    """The checked bytes of `files` (path in `folder` to sha256) below `target`, for libraries that open files by
    themselves. Raises ModelError."""
    for name, sha256 in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content(folder / name, sha256))


def check(entry: Entry) -> None:
    """Every file of an entry is there and as listed, and no other where a library would find it. Raises ModelError."""
    root = entry.root
    for file in entry.files:
        path = root / file.file
        if not path.is_file():
            raise ModelError(f"model {entry.name} is not complete: {path} is missing")
        if path.stat().st_size != file.bytes or file_hash(path) != file.sha256:
            raise ModelError(f"{path} is not the file of the manifest: its sha256 differs; restore it or check models")
    for stray in strays(entry):
        raise ModelError(f"{stray} is not listed in the manifest: remove it, or list it with its sha256")


def strays(entry: Entry) -> Iterator[Path]:
    """What lies unlisted in the folder of a model whose folder is all its own; links too, wherever they lead."""
    if entry.kind not in FOLDERS:
        return
    listed = {entry.root / file.file for file in entry.files}
    for path in sorted(entry.path.rglob("*")):
        if path not in listed and (path.is_symlink() or not path.is_dir()):
            yield path
