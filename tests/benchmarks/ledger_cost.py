"""What the ledger costs a call when 100,000 are in it, against what storing a call costs anyway.

    python -m tests.benchmarks.ledger_cost [--rows 100000] [--calls 500] [--db URL]

Prints milliseconds a call: ``look`` (is it known, what does the ledger say), ``enlist``, ``claim``, ``finish`` with the
call's own rows, ``save`` of the same rows without the ledger, and ``ledger``: all that the ledger adds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from qc.store import Sighting, Store, chunks
from tests.store.samples import make_call, make_inspection


def seen(name: str) -> Sighting:
    return Sighting(f"/calls/{name}.wav", 1, 0, make_call(name).recording.id)


def milliseconds(action: Callable[[], object], calls: int) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000 / calls


def each(action: Callable[[str], object], contents: Iterable[str]) -> None:
    for content in contents:
        action(content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--db", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(options.db or f"sqlite:///{Path(folder) / 'qc.db'}") as store:
        ledger = store.ledger("L1", holder="benchmark", lease=3600)
        for chunk in chunks(range(options.rows), 5000):
            ledger.enlist([seen(f"old-{number}") for number in chunk])
        names = [f"new-{number}" for number in range(options.calls)]
        judged = {make_call(name).recording.id: make_inspection(make_call(name)) for name in names}
        others = [make_inspection(make_call(f"plain-{number}")) for number in range(options.calls)]
        paths = [f"/calls/{name}.wav" for name in names]
        cost = {
            "enlist": milliseconds(lambda: ledger.enlist([seen(name) for name in names]), options.calls),
            "look": milliseconds(lambda: (ledger.known_files(paths), ledger.entries(judged)), options.calls),
            "claim": milliseconds(lambda: each(lambda content: ledger.claim([content]), judged), options.calls),
            "finish": milliseconds(
                lambda: each(lambda content: ledger.finish(content, [judged[content]]), judged), options.calls
            ),
            "save": milliseconds(lambda: [store.save(inspection) for inspection in others], options.calls),
        }
    cost["ledger"] = cost["enlist"] + cost["look"] + cost["claim"] + max(0.0, cost["finish"] - cost["save"])
    print(
        json.dumps({"rows": options.rows, "calls": options.calls} | {k: round(v, 3) for k, v in cost.items()}, indent=2)
    )


if __name__ == "__main__":
    main()
