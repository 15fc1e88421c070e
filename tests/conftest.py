"""Recordings that many tests need: small, made here or committed in ``tests/data``."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, settings

from tests import postgresql

WriteWav = Callable[..., Path]
DATA = Path(__file__).parent / "data"

# A loaded machine is no fault of the code, and what passed once passes again.
settings.register_profile("qc", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("qc")


@pytest.fixture
def call_wav(tmp_path: Path) -> Path:
    """A Chinese call of 14 s (agent left, customer right, 8 kHz mu-law) with its truth file, in a folder of its own."""
    folder = tmp_path / "call"
    folder.mkdir()
    for name in ("call.wav", "call.truth.json"):
        shutil.copy(DATA / name, folder / name)
    return folder / "call.wav"


@pytest.fixture
def write_wav(tmp_path: Path) -> WriteWav:
    """``write_wav(samples (channels, n), rate=8000, subtype="PCM_16", name="test.wav")`` writes and gives the path."""

    def write(samples: np.ndarray, rate: int = 8000, subtype: str = "PCM_16", name: str = "test.wav") -> Path:
        path = tmp_path / name
        soundfile.write(path, np.atleast_2d(samples).T, rate, subtype=subtype, format="WAV")
        return path

    return write


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A real server, one a test process; tests that need it are skipped where PostgreSQL is not installed."""
    programs = postgresql.binaries()
    if programs is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.serve(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database of the test's own, on each of the two kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'qc.db'}"
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As `store_url`, of a database that nobody opened yet: without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'qc.db'}"
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    with server.database(migrated=False) as url:
        yield url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not tested here and why, a line a reason: at the end, where it is read."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    for reason, tests in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped {tests} tests: {reason}")
