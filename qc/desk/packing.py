"""A trainer's part of the desk: evidence to choose from, the tray, and the pack that is made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO

from qc import site as sites
from qc.access import Action, reach
from qc.audit import code
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.errors import NotFound
from qc.packs import MOST, Pack, checked, write_pack
from qc.redact import masked
from qc.result import Excerpt, Inspection
from qc.store import CallRow, Selection

_CLIPPING = (Action.EXPORT_CLIPS, Action.HEAR_CALL, Action.SEE_CALL)
"""Who cuts a clip hears and reads it."""


@dataclass(frozen=True, slots=True)
class Showing:
    """Some calls that show an item, masked, and how many there are in all."""

    inspections: tuple[Inspection, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clip in the user's tray, with its call."""

    id: int
    clip: Excerpt
    row: CallRow


class Packing(Base):
    """Clips and packs. A tray is its user's own; what they wrote is without private data before it is stored."""

    @needs(Action.EXPORT_CLIPS)
    def showing(
        self, item: str, selection: Selection | None = None, *, good: bool = False, offset: int = 0, size: int = 5
    ) -> Showing:
        """Calls in which an item falls short, or is done well; see `qc.store.showing`."""
        inside = self._clipped(selection)
        self._remember_once(Action.SEE_COACHING, None)
        found = self._store.clips.showing(item, inside, good=good, offset=offset, size=size)
        return Showing(tuple(masked(one, sites.of(self.settings)) for one in found.inspections), found.total)

    @needs(Action.EXPORT_CLIPS)
    def cutting(self, key: str) -> Inspection:
        """One call to cut from, masked. Raises NotFound."""
        inspection = self._cut_from(key)
        self._remember_once(Action.SEE_CALL, inspection)
        return masked(inspection)

    @needs(Action.EXPORT_CLIPS)
    def tray(self) -> tuple[Chosen, ...]:
        """The user's clips in their order; those of calls that left the user's reach stay out of sight."""
        drafts = self._store.clips.tray(self.user.id)
        if not drafts:
            return ()
        recordings = tuple({one.clip.recording_id for one in drafts})
        inside = self._clipped(Selection(recordings=recordings))
        rows = {row.recording_id: row.masked() for row in self._store.each_call_row(inside)}
        return tuple(
            Chosen(one.id, one.clip, rows[one.clip.recording_id]) for one in drafts if one.clip.recording_id in rows
        )

    @needs(Action.EXPORT_CLIPS)
    def choose(self, key: str, clip: Excerpt) -> int:
        """Put a clip of a call into the tray; its recording is that of the call. Raises NotFound, and UsageError as
        `qc.packs.checked` and for a tray that is full."""
        inspection = self._cut_from(key)
        recording = inspection.call.recording
        clip = checked(replace(clip, recording_id=recording.id), recording.duration)
        return self._store.clips.add(self.user.id, clip, MOST)

    @needs(Action.EXPORT_CLIPS)
    def rechoose(self, draft: int, clip: Excerpt) -> None:
        """Change a clip of the tray, all but its call. Raises NotFound, UsageError."""
        now = next((one.clip for one in self._store.clips.tray(self.user.id) if one.id == draft), None)
        if now is None:
            raise NotFound("this clip is not in the tray any more")
        recording = self._cut_from(now.recording_id).call.recording
        changed = checked(replace(clip, recording_id=recording.id), recording.duration)
        self._store.clips.change(self.user.id, draft, changed)

    @needs(Action.EXPORT_CLIPS)
    def move(self, draft: int, *, later: bool) -> None:
        """One place later in the tray, or earlier. Raises NotFound."""
        self._store.clips.move(self.user.id, draft, later)

    @needs(Action.EXPORT_CLIPS)
    def drop(self, draft: int | None = None) -> None:
        """Take a clip out of the tray, or all."""
        self._store.clips.remove(self.user.id, draft)

    @needs(Action.EXPORT_CLIPS)
    def packing(self, pack: Pack) -> Callable[[IO[bytes]], None]:
        """What writes the pack to a stream. Every clip is in the trail before. Raises NotFound for a call that is out
        of reach, UsageError; writing raises as `qc.packs.write_pack`."""
        pack = pack.checked()
        calls = {one.recording_id: self._cut_from(one.recording_id) for one in pack.clips}
        for one in pack.clips:
            span = (one.interval.start, one.interval.end)
            detail = {"item": code(one.item)} if one.item else {}
            self.remember(Action.EXPORT_CLIPS.value, calls[one.recording_id], span, detail)

        def write(stream: IO[bytes]) -> None:
            write_pack(pack, lambda clip: calls[clip.recording_id], stream, self.settings)

        return write

    def _clipped(self, selection: Selection | None) -> Selection:
        for action in _CLIPPING:
            self.require(action)
        return self._inside(min(_CLIPPING, key=lambda action: reach(self.user, action)), selection)

    def _cut_from(self, key: str) -> Inspection:
        return self._reached(Action.EXPORT_CLIPS, key, Action.HEAR_CALL, Action.SEE_CALL)
