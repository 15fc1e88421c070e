"""Secrets of a site, each from a setting or from a file that a setting names."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from qc.config import Settings
from qc.errors import UsageError

SHORTEST_KEY = 16
"""Bytes of a key: whoever can try all keys can try all that it seals."""


def key_of(settings: Settings, setting: str) -> bytes | None:
    """The key of a setting (as ``caller_key``), else of the file that ``caller_key_file`` names; None without.

    Raises UsageError when it cannot be read or is shorter than `SHORTEST_KEY`.
    """
    given: SecretStr | None = getattr(settings, setting)
    file: Path | None = getattr(settings, f"{setting}_file")
    if given is not None:
        key, name = given.get_secret_value().strip().encode(), setting
    elif file is not None:
        name = f"{setting}_file: {file}"
        try:
            key = file.read_bytes().strip()
        except OSError as error:
            raise UsageError(f"setting {name}: {error.strerror or error}") from None
    else:
        return None
    if len(key) < SHORTEST_KEY:
        raise UsageError(f"setting {name}: the key has {len(key)} bytes, at least {SHORTEST_KEY} are needed")
    return key
