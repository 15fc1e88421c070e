"""The secret of this installation that signs links to audio."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from qc.config import Settings
from qc.errors import UsageError

_SQLITE = "sqlite:///"
_BYTES = 32


def link_key(settings: Settings) -> bytes:
    """The setting's, or that of ``DATABASE.key`` beside a SQLite database, which is made when it is not there; with
    another database a new one for the life of this process, as long as its sessions. Raises UsageError."""
    if settings.link_key is not None:
        return settings.link_key.get_secret_value().encode()
    file = settings.database.removeprefix(_SQLITE)
    if not settings.database.startswith(_SQLITE) or not file or file == ":memory:":
        return secrets.token_bytes(_BYTES)
    path = Path(f"{file}.key")
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise UsageError(f"the key of links to audio, {path}: {error.strerror}; or set link_key") from None


def _make(path: Path) -> None:
    """With 0600, and whole: another process that starts at the same time reads this one's or gives its own."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(number, "w") as file:
            file.write(secrets.token_hex(_BYTES))
        if not path.exists():
            os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def _read(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        key = file.read().strip()
    if mode & 0o077:
        raise UsageError(f"the key of links to audio, {path}, may be read by others: chmod 600 {path}, or delete it")
    if len(key) < _BYTES:
        raise UsageError(f"the key of links to audio, {path}, is too short: delete it, and a new one is made")
    return key
