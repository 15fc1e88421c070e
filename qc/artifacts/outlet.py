"""The one way out for files with data of calls."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import IO

from qc.artifacts.seal import ENDING, Seal
from qc.store import ArtifactKind, Store

Whose = Callable[[], Collection[str]]


class Outlet:
    """Writes files of one kind, each whole or not at all, and registers them in `store` with the recordings whose data
    is in them; None: nothing is stored of them, so there is nothing to erase.

    With a `seal` a file is put together in memory and only its encrypted form is written, as ``NAME.age``.
    """

    def __init__(self, store: Store | None, kind: ArtifactKind, seal: Seal | None = None) -> None:
        self._store, self._kind, self._seal = store, kind, seal

    @property
    def sealed(self) -> bool:
        """Whether nothing may be written but encrypted."""
        return self._seal is not None

    def name(self, path: Path) -> Path:
        """The name under which a file appears."""
        return path.with_name(path.name + ENDING) if self._seal else path

    @contextmanager
    def writing(self, path: Path, whose: Whose) -> Iterator[IO[bytes]]:
        """A stream, whose content becomes the file at the end of the block; nothing changes when the block raises.

        `whose`: the recordings in it, asked before, so that a file that a killed process leaves is known, and after.
        Raises OSError when it cannot be written, StoreError when it cannot be registered.
        """
        target = self.name(path).absolute()
        part = target.with_name(f"{target.name}.part")
        before = frozenset(whose())
        if self._store is not None:
            self._store.life.announce(str(target), self._kind, self.sealed, before)
        try:
            with part.open("wb") as file:
                if self._seal is None:
                    yield file
                else:
                    memory = _Memory()
                    yield memory
                    file.write(self._seal.close(memory.getvalue()))
                file.flush()
                os.fsync(file.fileno())
            with part.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            if self._store is not None and not target.exists():
                self._store.life.never_was(str(target))
            raise
        if self._store is not None:
            self._store.life.finished(str(target), self._kind, self.sealed, before | frozenset(whose()), digest)


class _Memory(io.BytesIO):
    """Keeps what was written when a library closes it."""

    def close(self) -> None:
        """Stay open."""
