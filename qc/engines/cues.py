"""Reads transcripts that other systems wrote: WebVTT, SubRip, and JSON (ours, or Whisper's with ``segments``)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import AliasChoices, BaseModel, Field, ValidationError

from qc.call import Word
from qc.errors import TranscriptError
from qc.interval import Interval

MAX_BYTES = 64 * 1024**2
"""A transcript of many hours is a hundredth of this."""

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[^>]*>")
_HEADER_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3})", re.MULTILINE | re.IGNORECASE)
_SPEAKERS = {
    "agent": ("agent", "operator", "坐席", "客服", "座席", "agente", "operador", "operadora"),
    "customer": ("customer", "caller", "client", "客户", "用户", "cliente"),
    "system": ("system", "ivr", "系统", "sistema"),
}
_PREFIX = re.compile(r"^\s*([^\s:：]{2,12})\s*[:：]\s*")


@dataclass(frozen=True, slots=True)
class Cue:
    """A piece of text and its time. ``speaker`` and ``channel`` are None where the file does not tell."""

    interval: Interval
    text: str
    speaker: str | None = None
    channel: int | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Cues:
    """``language`` is None where the file does not tell."""

    language: str | None
    cues: tuple[Cue, ...]


def read(path: Path) -> Cues:
    """Cues of a ``.json``, ``.vtt`` or ``.srt`` file. Raises TranscriptError, naming the file and the place."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TranscriptError(f"{path}: larger than {MAX_BYTES} bytes: not a transcript")
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise TranscriptError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise TranscriptError(f"{path}: not UTF-8 text (byte {error.start})") from None
    if path.suffix.lower() == ".json":
        return _json(text, path)
    if path.suffix.lower() == ".vtt" and not text.startswith("WEBVTT"):
        raise TranscriptError(f"{path}: line 1: a WebVTT file begins with WEBVTT")
    return _subtitles(text, path)


def _subtitles(text: str, path: Path) -> Cues:
    lines = text.splitlines()
    cues, number = [], 0
    while number < len(lines):
        timing = _TIMING.match(lines[number])
        number += 1
        if timing is None:
            if "-->" in lines[number - 1]:
                raise TranscriptError(f"{path}: line {number}: not a time span like 00:01.000 --> 00:02.500")
            continue
        interval = _interval(_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:]), path, f"line {number}")
        content = []
        while number < len(lines) and lines[number].strip():
            content.append(lines[number])
            number += 1
        cues += _cue(interval, " ".join(content))
    if not cues:
        raise TranscriptError(f"{path}: there are no cues with text in it")
    found = _HEADER_LANGUAGE.search(text.split("-->", 1)[0])
    return Cues(found.group(1).lower() if found else None, tuple(cues))


def _cue(interval: Interval, content: str) -> list[Cue]:
    voice = _VOICE.search(content)
    text = html.unescape(_TAG.sub("", content)).strip()
    speaker = _speaker(voice.group(1)) if voice else None
    if speaker is None and (prefix := _PREFIX.match(text)) and _role(prefix.group(1)):
        speaker, text = _role(prefix.group(1)), text[prefix.end() :]
    return [Cue(interval, text, speaker)] if text else []


def _speaker(name: str) -> str:
    return _role(name) or name.strip().lower()


def _role(name: str) -> str | None:
    name = name.strip().lower()
    return next((role for role, names in _SPEAKERS.items() if name in names), None)


def _seconds(groups: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (group or "0" for group in groups)
    return int(hours) * 3600 + int(minutes) * 60 + float(f"{int(seconds)}.{fraction}")


def _interval(start: float, end: float, path: Path, place: str) -> Interval:
    try:
        return Interval(start, end)
    except ValueError:
        raise TranscriptError(f"{path}: {place}: {start} to {end} s is not a time span") from None


class _JsonWord(BaseModel):
    text: str = Field(validation_alias=AliasChoices("text", "word"))
    start: float
    end: float
    probability: float = Field(default=1.0, ge=0, le=1)


class _JsonCue(BaseModel):
    start: float
    end: float
    text: str = ""
    role: str | None = Field(default=None, validation_alias=AliasChoices("role", "speaker"))
    channel: int | None = Field(default=None, ge=0)
    words: list[_JsonWord] = []


class _Json(BaseModel):
    language: str | None = None
    cues: list[_JsonCue] = Field(validation_alias=AliasChoices("utterances", "segments"))


def _json(text: str, path: Path) -> Cues:
    try:
        document = _Json.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise TranscriptError(f"{path}: not a transcript: {place + ': ' if place else ''}{first['msg']}") from None
    cues = []
    for number, cue in enumerate(document.cues):
        place = f"utterances.{number}"
        words = tuple(
            Word(_interval(word.start, word.end, path, f"{place}.words"), word.text.strip(), word.probability)
            for word in cue.words
            if word.text.strip()
        )
        speaker = _speaker(cue.role) if cue.role else None
        cues.append(Cue(_interval(cue.start, cue.end, path, place), cue.text.strip(), speaker, cue.channel, words))
    language = document.language.replace("_", "-").split("-")[0].lower() if document.language else None
    return Cues(language, tuple(cues))
