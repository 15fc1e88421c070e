"""Metadata in the store: rows written before a field was there, and the fields that came later."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from qc.call import Metadata
from qc.store import Store
from tests.store.samples import make_call, make_inspection

NEW = ("zone", "caller", "earlier_contacts")


def test_rows_of_an_older_version_still_load(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'old.db'}") as store:
        store.save(make_inspection(make_call("old", team="T1")))
    with sqlite3.connect(tmp_path / "old.db") as database:
        call, metadata = map(json.loads, database.execute("select call, metadata from calls").fetchone())
        for name in NEW:
            del metadata[name], call["metadata"][name]
        database.execute("update calls set call = ?, metadata = ?", (json.dumps(call), json.dumps(metadata)))
    with Store(f"sqlite:///{tmp_path / 'old.db'}") as store:
        found = store.inspection("old").call.metadata
    assert found.team == "T1"
    assert [getattr(found, name) for name in NEW] == [None, None, None]


def test_new_fields_come_back(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'new.db'}") as store:
        inspection = make_inspection(make_call("new"))
        store.save(inspection)
        metadata = Metadata("new", zone="Asia/Shanghai", caller="0f" * 32, earlier_contacts=2)
        assert store.save_metadata(inspection.call.recording.id, metadata)
        assert store.inspection("new").call.metadata == metadata
