"""A site's own manifest: what it uses besides the shipped models, with the hashes that the files have today."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from qc.engines.manifests import (
    DIARIZER,
    FOLDERS,
    RECOGNISER,
    SENTIMENT,
    VOICE,
    Entry,
    ModelFile,
    file_hash,
    read,
    snapshot,
)
from qc.errors import ModelError

KINDS = (RECOGNISER, SENTIMENT, DIARIZER, VOICE)
UNKNOWN = "not stated"
"""Licence of a model of which nobody said one."""


def pin(what: str, manifest: Path, kind: str | None = None, name: str | None = None, licence: str = UNKNOWN) -> Entry:
    """List a file, a folder or a hub model (``owner/name``, from the local cache) in `manifest` with all its files.

    `kind` (None: as it looks) is one of `KINDS`. An entry of the same name and kind, or of the same place, is replaced.
    The file is written whole or not at all. Raises ModelError when there is nothing to list, or its kind is not to be
    seen.
    """
    path = Path(what).expanduser()
    hub = not path.exists() and re.fullmatch(r"[\w.-]+/[\w.-]+", what) is not None
    root = snapshot(what) if hub else path.resolve()
    if not root.exists():
        raise ModelError(f"there is no file or folder {what}: nothing is listed")
    kind = kind or _kind(root, what)
    if (kind in FOLDERS) != root.is_dir():
        raise ModelError(f"{what}: a {kind} is a {'folder' if kind in FOLDERS else 'file'}: nothing is listed")
    files = tuple(_files(root))
    if not files:
        raise ModelError(f"{what} holds no files: nothing is listed")
    folder = f"hub:{what}" if hub else str(root if root.is_dir() else root.parent)
    entry = Entry(name or (what if hub else str(root)), kind, licence, "", files, {}, folder)
    same = {(entry.name, kind), (entry.folder, kind, files[0].file)}
    others = [one for one in read(manifest) if not same & {(one.name, one.kind), (one.folder, one.kind, _first(one))}]
    _write(manifest, [*others, entry])
    return entry


def _first(entry: Entry) -> str:
    return entry.files[0].file


def _kind(root: Path, what: str) -> str:
    if root.is_file():
        return VOICE if root.suffix == ".onnx" else RECOGNISER
    for name, kind in (("config.json", SENTIMENT), ("config.yaml", DIARIZER)):
        if (root / name).is_file():
            return kind
    raise ModelError(f"{what} has no config.json (sentiment) and no config.yaml (diarizer): say --kind")


def _files(root: Path) -> Iterator[ModelFile]:
    """The file, or all files below the folder, those on top first: the first one tells where the model is."""
    if root.is_file():
        yield ModelFile(root.name, file_hash(root), root.stat().st_size)
        return
    found = [path for path in root.rglob("*") if path.is_file()]
    for path in sorted(found, key=lambda path: (len(path.parts), path)):
        yield ModelFile(path.relative_to(root).as_posix(), file_hash(path), path.stat().st_size)


def _write(manifest: Path, entries: list[Entry]) -> None:
    part = manifest.with_name(f"{manifest.name}.part")
    try:
        manifest.parent.mkdir(parents=True, exist_ok=True)
        document = {"models": [asdict(entry) for entry in entries]}
        part.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(manifest)
    except OSError as error:
        raise ModelError(f"{manifest} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
