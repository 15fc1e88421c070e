"""Recordings that are open for playing: decoded once, and closed when others need the room or nobody listens any more.

What was decoded lies in a file without a name (see `qc.audio.sandbox`): it is gone when it is closed, and when the
process ends, however it ends.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qc.audio import Audio, open_audio
from qc.call import Recording
from qc.config import Settings
from qc.errors import RecordingMissing
from qc.ui.server.sessions import Clock

UNUSED = 120.0
"""Seconds until a recording that nobody plays is closed, so that an erased or deleted one does not stay."""


class _Copy:
    def __init__(self, used: float) -> None:
        self.lock = threading.Lock()
        self.audio: Audio | None = None
        self.readers = 0
        self.used = used
        self.dropped = False

    @property
    def size(self) -> int:
        return 2 * self.audio.num_samples * self.audio.num_channels if self.audio is not None else 0


class Copies:
    """Threads may use it at the same time; who reads goes on reading when a recording is dropped."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._copies: OrderedDict[str, _Copy] = OrderedDict()

    def __len__(self) -> int:
        return len(self._copies)

    @contextmanager
    def opened(self, recording: Recording) -> Iterator[Audio]:
        """The recording, open. Raises RecordingError, and RecordingMissing where the file holds another one by now."""
        with self._lock:
            copy = self._copies.setdefault(recording.id, _Copy(self._clock()))
            self._copies.move_to_end(recording.id)
            copy.readers += 1
        try:
            with copy.lock:
                if copy.audio is None:
                    copy.audio = self._open(recording)
            self._make_room(copy)
            yield copy.audio
        except BaseException:
            if copy.audio is None:
                self.drop(recording.id)
            raise
        finally:
            with self._lock:
                copy.readers -= 1
                copy.used = self._clock()
                self._close_if_unused(copy)

    def drop(self, recording_id: str) -> None:
        """Close a recording: it is no longer anybody's to hear."""
        with self._lock:
            self._drop(recording_id)

    def drop_unused(self) -> None:
        """Close what nobody has played for `UNUSED` seconds."""
        before = self._clock() - UNUSED
        with self._lock:
            for identity, copy in list(self._copies.items()):
                if not copy.readers and copy.used <= before:
                    self._drop(identity)

    def close(self) -> None:
        """Close all."""
        with self._lock:
            for identity in list(self._copies):
                self._drop(identity)

    def _open(self, recording: Recording) -> Audio:
        audio = open_audio(Path(recording.path), self._settings)
        if audio.id != recording.id:
            audio.close()
            raise RecordingMissing(recording.path, "the file holds another recording by now")
        return audio

    def _make_room(self, kept: _Copy) -> None:
        with self._lock:
            while len(self._copies) > 1 and (
                len(self._copies) > self._settings.open_recordings
                or sum(one.size for one in self._copies.values()) > self._settings.open_recording_bytes
            ):
                oldest = next(identity for identity, one in self._copies.items() if one is not kept)
                self._drop(oldest)

    def _drop(self, identity: str) -> None:
        if copy := self._copies.pop(identity, None):
            copy.dropped = True
            self._close_if_unused(copy)

    def _close_if_unused(self, copy: _Copy) -> None:
        if copy.dropped and not copy.readers and copy.audio is not None:
            copy.audio.close()
