"""What a pack is, and the limits of what people put into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qc.clips import SoundFormat
from qc.errors import UsageError
from qc.redact import discreet
from qc.result import Excerpt

MOST = 50
"""Clips of a pack: more is a shelf, no lesson."""
SHORTEST, LONGEST = 0.5, 1800.0
"""Seconds of a clip."""
TITLE, TIP, TAG, TAGS = 120, 1000, 40, 10
"""Characters of a title, a tip (and of the note of a pack) and a tag; tags of a clip."""
_FILE = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Pack:
    """Clips in the order in which they are taught, under a title. ``agents``: whether it says whose calls they are."""

    clips: tuple[Excerpt, ...]
    title: str = ""
    note: str = ""
    language: str = "en"
    sound: SoundFormat = SoundFormat.WAV
    agents: bool = False

    def checked(self) -> Pack:
        """The pack with every text fit to leave. Raises UsageError for none or too many clips, and as `checked`."""
        if not 0 < len(self.clips) <= MOST:
            raise UsageError(f"a pack has 1 to {MOST} clips, not {len(self.clips)}")
        clips = tuple(checked(one) for one in self.clips)
        return replace(self, clips=clips, title=tidy(self.title, TITLE), note=tidy(self.note, TIP))

    def counterparts(self, clip: Excerpt) -> tuple[int, ...]:
        """Numbers of the clips that show the same item the other way: how it is done well, or not."""
        if not clip.item:
            return ()
        other = [one.item == clip.item and one.good is not clip.good for one in self.clips]
        return tuple(number for number, fits in enumerate(other, start=1) if fits)


def checked(clip: Excerpt, duration: float | None = None) -> Excerpt:
    """The clip, its texts tidy and without private data, cut at the end of a recording of `duration` seconds.

    Raises UsageError for a span that is too short, too long or behind the end.
    """
    span = clip.interval
    if duration is not None:
        if span.start >= duration:
            raise UsageError(f"a clip from {span.start:.1f} s is behind the end of the recording, {duration:.1f} s")
        span = replace(span, end=min(span.end, duration))
    if not SHORTEST <= round(span.duration, 3) <= LONGEST:
        raise UsageError(f"a clip is {SHORTEST:g} to {LONGEST:g} s long, not {span.duration:.1f} s")
    tags = tuple(dict.fromkeys(filter(None, (tidy(tag, TAG) for tag in clip.tags))))[:TAGS]
    return replace(clip, interval=span, title=tidy(clip.title, TITLE), tip=tidy(clip.tip, TIP), tags=tags)


def tidy(text: str, most: int) -> str:
    """A text that somebody typed, on one line: no control signs, none that turn the direction of others, no private
    data, and at most `most` characters."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * most])
    return discreet(" ".join(shown.split()))[:most].strip()


def file_name(title: str) -> str:
    """A name for the ZIP: letters, digits and hyphens, never empty or long, and without private data."""
    return f"{_FILE.sub('-', discreet(title))[:60].strip('-_') or 'coaching-pack'}.zip"
