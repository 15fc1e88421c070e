"""A real PostgreSQL server for tests: in a folder of its own, on a Unix socket, gone with the process that started it.

It sorts text unlike SQLite and keeps another time zone than UTC: a query that leaves either to the server fails.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from qc.store import Store

BINARIES = Path("/usr/lib/postgresql")
OLDEST = 15
"""The first version whose databases can sort by ICU."""
MISSING = f"no PostgreSQL {OLDEST} or newer in {BINARIES}: apt-get install postgresql"
_USER = "postgres"
_SETTINGS = {
    "listen_addresses": "",
    "timezone": "Asia/Shanghai",
    "log_min_messages": "log",
}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path | None:
    """The folder of the newest server's programs; None where there is none."""
    versions = [int(path.parent.parent.name) for path in BINARIES.glob("*/bin/postgres") if path.parts[-3].isdigit()]
    newest = max(versions, default=0)
    return BINARIES / str(newest) / "bin" if newest >= OLDEST else None


class Server:
    """A running server. `database` gives URLs; the user is ``qc``, who may do everything and needs no password."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        self.folder = folder
        self.process = process
        self._numbers = count(1)
        self._template: str | None = None

    def url(self, name: str) -> str:
        """The URL of a database on it."""
        return f"postgresql://qc@/{name}?host={self.folder}"

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database of one's own, dropped at the end; `migrated` False: one without any table."""
        name = f"qc_{next(self._numbers)}"
        self._create(name, self._migrated() if migrated else "template0")
        yield self.url(name)
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def execute(self, statement: sql.Composable, database: str = "postgres") -> None:
        """Run a statement outside of a transaction."""
        with psycopg.connect(host=str(self.folder), user="qc", dbname=database, autocommit=True) as connection:
            connection.execute(statement)

    def _create(self, name: str, template: str) -> None:
        names = sql.Identifier(name), sql.Identifier(template)
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def _migrated(self) -> str:
        """Migrations run once; databases are copied from it."""
        if self._template is None:
            self._create("qc_migrated", "template0")
            Store(self.url("qc_migrated")).close()
            self._template = "qc_migrated"
        return self._template


@contextmanager
def serve(programs: Path, *, safe: bool = False) -> Iterator[Server]:
    """Run a server until the end of the block. `safe`: one that keeps what it was told when the power fails."""
    folder = Path(tempfile.mkdtemp(prefix="qc-pg-"))  # the path of a socket has room for 107 bytes
    try:
        if os.getuid() == 0:
            user = pwd.getpwnam(_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en")
        started = (f"--pgdata={data}", "--username=qc", "--auth=trust", "--no-sync", "--no-instructions", *locale)
        made = subprocess.run(_as_user([programs / "initdb", *started]), capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        settings = [f"--{name}={value}" for name, value in (_SETTINGS | ({} if safe else _FAST)).items()]
        command = _as_user([programs / "postgres", "-D", data, "-k", folder, *settings])
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
            try:
                _wait_until_ready(process)
                yield Server(folder, process)
            finally:
                process.send_signal(signal.SIGINT)  # what it does is cut short
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(command: Sequence[object]) -> list[str]:
    """The server refuses to run as root, and ends (SIGINT) with the process that started it."""
    change = ["--reuid", _USER, "--regid", _USER, "--init-groups"] if os.getuid() == 0 else []
    return ["setpriv", *change, "--pdeathsig", "INT", *map(str, command)]


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Until it says so; what it says later is read too, lest it should wait for a reader."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "ready to accept connections" in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return
    raise AssertionError("".join(said))
