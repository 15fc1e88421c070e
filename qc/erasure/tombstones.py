"""A file beside the database that says what was erased, so that a restored backup is erased again: a line a recording.

A line holds the sha256 of the recording's bytes, a code for the reason, and the time; it tells nothing to who does not
have the recording.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from qc.config import Settings
from qc.errors import UsageError
from qc.store import Found, Store

Buried = Mapping[str, tuple[str, datetime]]
"""Recording id -> reason and time."""
_ID = re.compile("[0-9a-f]{64}")


def tombstone_file(store: Store, settings: Settings) -> Path:
    """The file of the settings; else beside the file of SQLite, or ``qc.tombstones`` in the working folder."""
    if settings.tombstones is not None:
        return settings.tombstones
    return Path("qc.tombstones") if "://" in store.name else Path(f"{store.name}.tombstones")


def remember(path: Path, recordings: Iterable[str], reason: str, at: datetime) -> None:
    """Add lines; on the disk when this returns. Raises UsageError: then nothing must be erased."""
    lines = [
        json.dumps({"recording": one, "reason": reason, "at": at.isoformat(timespec="seconds")}) for one in recordings
    ]
    if not lines:
        return
    try:
        torn = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write((("\n" if torn else "") + "\n".join(lines) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UsageError(
            f"{path}: what is erased cannot be remembered there ({error.strerror or error}); nothing was erased"
        ) from None


def read(path: Path) -> Buried:
    """What the file says; nothing where there is none. A line that a crash cut short is left out.

    Raises UsageError when it cannot be read, or holds something else.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error})") from None
    found: dict[str, tuple[str, datetime]] = {}
    for number, line in enumerate(lines, 1):
        try:
            said = json.loads(line) if line.strip() else None
            if said is not None and _ID.fullmatch(said["recording"]):
                at = datetime.fromisoformat(said["at"])
                found.setdefault(said["recording"], (str(said["reason"]), at if at.tzinfo else at.replace(tzinfo=UTC)))
        except (ValueError, KeyError, TypeError):
            if number < len(lines) and not line.startswith(b'{"recording"'):
                raise UsageError(f"{path}, line {number}: no tombstone; the file was changed") from None
    return found


def again(store: Store, settings: Settings, before: Callable[[int], object] | None = None) -> int:
    """Erase again what the file names and the store holds: a backup was restored. Gives how many recordings there were;
    `before` is told so first.

    What only the store knows as erased is added to the file. Raises UsageError, StoreError.
    """
    from qc.erasure.erase import take

    path = tombstone_file(store, settings)
    told, known = read(path), store.life.tombstones()
    for reason in sorted({reason for recording, (reason, _) in known.items() if recording not in told}):
        mine = sorted(one for one, (why, _) in known.items() if one not in told and why == reason)
        remember(path, mine, reason, datetime.now(UTC))
    missing = {one: value for one, value in told.items() if one not in known}
    if not missing:
        return 0
    back = Found(frozenset(missing) & frozenset(one.recording_id for one in store.life.ages()))
    if back:
        if before is not None:
            before(len(back.recordings))
        take(store, settings, back, "again")
        store.life.compact()
    store.life.bury((one, reason, at) for one, (reason, at) in sorted(missing.items()))
    return len(back.recordings)
