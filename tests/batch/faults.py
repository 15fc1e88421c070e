"""A night that is struck at a chosen moment, in a process of its own, and the dump by which two nights are compared."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.engine import default, make_url

from qc.batch.judging import Judge
from qc.batch.runner import Batch
from qc.config import Settings
from qc.engines.factory import build
from qc.errors import QcError
from qc.pipeline import listening_version
from qc.result import Inspection
from qc.store import Store
from tests.batch.quick import Quick, Strike
from tests.store.samples import make_call, make_inspection

SETTINGS = Settings(
    transcriber="oracle", voice_detector="oracle", diarizer="oracle", settle=0, lease=600, failure_share=1.0
)
DIFFERS = {
    "recordings": {"added_at"},
    "names": {"id", "seen_at"},
    "calls": {"id", "listened_at"},
    "inspections": {"call", "saved_at", "run"},
    "failures": {"id", "first_at", "last_at", "attempts"},
    "files": {"seen_at"},
    "spoken": {"id"},
    "ledger": {"attempts", "deaths", "elapsed", "cpu", "timings", "entered_at", "changed_at", "worker", "lease_until"},
}
"""Columns that differ between a night that was struck and one that was not: times, numbers given by the database, and
how often something was tried. Of ``inspections.run`` everything but its times is compared; failures that are over are
history, and not compared."""


def night(folder: Path) -> Path:
    """Recordings to account for: three, one of them under two names, one that is broken, and an empty file."""
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.wav").write_bytes(b"RIFF" + name.encode() * 100)
    (folder / "copy of b.wav").write_bytes((folder / "b.wav").read_bytes())
    (folder / "broken.wav").write_bytes(b"no audio")
    (folder / "empty.wav").touch()
    return folder


def run(url: str, folder: Path, strike: Strike | None = None) -> int:
    """Run a night to its end. Gives how it ended: 0, 1 for an error of ours, or minus a signal's number. What it heard
    is added to ``heard``, its report is ``report.json``, both beside the folder."""
    return end_of(start(url, folder, strike))


def end_of(child: int) -> int:
    """Wait for a run; as `run`."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def start(url: str, folder: Path, strike: Strike | None = None, report: str = "report.json") -> int:
    """Begin a run in a process of its own. Gives the process."""
    inspections(folder)  # what this process knows already its children need not find out
    child = os.fork()
    if child == 0:
        os.setsid()
        code = 1
        try:
            with Path(os.devnull).open("w") as nothing:
                os.dup2(nothing.fileno(), 2)
            code = _run(url, folder, strike, folder.parent / report)
        finally:
            os._exit(code)
    return child


def _run(url: str, folder: Path, strike: Strike | None, report: Path) -> int:
    if strike is not None:
        _patch(strike, url)
    settings = SETTINGS.model_copy(update={"database_patience": 60.0})
    try:
        with Store(url) as store:
            listener = Quick(inspections(folder), folder.parent / "heard", strike)
            document = Batch(store, settings, listener=listener, pause=_no_time).run([folder]).as_json()
    except QcError:
        return 1
    report.write_text(json.dumps(document))
    return 0


def _no_time(seconds: float) -> None:
    """Nobody waits for what is over: others are given the processor."""
    os.sched_yield()


def inspections(folder: Path) -> dict[str, Inspection]:
    """What is heard in each content of a folder, judged by the settings' own card."""
    found = {}
    for path in sorted(folder.rglob("*.wav")):
        content = path.read_bytes()
        identity = sha256(content).hexdigest()
        if content.startswith(b"RIFF") and b"killer" not in content and identity not in found:
            call = make_call(path.stem)
            recording = replace(call.recording, id=identity, path=str(path))
            heard = make_inspection(replace(call, recording=recording), listening=_listening())
            found[identity] = _judge().again(heard)
    return found


@cache
def _listening() -> str:
    return listening_version(build(SETTINGS), SETTINGS)


@cache
def _judge() -> Judge:
    return Judge(SETTINGS)


def _patch(strike: Strike, url: str) -> None:
    """Strike around the commits and statements of this process; its workers are struck by `Quick`."""
    counter: dict[str, int] = {}
    commit: Callable[..., None] = default.DefaultDialect.do_commit
    execute: Callable[..., None] = default.DefaultDialect.do_execute

    def do_commit(self: default.DefaultDialect, connection: Any) -> None:
        _as_database(strike, url, "commit-before", counter)
        commit(self, connection)
        _as_database(strike, url, "commit-after", counter)

    def do_execute(self: default.DefaultDialect, cursor: Any, statement: str, *rest: Any, **options: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            _as_database(strike, url, "statement", counter)
        execute(self, cursor, statement, *rest, **options)

    default.DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    default.DefaultDialect.do_execute = do_execute  # type: ignore[method-assign]


def _as_database(strike: Strike, url: str, where: str, counter: dict[str, int]) -> None:
    """An error of the disk, as the database's driver reports it."""
    before = strike.once.exists()
    try:
        strike.at(where, counter)
    except OSError as error:
        if url.startswith("sqlite"):
            words = {errno.ENOSPC: "database or disk is full", errno.EIO: "disk I/O error"}
            raise sqlite3.OperationalError(
                words.get(error.errno or 0, "attempt to write a readonly database")
            ) from None
        raise psycopg.errors.DiskFull("could not extend file") from None
    if strike.what == "disconnect" and strike.once.exists() and not before:
        disconnect(url)


def disconnect(url: str) -> None:
    """End every other connection to the database, as a server that starts again does."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(f"{others} AND pid <> pg_backend_pid()")


def dump(url: str) -> str:
    """All that is in the database, a line a row, without what `DIFFERS`; the same for equal nights."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg") if url.startswith("postgresql") else url)
    tables = MetaData()
    lines = []
    with engine.connect() as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name.startswith("spoken_index"):  # the words of `spoken`, in the order in which they came
                continue
            left_out = DIFFERS.get(table.name, set())
            for row in connection.execute(select(table)).mappings():
                if table.name == "failures" and row["resolved_at"] is not None:
                    continue
                values = {name: value for name, value in row.items() if name not in left_out}
                if table.name == "inspections":
                    run_info = json.loads(row["run"])
                    values["run"] = {k: v for k, v in run_info.items() if k not in ("started_at", "elapsed", "cpu")}
                lines.append(f"{table.name} {json.dumps(values, sort_keys=True, default=str)}")
    engine.dispose()
    return "\n".join(sorted(lines))
