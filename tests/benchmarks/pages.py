"""Server time of whole pages over very many calls: ``python -m tests.benchmarks.pages --calls 10000 --calls 100000``.

Each page of the dashboard is run as Streamlit runs it, by `AppTest`, without a browser: the first time in a session
(opened by its URL), and again as after a click. Prints one JSON document: for each database, number of calls and page
the milliseconds of the first run, and median and 95th percentile of the others; and how many times longer the largest
number of calls takes than the smallest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from streamlit.testing.v1 import AppTest

from qc.store import Store
from qc.ui.server.application import SCRIPT
from qc.ui.shell import PAGES
from tests import postgresql
from tests.benchmarks.many_calls import fill

QUERIES: dict[str, dict[str, str]] = {
    "calls, filtered": {"team": "Team 03", "score": "0-70"},
    "calls, page 150": {"page": "150", "sort": "agent"},
    "calls, common words": {"text": "为什么"},
    "calls, two characters": {"text": "停电"},
    "calls, not said": {"text": "没说过"},
    "overview, all": {"period": "all"},
    "coaching, all": {"period": "all"},
    "agents, all": {"period": "all"},
    "agents, one": {"agent_name": "A001"},
    "reviews, unsure": {"part": "unsure"},
    "reports, centre": {"about": "centre"},
}
"""More of a page than its plain URL: what stands before the comma is the page."""
Times = dict[str, dict[str, float]]


def measure(url: str, names: Sequence[str], times: int) -> Times:
    """Milliseconds of each page over the store at `url`."""
    os.environ.update(QC_DATABASE=url, QC_CONFIG="none.toml")
    with Store(url) as store:
        rows = store.lists.page(size=1).rows
        known = {"call": rows[0].recording_id} if rows else {}
    found = {}
    for name in names:
        page = name.split(",")[0]
        app = AppTest.from_file(str(SCRIPT), default_timeout=600)
        app.query_params.update({"lang": "en", **(known if page == "call" else {}), **QUERIES.get(name, {})})
        if page != next(iter(PAGES)):
            app.switch_page(f"../pages/{page}.py")
        took = []
        for _ in range(times + 1):
            started = time.perf_counter()
            app.run()
            took.append(1000 * (time.perf_counter() - started))
            assert not app.exception, (name, app.exception)
        later = statistics.quantiles(took[1:], n=20, method="inclusive")
        found[name] = {"first": round(took[0]), "median": round(statistics.median(took[1:])), "p95": round(later[-1])}
    return found


def growth(of: dict[int, Times]) -> dict[str, float]:
    """How many times longer the median is with the most calls than with the fewest, by page."""
    few, many = of[min(of)], of[max(of)]
    return {name: round(many[name]["median"] / max(1.0, few[name]["median"]), 1) for name in many}


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, action="append", help="how many; may be given more than once")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--page", action="append", choices=[*PAGES, *QUERIES], help="only these pages")
    parser.add_argument("--database", action="append", default=[], help="URL of a store that is there, with its calls")
    options = parser.parse_args()
    numbers, names = options.calls or [100_000], options.page or [*PAGES, *QUERIES]
    # what a process does once (modules, fonts of charts, language packs) belongs to no page
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'qc.db'}"
        fill(url, 300)
        measure(url, names, 2)
    found: dict[str, dict[int, Times]] = {}
    for url in options.database:
        with Store(url) as store:
            count = store.lists.sums().calls
        found.setdefault(url.split(":")[0], {})[count] = measure(url, names, options.times)
    for number in [] if options.database else numbers:
        if options.only != "postgresql":
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{Path(folder) / 'qc.db'}"
                fill(url, number)
                found.setdefault("sqlite", {})[number] = measure(url, names, options.times)
        if options.only != "sqlite":
            programs = postgresql.binaries()
            if programs is None:
                parser.error(postgresql.MISSING)
            with postgresql.serve(programs) as server, server.database() as url:
                fill(url, number)
                found.setdefault("postgresql", {})[number] = measure(url, names, options.times)
    print(json.dumps({name: {"ms": of, "growth": growth(of)} for name, of in found.items()}, indent=1))


if __name__ == "__main__":
    main()
