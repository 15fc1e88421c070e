"""Models are files with known hashes: what the project ships, official Whisper checkpoints, and paths a user gives.

What lies in the models folder is used only when its hash is in its manifest or is that of an official checkpoint. A
path outside it is its user's own: taken as it is, unless there is a manifest of the site (setting ``model_manifest``),
which must list it then. Nothing is fetched unless `fetch` is called. `qc.engines.manifests` tells what a manifest is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qc.config import ROOT
from qc.engines.manifests import (
    DIARIZER,
    FOLDERS,
    PACKAGES,
    RECOGNISER,
    SENTIMENT,
    SPEAKER,
    VOCABULARY,
    VOICE,
    Entry,
    ModelFile,
    check,
    content,
    copied,
    file_hash,
    forget,
    read,
    strays,
)
from qc.errors import ModelError

__all__ = [
    "DIARIZER",
    "RECOGNISER",
    "SENTIMENT",
    "SPEAKER",
    "VOCABULARY",
    "VOICE",
    "Entry",
    "ModelFile",
    "check",
    "content",
    "copied",
    "file_hash",
    "strays",
]

FOLDER = ROOT / "models"
FETCHED = "fetched"
"""Folder inside the models folder for official checkpoints."""
WEIGHTS = frozenset({".pt", ".pth", ".bin", ".ckpt", ".safetensors", ".onnx", ".pkl", ".pickle", ".joblib", ".npy",
                     ".npz", ".h5", ".msgpack", ".gguf", ".tflite"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that can be chosen, and whether it is here."""

    name: str
    kind: str
    path: Path | None
    licence: str
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model to load: its file or folder, and its files (relative to that folder) with the hashes that were checked;
    None for a user's own model, of which nothing is known."""

    path: Path
    listed: Mapping[str, str] | None

    def sha256(self, name: str) -> str:
        """What the file called `name` must be: as listed; of a user's own model, as it is now."""
        if self.listed is not None:
            return self.listed[name]
        return file_hash(self.path / name if self.path.is_dir() else self.path)


def manifest(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """The entries of the folder's ``manifest.json``; none without the file. Raises ModelError when it cannot be
    understood."""
    return read(folder / "manifest.json")


def of_site(site: Path | None) -> tuple[Entry, ...]:
    """The entries of a site's own manifest, none without one. Raises ModelError when a manifest that is named is not
    there: nothing would be refused."""
    if site is None:
        return ()
    if not site.is_file():
        raise ModelError(f"setting model_manifest: there is no file {site}: write it with 'qc models pin'")
    return read(site)


def official() -> dict[str, str]:
    """Name to sha256 (hex) of the checkpoints that openai-whisper knows; it checks the same hash after fetching."""
    import whisper

    return {name: url.split("/")[-2] for name, url in whisper._MODELS.items()}


def official_name(sha256: str) -> str | None:
    """The official checkpoint of this hash."""
    return next((name for name, known in official().items() if known == sha256), None)


def resolve(name_or_path: str | Path, folder: Path = FOLDER, kind: str = RECOGNISER, site: Path | None = None) -> Path:
    """The file or folder of `choose`."""
    return choose(name_or_path, folder, kind, site).path


def choose(name_or_path: str | Path, folder: Path = FOLDER, kind: str = RECOGNISER, site: Path | None = None) -> Chosen:
    """The verified file of a model, or its folder (kinds in `qc.engines.manifests.FOLDERS`).

    A name is looked up in the folder's manifest, in the `site`'s, then among the official checkpoints that were
    fetched; anything else is a path. A path outside `folder` is the user's own: it is taken as it is without a
    manifest of the site, and must be listed in that one else. Raises ModelError for a model that is not here, was
    changed, or is not listed where it must be.
    """
    name = str(name_or_path)
    pinned = of_site(site)
    for entry in (*manifest(folder), *pinned):
        if entry.name == name and entry.kind == kind:
            return _listed(entry)
    if kind == RECOGNISER and name in official():
        path = _fetched(name, folder)
        if not path.is_file():
            raise ModelError(
                f"model {name} is not here: fetch it with 'qc models fetch {name}', or choose builtin or the path of "
                "a .pt file"
            )
        if file_hash(path) != official()[name]:
            raise ModelError(f"{path} is not the official {name}: fetch it again with 'qc models fetch {name}'")
        return Chosen(path, {path.name: official()[name]})
    path = Path(name).expanduser()
    if not path.exists():
        raise ModelError(_choices(name, kind, folder))
    if path.resolve().is_relative_to(folder.resolve()):
        return _checked(path, manifest(folder), folder / "manifest.json", kind)
    if site is not None:
        return _checked(path, pinned, site, kind)
    return Chosen(path, None)


def _listed(entry: Entry, path: Path | None = None) -> Chosen:
    check(entry)
    top = entry.path if entry.kind in FOLDERS else entry.path.parent
    files = {(entry.root / file.file).relative_to(top).as_posix(): file.sha256 for file in entry.files}
    return Chosen(path or entry.path, files)


def require(path: Path, kind: str, site: Path | None = None) -> str:
    """The sha256 of a file that comes inside another package, when `PACKAGES` or the `site`'s manifest has a file of
    that kind with it. Raises ModelError."""
    found = file_hash(path)
    for entry in (*read(PACKAGES), *of_site(site)):
        if entry.kind == kind and any(file.sha256 == found for file in entry.files):
            return found
    raise ModelError(
        f"{path} is not the file that this program knows: its sha256 differs; install its package again, in the "
        "version of constraints.txt, or list it with 'qc models pin'"
    )


def check_package(name: str) -> None:
    """The files of a package that `PACKAGES` lists are unchanged. Raises ModelError."""
    for entry in read(PACKAGES):
        if entry.folder == f"package:{name}":
            check(entry)


def _choices(name: str, kind: str, folder: Path) -> str:
    listed = [entry.name for entry in manifest(folder) if entry.kind == kind]
    start = f"there is no model {name}: choose {', '.join(listed) or 'one of the manifest'}"
    if kind != RECOGNISER:
        return f"{start} or the folder of a model"
    return (
        f"{start}, the path of a .pt file, or an official name to fetch first with 'qc models fetch NAME' "
        f"({', '.join(official())})"
    )


def _checked(path: Path, entries: tuple[Entry, ...], source: Path, kind: str) -> Chosen:
    """A file or folder by its place, links followed: a copy elsewhere, or a link to it, is not what was listed."""
    target = path.resolve()
    for entry in entries:
        if entry.kind == kind and not entry.folder.startswith(("package:", "hub:")) and entry.path.resolve() == target:
            return _listed(entry, path)
    if kind == RECOGNISER and path.is_file() and official_name(sha256 := file_hash(path)) is not None:
        return Chosen(path, {target.name: sha256})
    raise ModelError(f"{target} is not listed in {source}: list it with its sha256, or keep it elsewhere")


def entry_of(path: Path, folder: Path = FOLDER, site: Path | None = None) -> Entry | None:
    """The entry for a file or folder that `resolve` gave, found by content."""
    for entry in (*manifest(folder), *of_site(site)):
        first = entry.files[0]
        target = path if path.is_file() else path / Path(first.file).name
        if target.is_file() and target.stat().st_size == first.bytes and file_hash(target) == first.sha256:
            return entry
    return None


def list_models(folder: Path = FOLDER, site: Path | None = None) -> tuple[Listed, ...]:
    """All models of the manifests and all official checkpoints, with the path of those that are here."""
    rows = []
    for entry in (*manifest(folder), *of_site(site)):
        first = _first(entry)
        rows.append(Listed(entry.name, entry.kind, first, entry.licence, sum(file.bytes for file in entry.files)))
    for name in official():
        path = _fetched(name, folder)
        here = path.is_file()
        rows.append(Listed(name, RECOGNISER, path if here else None, "MIT", path.stat().st_size if here else None))
    return tuple(rows)


def _first(entry: Entry) -> Path | None:
    try:
        first = entry.root / entry.files[0].file
    except ModelError:  # its package or hub model is not here
        return None
    return first if first.exists() else None


def verify(folder: Path = FOLDER, site: Path | None = None) -> Iterator[tuple[str, str | None]]:
    """Every model of the manifests, those inside other packages, and every unlisted file of weights below `folder`:
    (name or path, what is wrong or None). All are read anew."""
    forget()
    shipped = manifest(folder)
    for entry in (*shipped, *read(PACKAGES), *of_site(site)):
        problem = None
        try:
            check(entry)
        except ModelError as error:
            problem = error.message
        if problem is None and entry in shipped and not (folder / entry.card).is_file():
            problem = f"its model card {entry.card} is missing"
        yield f"{entry.name} ({entry.kind})", problem
    listed = {(folder / file.file).resolve() for entry in shipped for file in entry.files}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in WEIGHTS or path.resolve() in listed or not path.is_file():
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
