"""The anchor: number and hash of the last entry, in a small file beside the trail, better on another disk.

A chain alone does not know where it ends. The file is written whole or not at all: the next one is prepared (`prepare`)
before the entry is committed, so that an entry whose anchor cannot be written is not made, and takes the place of the
old one (`confirm`) after that.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from qc.audit.chain import canonical, digest
from qc.errors import StoreError

_PATIENCE = 60
"""Seconds to wait for who records at the moment."""
_LIMIT = 4096
"""Bytes of the file that are read; it has under 300."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last entry as the file knows it. ``trusted`` False: not made with the key that is set."""

    number: int
    hash: str
    trusted: bool = True


class AnchorFile:
    """The file at `path`. With a `key` it is sealed from entry `key_from` on: nobody without the key can make one.

    It is as open as the umask says: everybody who records has to write it. Raises StoreError when it cannot be written.
    """

    def __init__(self, path: Path, key: bytes | None = None, key_from: int = 1) -> None:
        self.path, self._key, self._key_from = path, key, key_from
        self._next = path.with_name(f"{path.name}.next")
        self._lock = path.with_name(f"{path.name}.lock")

    @property
    def files(self) -> tuple[Path, ...]:
        """All that may lie there: no recordings."""
        return self.path, self._next, self._lock

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else records meanwhile, of those who know this file."""
        with self._errors():
            self._lock.touch()
            lock = FileLock(self._lock, thread_local=False, mode=0o666)
            lock.acquire(timeout=_PATIENCE)
        try:
            yield
        finally:
            lock.release()

    def read(self) -> Anchor | None:
        """The anchor; None where there is no file. What cannot be read is not trusted."""
        return self._read(self.path)

    def recover(self, number: int, hash_: str) -> None:
        """Finish what was killed between an entry's commit and its anchor: the prepared file is the last entry's."""
        if self._read(self._next) == Anchor(number, hash_):
            self.confirm()

    def prepare(self, number: int, hash_: str) -> None:
        """Write the next anchor beside this one."""
        content = {"hash": hash_, "number": number, "seal": _seal(number, hash_, self._key)}
        with self._errors():
            descriptor = os.open(self._next, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(canonical(content) + "\n")
                file.flush()
                os.fsync(file.fileno())

    def confirm(self) -> None:
        """Let the prepared one take this one's place."""
        with self._errors():
            self._next.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _read(self, path: Path) -> Anchor | None:
        try:
            with path.open("rb") as file:
                content = json.loads(file.read(_LIMIT))
            number, hash_, seal = content["number"], content["hash"], content["seal"]
            keys = [self._key] if type(number) is not int or number >= self._key_from else [self._key, None]
            trusted = type(number) is int and any(hmac.compare_digest(seal, _seal(number, hash_, key)) for key in keys)
            return Anchor(number if type(number) is int else 0, str(hash_), trusted)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            return Anchor(0, "", trusted=False)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"audit anchor {self.path}: cannot be written ({error.strerror or error}); "
                "without a trail nothing is shown, changed or given out"
            ) from None


def _seal(number: int, hash_: str, key: bytes | None) -> str:
    return digest(canonical({"anchor": number, "hash": hash_}), key)
