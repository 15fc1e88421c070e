"""Where the machine is unsure, kept with each judged call. Each function runs inside the transaction it is given."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from qc.doubts import Doubt, doubts
from qc.result import Inspection
from qc.store.schema_queue import doubts as doubt_rows
from qc.store.sightings import chunks


def remember(connection: Connection, inspection: Inspection) -> None:
    """Of an inspection that is stored just now."""
    if found := doubts(inspection):
        reasons = json.dumps([asdict(one) for one in found], separators=(",", ":"))
        row = {"inspection_id": inspection.id, "number": len(found), "reasons": reasons}
        connection.execute(insert(doubt_rows).values(row))


def read_doubts(connection: Connection, inspection_ids: Collection[str]) -> Mapping[str, tuple[Doubt, ...]]:
    """Of these inspections; those of which the machine is sure are left out."""
    found: dict[str, tuple[Doubt, ...]] = {}
    for chunk in chunks(inspection_ids):
        query = select(doubt_rows.c.inspection_id, doubt_rows.c.reasons).where(doubt_rows.c.inspection_id.in_(chunk))
        for key, reasons in connection.execute(query):
            found[key] = tuple(Doubt(**one) for one in json.loads(reasons))
    return found
