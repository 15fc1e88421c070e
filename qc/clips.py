"""Evidence as files for training: each finding of an item becomes a WAV with captions beside it, and one index.

::

    out/001_opening_A01_call-7_0.05.wav     the stretch with a margin, all channels, the recording's own rate; or .mp3
    out/001_opening_A01_call-7_0.05.vtt     what is said in it, times from the start of the clip
    out/index.csv                           one row a clip: where it is from, the words, what it shows

The same calls give the same files. Private data is covered by a tone in the sound and by a placeholder in the words.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from qc import site as sites
from qc.artifacts import Outlet, Seal
from qc.audio import Covered, covered, open_audio, stream_clip, write_clip
from qc.captions import captions
from qc.config import Settings
from qc.errors import NotFound, RecordingError, UsageError
from qc.interval import Interval, joined
from qc.language import say
from qc.redact import hits_of, masked, spans, unnumbered
from qc.result import Clip, Finding, Inspection
from qc.spreadsheet import safe_cell
from qc.store import ArtifactKind, Selection, Store

COLUMNS = (
    "file",
    "captions",
    "item",
    "call_id",
    "agent",
    "team",
    "call_start",
    "from",
    "to",
    "score",
    "words",
    "shows",
)
MOST = 100
"""Clips of one export, unless told otherwise: a trainer listens to them."""
LONGEST_NAME = 60
"""Characters of a name from outside that go into a file's name."""
_AT_ONCE = 25
_UNSAFE = re.compile(r"[^\w.-]+")


class SoundFormat(StrEnum):
    """Of the clips' audio: the recording's own samples, or a smaller file."""

    WAV = "wav"
    MP3 = "mp3"

    @property
    def media_type(self) -> str:
        """For a browser."""
        return "audio/wav" if self is SoundFormat.WAV else "audio/mpeg"


@dataclass(frozen=True, slots=True)
class Cuts:
    """The clips that were written, the index, and the calls whose recording could not be cut, with the reason."""

    clips: tuple[Clip, ...]
    index: Path
    skipped: tuple[tuple[str, str], ...]


def cut_clips(
    store: Store,
    item: str,
    out: Path,
    *,
    settings: Settings,
    selection: Selection | None = None,
    language: str | None = None,
    limit: int = MOST,
    seal: Seal | None = None,
    sound: SoundFormat = SoundFormat.WAV,
) -> Cuts:
    """Cut the evidence of calls in which `item` falls short, `limit` clips at most: the worst call of each agent, then
    the next one of each, and so on.

    Every file is registered in the store; with a `seal` it is encrypted. Findings that touch with their margin
    (``settings.clip_margin``, seconds) share a clip. `language`: of captions' speakers and of the index; None: the
    interface's. Raises NotFound when no call has such an item, UsageError when
    `out` cannot be written, SiteError. A recording that is gone or broken is skipped, and reported.
    """
    language = language or settings.interface_language
    site = sites.of(settings)
    outlet = Outlet(store, ArtifactKind.CLIP, seal)
    clips: list[Clip] = []
    rows: list[dict[str, str]] = []
    skipped: list[tuple[str, str]] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for inspection in each_short(store, item, selection):
            if len(clips) >= limit:
                break
            try:
                with open_covered(inspection, settings) as audio:
                    shown = masked(inspection, site)
                    for span, findings in stretches(shown, item, settings.clip_margin, audio.duration):
                        if len(clips) < limit:
                            clips.append(_cut(outlet, audio, shown, item, span, out, len(clips) + 1, language, sound))
                            rows.append(_row(clips[-1], shown, findings, language))
            except RecordingError as error:
                skipped.append((call_name(masked(inspection, site)), unnumbered(error.message)))
        index = out / "index.csv"
        _write(outlet, index, _table(rows), [one.recording_id for one in clips], encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror or error}") from None
    return Cuts(tuple(clips), outlet.name(index), tuple(skipped))


def each_short(store: Store, item: str, selection: Selection | None = None) -> Iterator[Inspection]:
    """The calls in which `item` falls short, as they are stored, some at a time. Raises NotFound when no call has such
    an item."""
    offset = 0
    while True:
        some = store.clips.showing(item, selection, offset=offset, size=_AT_ONCE)
        if not some.known:
            raise NotFound(f"item {item}: no stored call has it on its scorecard")
        yield from some.inspections
        offset += len(some.inspections)
        if not some.inspections or offset >= some.total:
            return


def stretches(
    inspection: Inspection, item: str, margin: float, duration: float
) -> Iterator[tuple[Interval, tuple[Finding, ...]]]:
    """What shows an item, with `margin` seconds around it and the findings in it; those that touch are one. All of the
    call where what is missing has no place."""
    row = inspection.score.item(item)
    findings = row.result.findings if row else ()
    placed = [(one, one.interval) for one in findings if one.interval is not None and one.interval.start < duration]
    if not placed:
        yield Interval(0.0, duration), findings
    for span in joined((interval.padded(margin, duration) for _, interval in placed), 0.0):
        yield span, tuple(one for one, interval in placed if interval.overlaps(span))


def open_covered(inspection: Inspection, settings: Settings) -> Covered:
    """The recording of a stored call with a tone over private data, to be read and closed like `open_audio`'s.

    Raises RecordingError, and SiteError where private data has yet to be looked for.
    """
    call = inspection.call
    hits = hits_of(inspection, sites.of(settings))
    private = spans(call, hits, margin=settings.redact_margin)
    return covered(open_audio(Path(call.recording.path), settings), private)


def write_sound(audio: Covered, span: Interval, stream: IO[bytes], sound: SoundFormat) -> None:
    """Write a stretch to a stream that can be told where to write. Raises ValueError outside of the recording, and
    OSError."""
    if sound is SoundFormat.MP3:
        from qc.audio.mp3 import stream_mp3  # loads a library of codecs

        stream_mp3(audio, span, stream)
    else:
        stream_clip(audio, span, stream)


def write_masked(inspection: Inspection, to: Path, settings: Settings) -> None:
    """Write the whole recording of a stored call as WAV with a tone over private data, a block at a time.

    Raises as `open_covered`, and OSError when the file cannot be written.
    """
    with open_covered(inspection, settings) as audio:
        write_clip(audio, audio.span, to)


def safe_name(text: str) -> str:
    """A name from outside as part of a file's name: no separators, no dots at its ends, never empty or long."""
    return _UNSAFE.sub("-", text)[:LONGEST_NAME].strip(".-_") or "x"


def call_name(inspection: Inspection) -> str:
    """A call's id, or its file's name where it has none."""
    recording = inspection.call.recording
    return inspection.call.metadata.call_id or Path(recording.path).name


def _cut(
    outlet: Outlet,
    audio: Covered,
    inspection: Inspection,
    item: str,
    span: Interval,
    out: Path,
    place: int,
    language: str,
    sound: SoundFormat,
) -> Clip:
    agent = safe_name(inspection.call.metadata.agent or "unknown")
    minutes, seconds = divmod(int(span.start), 60)
    stem = f"{place:03d}_{safe_name(item)}_{agent}_{safe_name(call_name(inspection))}_{minutes}.{seconds:02d}"
    path, recording_id = out / f"{stem}.{sound.value}", inspection.call.recording.id
    with outlet.writing(path, lambda: [recording_id]) as stream:
        write_sound(audio, span, stream, sound)
    _write(outlet, _captions(path), captions(inspection.call, span, language), [recording_id])
    return Clip(recording_id, span, str(outlet.name(path)), item)


def _row(clip: Clip, inspection: Inspection, findings: tuple[Finding, ...], language: str) -> dict[str, str]:
    metadata, percent = inspection.call.metadata, inspection.score.percent
    row = inspection.score.item(clip.point)
    notes = [say(one.note, language) for one in findings] or ([say(row.result.explanation, language)] if row else [])
    path = Path(clip.path)
    values = (
        path.name,
        _captions(path).name,
        clip.point,
        call_name(inspection),
        metadata.agent or "",
        metadata.team or "",
        metadata.start.isoformat(sep=" ") if metadata.start else "",
        f"{clip.interval.start:.2f}",
        f"{clip.interval.end:.2f}",
        "" if percent is None else f"{percent:.1f}",
        " / ".join(one.quote for one in findings if one.quote),
        " / ".join(dict.fromkeys(notes)),
    )
    return dict(zip(COLUMNS, map(safe_cell, values), strict=True))


def _table(rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _write(outlet: Outlet, path: Path, text: str, recording_ids: list[str], encoding: str = "utf-8") -> None:
    with outlet.writing(path, lambda: recording_ids) as stream:
        stream.write(text.encode(encoding))


def _captions(path: Path) -> Path:
    """Beside the clip: ``x.vtt`` of ``x.wav``, ``x.vtt.age`` of ``x.wav.age``."""
    return path.with_name(re.sub(r"\.(wav|mp3)(?=$|\.)", ".vtt", path.name))
