"""What it costs to store a call, on SQLite and on PostgreSQL: ``python -m tests.benchmarks.store``.

Calls as long as real ones are saved one a transaction, in turns on both databases, so that the ratio holds on a busy
machine. The server of this benchmark writes to disk before it answers, like SQLite here (the tests' server does not).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from qc.interval import Interval
from qc.result import Inspection
from qc.store import Store
from tests import postgresql
from tests.store.samples import make_call, make_inspection

UTTERANCES, ITEMS, FINDINGS = 80, 30, 2
"""Of a call of about five minutes on the cards that come with this."""


def inspected(number: int) -> Inspection:
    """A call with as much in it as a real one."""
    call = make_call(f"call-{number}")
    said = call.transcript.utterances[0]
    turns = tuple(
        replace(
            said, index=turn, interval=Interval(3.0 * turn, 3.0 * turn + 2.5), text=said.text * 8, words=said.words * 8
        )
        for turn in range(UTTERANCES)
    )
    inspection = make_inspection(replace(call, transcript=replace(call.transcript, utterances=turns)))
    item = inspection.score.results[0]
    result = replace(item.result, findings=item.result.findings[:1] * FINDINGS)
    items = tuple(replace(item, item=f"item_{place}", result=result) for place in range(ITEMS))
    return replace(inspection, score=replace(inspection.score, results=items))


def measure(stores: dict[str, Store], calls: int) -> dict[str, float]:
    """Median milliseconds of saving one call, by database."""
    took: dict[str, list[float]] = {name: [] for name in stores}
    for number in range(calls):
        inspection = inspected(number)
        for name, store in stores.items():
            started = time.perf_counter()
            store.save(inspection)
            took[name].append(1000 * (time.perf_counter() - started))
    return {name: statistics.median(values) for name, values in took.items()}


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    calls = parser.parse_args().calls
    programs = postgresql.binaries()
    if programs is None:
        parser.error(postgresql.MISSING)
    with (
        tempfile.TemporaryDirectory() as folder,
        postgresql.serve(programs, safe=True) as server,
        server.database() as url,
        Store(f"sqlite:///{Path(folder) / 'qc.db'}") as sqlite,
        Store(url) as other,
    ):
        measure({"sqlite": sqlite, "postgresql": other}, 1)  # what is only done once
        found = measure({"sqlite": sqlite, "postgresql": other}, calls)
        size = Path(sqlite.name).stat().st_size / calls
    ratio = found["postgresql"] / found["sqlite"]
    figures = {name: round(value, 2) for name, value in found.items()}
    print(
        json.dumps(
            {"calls": calls, "ms_per_call": figures, "postgresql_to_sqlite": round(ratio, 2), "bytes": round(size)}
        )
    )


if __name__ == "__main__":
    main()
