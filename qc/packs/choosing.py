"""The clips of a pack that nobody chose by hand: the evidence of an item, and how a colleague does it well."""

from __future__ import annotations

from pathlib import Path

from qc.audio import open_audio
from qc.clips import call_name, each_short, stretches
from qc.config import Settings
from qc.errors import RecordingError
from qc.packs.pack import LONGEST, SHORTEST
from qc.redact import masked, unnumbered
from qc.result import Excerpt, Inspection
from qc.store import Selection, Store

EXAMPLES = 1
"""Good examples at the end."""


def chosen(
    store: Store, item: str, *, settings: Settings, selection: Selection | None = None, limit: int
) -> tuple[tuple[Excerpt, ...], tuple[tuple[str, str], ...]]:
    """`limit` clips at most, in the order of `each_short`, then a good example by somebody of whom there is no clip,
    where there is one; and the calls that could not be used, with the reason.

    Raises NotFound when no call has such an item.
    """
    clips: list[Excerpt] = []
    skipped: list[tuple[str, str]] = []
    agents: set[str | None] = set()
    for inspection in each_short(store, item, selection):
        if len(clips) >= limit:
            break
        found = _stretches(inspection, item, settings, skipped)
        clips += found[: limit - len(clips)]
        agents |= {inspection.call.metadata.agent} if found else set()
    if clips:
        clips += _examples(store, item, settings, selection, agents, skipped)
    return tuple(clips), tuple(skipped)


def _examples(
    store: Store,
    item: str,
    settings: Settings,
    selection: Selection | None,
    agents: set[str | None],
    skipped: list[tuple[str, str]],
) -> list[Excerpt]:
    good = store.clips.showing(item, selection, good=True, size=25).inspections
    for one in sorted(good, key=lambda one: one.call.metadata.agent in agents):  # a colleague's before their own
        if found := _stretches(one, item, settings, skipped, good=True):
            return found[:EXAMPLES]
    return []


def _stretches(
    inspection: Inspection, item: str, settings: Settings, skipped: list[tuple[str, str]], *, good: bool = False
) -> list[Excerpt]:
    recording = inspection.call.recording
    try:
        with open_audio(Path(recording.path), settings) as audio:
            duration = audio.duration
    except RecordingError as error:
        skipped.append((call_name(masked(inspection)), unnumbered(error.message)))
        return []
    spans = [span for span, _ in stretches(inspection, item, settings.clip_margin, duration)]
    fitting = [span for span in spans if SHORTEST <= span.duration <= LONGEST]
    if len(fitting) < len(spans):
        limits = f"a clip is {SHORTEST:g} to {LONGEST:g} s long"
        skipped.append((call_name(masked(inspection)), limits))
    return [Excerpt(recording.id, span, item, good) for span in fitting]
