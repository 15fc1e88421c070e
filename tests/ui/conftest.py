from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.night import shared_night


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


@pytest.fixture
def empty_store(tmp_path: Path) -> str:
    """URL of a database without calls."""
    return f"sqlite:///{tmp_path / 'empty.db'}"
