"""Tables over stored results, as pandas frames: for the screen, for spreadsheets, for statistics.

Shares are 0..1, percents 0..100, durations seconds. A table of nothing has its columns and no rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import pandas as pd

from qc.coaching import proportion
from qc.result import ItemKind, Proportion
from qc.store import CallRow, ItemRow

_COUNTED = [kind.value for kind in ItemKind if kind.counts]


@dataclass(frozen=True, slots=True)
class Overview:
    """Some calls in figures. ``mean_percent`` is None without a scored call."""

    calls: int
    scored: int
    not_scorable: int
    critical_failed: int
    mean_percent: float | None
    passed: Proportion
    audio_seconds: float
    agents: int


def calls_table(rows: Iterable[CallRow]) -> pd.DataFrame:
    """A row a call, in the order given: the columns of `CallRow` without the reason of not being scorable."""
    columns = [one.name for one in fields(CallRow) if one.name != "not_scorable"]
    table = pd.DataFrame([{name: getattr(row, name) for name in columns} for row in rows], columns=columns)
    table["start"] = pd.to_datetime(table["start"])
    return table.astype({"percent": float, "duration": float, "critical_failed": bool, "scorable": bool})


def items_table(rows: Iterable[ItemRow]) -> pd.DataFrame:
    """A row an item of the cards: ``applicable`` calls, in how many it ``falls_short`` and their ``share``, the mean
    ``value``, and ``lost``: the percent points that the mean call loses by it. The most frequent shortcoming first."""
    table = _items(rows)
    return _summary(table, ["item", "section", "kind"]).sort_values(
        ["share", "item"], ascending=[False, True], ignore_index=True
    )


def agent_items_table(rows: Iterable[ItemRow]) -> pd.DataFrame:
    """As `items_table`, a row an agent and item, by agent; calls without an agent are left out."""
    table = _items(rows)
    return _summary(table[table["agent"].notna()], ["agent", "team", "item"])


def agents_table(calls: Iterable[CallRow], items: Iterable[ItemRow]) -> pd.DataFrame:
    """A row an agent: team, ``calls``, ``scored``, ``mean_percent``, ``passed`` and ``critical_failed`` calls, and
    ``short_items``: items that fall short in a call on average. By agent; nobody is ranked."""
    table = calls_table(calls)
    table = table[table["agent"].notna()]
    table["passed"] = table["passed"].eq(True)
    grouped = table.groupby("agent", sort=True)
    result = grouped.agg(
        team=("team", "last"),
        calls=("call_id", "size"),
        scored=("percent", "count"),
        mean_percent=("percent", "mean"),
        passed=("passed", "sum"),
        critical_failed=("critical_failed", "sum"),
    )
    judged = _items(items)
    short = judged[judged["short"] & judged["kind"].isin(_COUNTED)].groupby("agent").size()
    scored = result["scored"].where(result["scored"] > 0)
    result["short_items"] = short.reindex(result.index, fill_value=0) / scored
    return result.reset_index()


def overview(rows: Iterable[CallRow]) -> Overview:
    """The calls in figures."""
    table = calls_table(rows)
    percents = table["percent"].dropna()
    passed = table["passed"].dropna()
    return Overview(
        calls=len(table),
        scored=len(percents),
        not_scorable=int((~table["scorable"]).sum()),
        critical_failed=int(table["critical_failed"].sum()),
        mean_percent=float(percents.mean()) if len(percents) else None,
        passed=proportion(int(passed.astype(bool).sum()), len(passed)),
        audio_seconds=float(table["duration"].sum()),
        agents=int(table["agent"].nunique()),
    )


def _items(rows: Iterable[ItemRow]) -> pd.DataFrame:
    """A row an item of a call, with whether it applies, falls short, and what it costs."""
    table = pd.DataFrame([asdict(row) for row in rows], columns=[one.name for one in fields(ItemRow)])
    table = table.astype({"value": float, "share": float, "earned": float})
    table["applies"] = table["value"].notna()
    table["short"] = table["applies"] & (table["value"] < 1.0)
    table["lost"] = (table["share"] - table["earned"]).where(table["kind"] == ItemKind.SCORED.value, 0.0)
    return table


def _summary(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    result = (
        table.groupby(by, sort=True, dropna=False)
        .agg(
            applicable=("applies", "sum"), falls_short=("short", "sum"), value=("value", "mean"), lost=("lost", "mean")
        )
        .reset_index()
    )
    result["share"] = result["falls_short"] / result["applicable"].where(result["applicable"] > 0)
    return result
