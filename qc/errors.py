"""Every error of ours. Foreign errors are translated where they enter.

::

    QcError                     one sentence for a person: what is wrong, where, what to do
    ├── UsageError              the command or a setting is wrong (exit code 2)
    ├── RecordingError          a recording cannot be listened to; has a typed `code` and the `stage`
    │   ├── RecordingMissing        no such file, or it vanished, or it may not be read
    │   ├── NotAudio                the bytes are no audio format that is accepted
    │   ├── CorruptAudio            a known format, but broken, truncated or lying about its length
    │   ├── UnsupportedAudio        a known format or parameter that is refused
    │   ├── EmptyAudio              no audio frames
    │   └── LimitExceeded           longer, larger or slower than the settings allow
    ├── ModelError              a model is missing, changed, unlisted or of the wrong kind
    ├── TranscriptError         a transcript or truth file cannot be used
    ├── LanguageError           a language pack is missing or wrong
    ├── ScorecardError          a scorecard is wrong: file, line, item
    ├── SiteError               a site file is wrong: file, line, item
    ├── UsersError              a users file is wrong: file, line, user
    ├── RetentionError          a retention policy is wrong: file, line, class
    ├── MetadataError           a metadata file cannot be used
    ├── StoreError              the database cannot be opened, written or migrated
    │   ├── StoreMissing            there is no database yet
    │   └── StoreLost               the connection to it is lost, or another program keeps it busy: try again
    ├── Conflict                somebody else changed it meanwhile; says who, what and when
    ├── Forbidden               the user has no right to it
    └── NotFound                no such call, agent or item in the store, or none that the user may know of
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any


class QcError(Exception):
    """An error that a person can act on. ``str(error)`` is one sentence. Survives pickling."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[QcError], args: tuple[Any, ...], state: dict[str, Any]) -> QcError:
    error = kind.__new__(kind)
    Exception.__init__(error, *args)
    error.__dict__.update(state)
    return error


class UsageError(QcError):
    """The command or a setting is wrong."""


class RecordingError(QcError):
    """A recording cannot be listened to."""

    code = "recording"

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{self.path}: {reason}")


class RecordingMissing(RecordingError):
    """No such file, it vanished, or it may not be read."""

    code = "missing"


class NotAudio(RecordingError):
    """The bytes are no audio format that is accepted."""

    code = "not_audio"


class CorruptAudio(RecordingError):
    """A known format, but broken, truncated or lying about its length."""

    code = "corrupt"


class UnsupportedAudio(RecordingError):
    """A known format or parameter that is refused."""

    code = "unsupported"


class EmptyAudio(RecordingError):
    """No audio frames."""

    code = "empty"


class LimitExceeded(RecordingError):
    """Longer, larger or slower than the settings allow."""

    code = "limit"


class ModelError(QcError):
    """A model is missing, changed, unlisted or of the wrong kind."""


class TranscriptError(QcError):
    """A transcript or truth file cannot be used."""


class LanguageError(QcError):
    """A language pack is missing or wrong."""


class ScorecardError(QcError):
    """A scorecard is wrong."""


class SiteError(QcError):
    """A site file is wrong."""


class UsersError(QcError):
    """A users file is wrong."""


class RetentionError(QcError):
    """A retention policy is wrong."""


class MetadataError(QcError):
    """A metadata file cannot be used."""


class StoreError(QcError):
    """The database cannot be opened, written or migrated."""


class StoreMissing(StoreError):
    """There is no database yet."""


class StoreLost(StoreError):
    """The connection to the database is lost, or another program keeps it busy; trying again may help."""


class Conflict(QcError):
    """Somebody else changed it since it was read. ``by`` did it, ``at`` that time; nothing of theirs was changed."""

    def __init__(self, message: str, *, by: str = "", at: datetime | None = None) -> None:
        self.by, self.at = by, at
        super().__init__(message)


class Forbidden(QcError):
    """The user has no right to it."""


class NotFound(QcError):
    """No such call, agent or item in the store, or none that the user may know of."""
