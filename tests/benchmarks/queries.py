"""What pages ask of a store with very many calls: ``python -m tests.benchmarks.queries --calls 100000``.

Prints one JSON document: seconds to make the store, and for each database and question the median and the 95th
percentile of milliseconds. Questions are asked in turns with other values each time; the first time is not counted.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from qc.coaching import lessons, variance_of
from qc.store import Outcome, Selection, Sort, Store, Trend
from tests import postgresql
from tests.benchmarks.many_calls import AGENTS, DAYS, FIRST, TEAMS, fill

Ask = Callable[[Store, random.Random], object]


def _month(chance: random.Random) -> Selection:
    since = FIRST.replace(hour=0) + timedelta(days=chance.randrange(DAYS - 28))
    return Selection(since=since, until=since + timedelta(days=28))


def _agent(chance: random.Random) -> str:
    return f"A{chance.randrange(AGENTS):03}"


def _team(chance: random.Random) -> str:
    return f"Team {chance.randrange(TEAMS):02}"


QUESTIONS: dict[str, Ask] = {
    "page, newest": lambda store, _: store.lists.page(),
    "page, worst": lambda store, _: store.lists.page(sort=Sort.PERCENT, descending=False),
    "page, by agent": lambda store, _: store.lists.page(sort=Sort.AGENT),
    "page, anywhere": lambda store, chance: store.lists.page(offset=chance.randrange(90_000)),
    "page, agent": lambda store, chance: store.lists.page(Selection(agents=(_agent(chance),))),
    "page, month": lambda store, chance: store.lists.page(_month(chance)),
    "page, item short": lambda store, chance: store.lists.page(Selection(short=(f"item_{chance.randrange(28):02}",))),
    "page, risk": lambda store, chance: store.lists.page(Selection(risks=(chance.randrange(2, 4),))),
    "page, sentiment": lambda store, _: store.lists.page(Selection(trends=(Trend.WORSE,))),
    "page, reviewed": lambda store, chance: store.lists.page(Selection(reviewed=chance.random() < 0.5)),
    "page, critical": lambda store, _: store.lists.page(Selection(outcomes=(Outcome.CRITICAL,))),
    "search, rare": lambda store, chance: store.lists.page(Selection(text=f"编号{chance.randrange(1000, 9999):06}")),
    "search, common": lambda store, _: store.lists.page(Selection(text="为什么")),
    "search, two characters": lambda store, chance: store.lists.page(
        Selection(text=chance.choice(["停电", "编号", "空空"]))
    ),
    "search, nothing": lambda store, _: store.lists.page(Selection(text="这里没有这句话")),
    "options": lambda store, _: store.lists.options(),
    "sums, all": lambda store, _: store.lists.sums(),
    "sums, month": lambda store, chance: store.lists.sums(_month(chance)),
    "sums, team": lambda store, chance: store.lists.sums(Selection(teams=(_team(chance),))),
    "days, all": lambda store, _: store.lists.days(),
    "items, all": lambda store, _: store.lists.items(),
    "items, month": lambda store, chance: store.lists.items(_month(chance)),
    "coaching, month": lambda store, chance: lessons(store.coaching.counted(_month(chance))),
    "coaching, month and team": lambda store, chance: lessons(
        store.coaching.counted(replace(_month(chance), teams=(_team(chance),)))
    ),
    "coaching, scores of a month": lambda store, chance: variance_of(store.coaching.counted(_month(chance)).scores),
    "coaching, examples": lambda store, chance: store.coaching.examples(
        f"item_{chance.randrange(28):02}", _month(chance)
    ),
    "coaching, before and after": lambda store, chance: store.coaching.shares(
        f"item_{chance.randrange(28):02}", FIRST, FIRST + timedelta(days=56)
    ),
    "items, day": lambda store, _: store.lists.items(Selection(since=FIRST, until=FIRST + timedelta(days=1))),
}


def measure(url: str, times: int) -> dict[str, list[float]]:
    """Median and 95th percentile of milliseconds of each question."""
    took: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    chance = random.Random(1)
    with Store(url) as store:
        for _ in range(times + 1):
            for name, ask in QUESTIONS.items():
                started = time.perf_counter()
                ask(store, chance)
                took[name].append(1000 * (time.perf_counter() - started))
    return {
        name: [
            round(statistics.median(values[1:])),
            round(statistics.quantiles(values[1:], n=20, method="inclusive")[-1]),
        ]
        for name, values in took.items()
    }


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    found: dict[str, object] = {"calls": options.calls, "times": options.times}

    def take(name: str, url: str) -> None:
        started = time.perf_counter()
        fill(url, options.calls)
        made = round(time.perf_counter() - started)
        found[name] = {"seconds_to_make": made, "median_and_p95_ms": measure(url, options.times)}

    if options.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            take("sqlite", f"sqlite:///{Path(folder) / 'qc.db'}")
    if options.only != "sqlite":
        programs = postgresql.binaries()
        if programs is None:
            parser.error(postgresql.MISSING)
        with postgresql.serve(programs) as server, server.database() as url:
            take("postgresql", url)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
