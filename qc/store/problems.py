"""What a database complains of, as a sentence that a person understands."""

from __future__ import annotations

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

_BUSY = "another program is writing to it; try again later"
_SQLITE = {
    "unable to open database file": "cannot be opened; does its folder exist, and may you write there?",
    "attempt to write a readonly database": "may not be written",
    "database is locked": _BUSY,
    "file is not a database": "this file is no database",
    "database or disk is full": "the disk is full",
    "database disk image is malformed": "is damaged; restore a backup",
}
_POSTGRESQL = {  # by SQLSTATE
    "55P03": _BUSY,
    "40001": _BUSY,
    "40P01": _BUSY,
    "25006": "may not be written",
    "42501": "this user may not do that there",
    "53100": "the server's disk is full",
    "53300": "the server takes no more connections",
    "57P01": "the connection was lost: the server was stopped",
    "57P02": "the connection was lost: the server broke down",
    "57P03": "the server is starting or stopping; try again later",
}
_LOST = ("55P03", "40001", "40P01", "53300", "57P01", "57P02", "57P03")
_UNREACHED = (
    "connection failed",
    "connection is bad",
    "connection timeout",
    "Multiple connection",
    "failed to resolve",
)


def reason(error: DBAPIError, url: URL) -> str:
    """Why the driver failed; the password is never part of it."""
    cause = error.orig or error
    state = getattr(cause, "sqlstate", None)
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    text = first_line(cause)
    if url.get_backend_name() != "sqlite" and state is None:
        whole = " ".join(str(cause).split())
        if whole.startswith(_UNREACHED):
            text = f"cannot be reached: {whole}"
        elif error.connection_invalidated:
            text = f"the connection was lost: {text}"
    return without_secrets(_SQLITE.get(text, text), url)


def is_lost(error: DBAPIError) -> bool:
    """Whether trying again may help: a server that went away or is not there yet, rows that somebody keeps locked."""
    cause = error.orig or error
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return state in _LOST
    unreached = " ".join(str(cause).split()).startswith(_UNREACHED)
    return "database is locked" in str(cause) or unreached or error.connection_invalidated


def first_line(error: BaseException) -> str:
    """The first line of what an error says, or its name."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def without_secrets(text: str, url: URL) -> str:
    """The text without the URL's password."""
    given = url.query.get("password", "")
    for secret in (str(url.password or ""), given if isinstance(given, str) else ""):
        text = text.replace(secret, "***") if secret else text
    return text
