"""What is known of a recording: the truth file beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from qc.errors import TranscriptError, UsageError

SUFFIX = ".truth.json"
SIDE_FILES = (".json", ".vtt", ".srt", ".txt")
"""What may lie beside a recording under its name."""


@dataclass(frozen=True, slots=True)
class TrueUtterance:
    """What was really said, on which channel, in seconds."""

    role: str
    channel: int
    start: float
    end: float
    text: str
    backchannel: bool = False


@dataclass(frozen=True, slots=True)
class TrueSpan:
    """Where a channel can be heard, in seconds: voice, or with ``kind`` a sound (music, ringback, dtmf)."""

    channel: int
    start: float
    end: float
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TrueEvent:
    """What really happened, in seconds."""

    kind: str
    start: float
    end: float
    role: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """Of one recording. ``channels``: the role of each. ``speech``: voice activity; without it, the utterances' own
    times are taken for it. ``checks``: fail = falls short, pass = fulfilled, na = does not apply."""

    version: Literal[1]
    language: str
    duration: float
    channels: tuple[str, ...]
    utterances: tuple[TrueUtterance, ...]
    events: tuple[TrueEvent, ...] = ()
    checks: Mapping[str, Literal["pass", "fail", "na"]] = field(default_factory=dict)
    agent: str | None = None
    speech: tuple[TrueSpan, ...] = ()
    sounds: tuple[TrueSpan, ...] = ()


_ADAPTER = TypeAdapter(Truth)


def read(path: Path) -> Truth:
    """Raises TranscriptError, naming the file and the place."""
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except OSError as error:
        raise TranscriptError(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise TranscriptError(f"{path}: not a truth file: {place + ': ' if place else ''}{first['msg']}") from None


def truths(folder: Path | str) -> dict[Path, Truth]:
    """The recordings of a folder (not its subfolders) that have a truth file, sorted by name.

    Raises UsageError when there is no such folder or none in it, TranscriptError for a wrong file or one whose
    recording is missing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    found: dict[Path, Truth] = {}
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        stem = file.name.removesuffix(SUFFIX)
        beside = [p for p in folder.glob(f"{_literal(stem)}.*") if p.stem == stem and p.suffix not in SIDE_FILES]
        if not beside:
            raise TranscriptError(f"{file}: there is no recording beside it")
        found[min(beside)] = read(file)
    if not found:
        raise UsageError(f"{folder}: no truth files (NAME{SUFFIX} beside the recordings)")
    return found


def _literal(stem: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in stem)
