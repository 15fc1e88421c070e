from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from qc.store import Store
from qc.ui.server.application import SCRIPT
from tests.ui.night import BAD, START, inspection, shared_night

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """`AppTest` puts its script in the place of ``__main__``, and processes that are started later would run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a stored night."""
    return shared_night(tmp_path_factory.getbasetemp() / "night")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    from tests.ui.server import browser  # not everybody has playwright

    with browser() as chromium:
        yield chromium


@pytest.fixture
def tab(chromium: Browser, address: str) -> Iterator[Page]:
    """A tab of the dashboard at the module's `address` that must stay on this machine and free of errors."""
    from tests.ui.tab import opened

    with opened(chromium, address) as page:
        yield page


@pytest.fixture
def empty_store(tmp_path: Path) -> str:
    """URL of a database without calls."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def own_night(night: str, tmp_path: Path) -> str:
    """A copy of the night that a test may change."""
    return copied(night, tmp_path / "own.db")


@pytest.fixture(scope="module")
def modules_night(night: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the night for the tests of a module: what a reader chooses is kept in the database."""
    return copied(night, tmp_path_factory.mktemp("night") / "own.db")


def copied(night: str, copy: Path) -> str:
    """Copy a night's database; gives the copy's URL."""
    with sqlite3.connect(night.removeprefix("sqlite:///")) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return f"sqlite:///{copy}"


@pytest.fixture
def last_night(own_night: str, tmp_path: Path) -> str:
    """A copy of the night, on the last day of which one call went badly."""
    with Store(own_night) as store:
        store.save(inspection(tmp_path, "A03-10", "A03", BAD, START + timedelta(days=4, hours=9)))
    return own_night


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Open a page of the real app."""

    def run(database: str, page: str = "overview", /, **query: str) -> AppTest:
        monkeypatch.setenv("QC_DATABASE", database)
        monkeypatch.setenv("QC_CONFIG", str(tmp_path / "none.toml"))
        app = AppTest.from_file(str(SCRIPT), default_timeout=120)
        app.query_params.update(query)
        if page != "overview":
            app.switch_page(f"../pages/{page}.py")
        app.run()
        assert not app.exception, app.exception
        return app

    return run
