"""Who writes about the same thing waits for its turn.

SQLite has one writer at a time. On PostgreSQL writers of different recordings go side by side: a transaction first
locks what it is about (advisory locks, until its end), all at once and in one order, so that no two wait for each
other. What it then looks up stays true until it writes.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import BigInteger, Connection, cast, func, select

MIGRATION = "qc: migration"
PLACES = 1024
"""A subject has one of so many locks: a server holds some thousands at once, and a night is assigned in one go."""
_FIRST = int.from_bytes(b"qc lock\0", "big")


def lock(connection: Connection, *subjects: str) -> None:
    """Wait until nobody else writes about any of the subjects (recording ids, stored paths)."""
    if connection.dialect.name != "postgresql":
        return
    for number in sorted({_number(subject) for subject in subjects}):
        connection.execute(select(func.pg_advisory_xact_lock(cast(number, BigInteger))))


def _number(subject: str) -> int:
    """One of ours; two subjects that share a number wait for each other, and nothing else happens."""
    return _FIRST + int.from_bytes(sha256(subject.encode("utf-8", "surrogatepass")).digest()[:8], "big") % PLACES
