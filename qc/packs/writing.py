"""Writing a pack: sound, words, the page and the manifest."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any

from qc import site as sites
from qc.captions import captions
from qc.clips import open_covered, write_sound
from qc.config import Settings
from qc.packs.archive import Archive, Entry
from qc.packs.lesson import Lesson, lesson_of, transcript
from qc.packs.pack import Pack, checked
from qc.packs.page import page
from qc.redact import masked
from qc.result import Excerpt, Inspection
from qc.words import Words

FORMAT = 1
"""Of the manifest; raised when a key changes its meaning or goes away, not when one is added."""
_IN_MEMORY = 8 * 1024 * 1024


def write_pack(
    pack: Pack,
    source: Callable[[Excerpt], Inspection],
    stream: IO[bytes],
    settings: Settings,
    *,
    in_memory: bool = False,
) -> Pack:
    """Write the ZIP to a stream that can be told where to write; gives the pack as it was checked, each clip within its
    recording. `source`: the call of a clip, as it is stored. `in_memory`: a long clip does not lie in a file without a
    name meanwhile.

    Raises UsageError for what a pack may not hold, RecordingError for a recording that is gone or broken, what `source`
    raises, SiteError and OSError. What was written by then is no pack.
    """
    pack = pack.checked()
    words = Words(pack.language)
    room = 0 if in_memory else _IN_MEMORY  # 0: without a limit
    lessons: list[Lesson] = []
    about: list[dict[str, Any]] = []
    with Archive(stream) as archive:
        for number, clip in enumerate(pack.clips, start=1):
            inspection = source(clip)
            shown = masked(inspection, sites.of(settings))
            with open_covered(inspection, settings) as audio, tempfile.SpooledTemporaryFile(room) as sound:
                clip = checked(clip, audio.duration)
                lesson = lesson_of(pack, number, clip, shown, words)
                write_sound(audio, clip.interval, sound, pack.sound)
                sound.seek(0)
                heard = archive.put(lesson.audio, sound)
            lessons.append(lesson)
            said = captions(shown.call, clip.interval, pack.language)
            read = (
                archive.put(lesson.captions, said.encode()),
                archive.put(lesson.transcript, transcript(lesson, words).encode()),
            )
            about.append(_about(clip, lesson, shown, (heard, *read)))
        index = archive.put("index.html", page(pack, lessons, words).encode())
        archive.put("manifest.json", _manifest(pack, about, index).encode())
    return pack


def _about(clip: Excerpt, lesson: Lesson, inspection: Inspection, files: tuple[Entry, ...]) -> dict[str, Any]:
    rule = lesson.rule
    return {
        "number": lesson.number,
        "title": lesson.title,
        "tip": lesson.tip,
        "tags": list(clip.tags),
        "item": clip.item,
        "kind": "" if not clip.item else "good" if clip.good else "short",
        "compare": [number for number, _ in lesson.counterparts],
        "recording": clip.recording_id,
        "start": round(clip.interval.start, 3),
        "end": round(clip.interval.end, 3),
        "language": inspection.call.transcript.language,
        "agent": lesson.agent,
        "scorecard": inspection.run.scorecard,
        "judging": inspection.run.judging,
        "rule": None if rule is None else rule.facts,
        "files": {name: asdict(one) for name, one in zip(("audio", "captions", "transcript"), files, strict=True)},
    }


def _manifest(pack: Pack, clips: list[dict[str, Any]], index: Entry) -> str:
    document = {
        "format": FORMAT,
        "title": pack.title,
        "note": pack.note,
        "language": pack.language,
        "audio": pack.sound.media_type,
        "page": asdict(index),
        "clips": clips,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
