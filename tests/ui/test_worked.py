"""The night with people's work on it that the pictures are taken of."""

from __future__ import annotations

from pathlib import Path

from qc.store import Store
from tests.ui.worked import worked_night


def test_people_worked_on_it(night: str, tmp_path: Path) -> None:
    with Store(worked_night(night, tmp_path)) as store:
        assert store.queue.samples() and store.coaching.actions() and store.appeals.waiting()
        assert any(task.state.value == "work" for task in store.tasks.page().rows)
