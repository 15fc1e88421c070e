"""A folder that remembers: alerts that wait to be told, and those that were.

::

    OUTBOX/webhook/KEY.json         waits
    OUTBOX/webhook/sent/KEY.json    was taken by the receiver
    OUTBOX/mail/…                   the same for mail

A file is written whole or not at all, and moves once. Who stops between the receiver's answer and the move sends the
alert again with the same key, by which a receiver knows it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from qc.alerts.alert import Alert, key_of
from qc.errors import UsageError

_ALERT = TypeAdapter(Alert)


class Outbox:
    """The alerts of one way of telling. Every method raises UsageError when the folder does not serve."""

    def __init__(self, folder: Path, way: str) -> None:
        self._waiting = folder / way
        self._sent = self._waiting / "sent"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """One process at a time; another one that sends now is waited for, for 10 minutes at most."""
        with _folder_errors(self._waiting):
            self._sent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._waiting / ".lock", timeout=600)
            try:
                lock.acquire()
            except Timeout:
                raise UsageError(f"{self._waiting}: another process has been sending alerts for 10 minutes") from None
        try:
            yield
        finally:
            lock.release()

    def add(self, alerts: Iterable[Alert]) -> None:
        """Put in what neither waits nor was sent."""
        with _folder_errors(self._waiting):
            for alert in alerts:
                name = f"{alert.key}.json"
                if not (self._sent / name).exists() and not (self._waiting / name).exists():
                    unfinished = self._waiting / f"{name}.part"
                    with unfinished.open("wb") as stream:
                        stream.write(json.dumps(alert.as_json(), indent=1).encode())
                        stream.flush()
                        os.fsync(stream.fileno())
                    unfinished.replace(self._waiting / name)

    def waiting(self) -> tuple[tuple[Alert, ...], tuple[str, ...]]:
        """What waits, by date and key; and a sentence for each file that is none of ours."""
        found, problems = [], []
        with _folder_errors(self._waiting):
            for path in sorted(self._waiting.glob("*.json")):
                try:
                    alert = _ALERT.validate_json(path.read_bytes())
                except ValidationError:
                    problems.append(f"{path}: no alert; not sent")
                    continue
                if path.stem == alert.key:
                    found.append(alert)
                else:
                    problems.append(f"{path}: is not named by its key; not sent")
        return tuple(sorted(found, key=lambda one: (one.date, one.start or "", one.key))), tuple(problems)

    def forget(self, recordings: Collection[str]) -> int:
        """Remove what waits or was sent of these recordings; gives how many files there were."""
        gone = 0
        with _folder_errors(self._waiting):
            for path in (*self._waiting.glob("*.json"), *self._sent.glob("*.json")):
                if _about(path, recordings):
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone

    def holds(self, recordings: Collection[str]) -> int:
        """How many alerts wait or were sent of these recordings."""
        with _folder_errors(self._waiting):
            return sum(_about(path, recordings) for path in (*self._waiting.glob("*.json"), *self._sent.glob("*.json")))

    def done(self, alerts: Iterable[Alert]) -> None:
        """The receiver has them."""
        with _folder_errors(self._waiting):
            for alert in alerts:
                (self._waiting / f"{alert.key}.json").replace(self._sent / f"{alert.key}.json")


def _about(path: Path, recordings: Collection[str]) -> bool:
    """Whether an alert is of one of the recordings; those of earlier versions name it by their key alone."""
    try:
        alert = _ALERT.validate_json(path.read_bytes())
    except (ValidationError, FileNotFoundError):
        return False
    return alert.recording in recordings or any(alert.key == key_of(alert.kind, one, alert.item) for one in recordings)


@contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{folder}: alerts cannot be kept there ({error.strerror or error})") from None
