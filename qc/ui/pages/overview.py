"""Last night at a glance: what the run did, how good the calls were, what changed, and what to do first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.coaching import Period, changes, mean_interval, proportion
from qc.desk import Outcome, Selection, Sums
from qc.result import Proportion
from qc.ui import charts, course, downloads, figures, filters, shell, tables, todo
from qc.ui.words import Words, number, percent

FILTERS = ("team", "queue", "language", "customer_class")
BEFORE = timedelta(days=28)
"""Four whole weeks: weekdays and weekends weigh the same."""
FIRST, SHOWN, MOST = 8, 6, 12
"""Calls to hear first, changes that are shown, items in the chart."""
UNSCORED = 50
"""Calls without a score that are listed."""


def page() -> None:
    """Draw it."""
    here = shell.here()
    words, desk = here.words, here.desk
    st.title(words("overview.title"), anchor=False)
    failures = desk.may(Action.SEE_FAILURES) and bool(desk.failures())
    if desk.newest() is None and not desk.sums().calls and not failures:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = filters.choose(words, period="day", names=FILTERS)
    if desk.may(Action.SEE_FAILURES):
        _run(words)
    sums = desk.sums(selection)
    wide = replace(selection, since=selection.since and selection.since - BEFORE)
    days, items = shell.remembered("overview_days", wide, lambda: (desk.course(wide), desk.item_course(wide)))
    now, before = course.periods(selection, days, items, BEFORE)
    _numbers(sums, now, words)
    left, right = st.columns([6, 5], gap="large")
    with left:
        if desk.may(Action.SEE_CALLS):
            _first(selection, words)
        else:
            _short(_shares(sums, now, selection), words)
    with right:
        st.header(words("todo.title"), anchor=False)
        todo.draw(selection, _view(), words)
        _changed(now, before, words)
    st.header(words("overview.course"), anchor=False)
    shaded = (selection.since.date(), selection.until.date()) if selection.since and selection.until else None
    course.draw(course.points(days, items), words, key="course", shaded=shaded, legend=words("course.legend"))
    if desk.may(Action.SEE_CALLS):
        _short(_shares(sums, now, selection), words)
    _troubles(selection, words)


def _view() -> dict[str, str | list[str]]:
    """What this page is about, for the next one."""
    kept = {name: st.query_params.get_all(name) for name in ("period", "from", "to", *FILTERS)}
    return {"period": "day", **{name: values for name, values in kept.items() if values}}


def _run(words: Words) -> None:
    desk = shell.here().desk
    run, report = desk.run(), desk.morning() if desk.may(Action.OPERATE) else None
    left, right = st.columns([7, 2], vertical_alignment="center")
    if run is not None:
        at = shell.here().moment(run.until)
        failed = run.failed + run.quarantined
        left.markdown(words("overview.run", at=at, heard=run.heard, failed=failed, waiting=run.waiting))
    if report is not None:
        with right:
            downloads.offer(
                words("overview.morning"),
                key=f"morning_{report.at:%Y%m%d%H%M%S}",
                name=report.name,
                media_type="text/html" if report.name.endswith(".html") else "application/octet-stream",
                action=Action.OPERATE,
                make=desk.write_morning,
            )


def _numbers(sums: Sums, now: Period, words: Words) -> None:
    columns = st.columns(5)
    columns[0].metric(words("overview.calls"), f"{sums.calls:,}".replace(",", " "), border=True, height="stretch")
    mean = mean_interval(now.score) if now.score.count == sums.scored else None
    known = mean is not None and math.isfinite(mean.low)
    interval = f"{mean.low:.1f} – {mean.high:.1f}" if mean and known else None
    tables.metric(
        columns[1],
        words("overview.mean"),
        f"{sums.percent:.1f}" if sums.percent is not None else number(None),
        interval,
    )
    passed = proportion(sums.passed, sums.judged)
    share = percent(passed.share) if passed.total else percent(None)
    tables.metric(
        columns[2],
        words("overview.passed"),
        share,
        f"{percent(passed.low)} – {percent(passed.high)}" if passed.total else None,
        words("overview.passed_help", count=passed.count, total=passed.total),
    )
    columns[3].metric(words("overview.critical"), sums.critical, border=True, height="stretch")
    columns[4].metric(
        words("overview.unscored"),
        sums.calls - sums.scored,
        help=words("overview.unscored_help"),
        border=True,
        height="stretch",
    )


def _first(selection: Selection, words: Words) -> None:
    desk = shell.here().desk
    st.header(words("overview.worst"), anchor=False)
    rows = desk.hear_first(selection, FIRST)
    if not rows:
        st.caption(words("overview.none_failed"))
        return
    items = desk.items(Selection(recordings=tuple(row.recording_id for row in rows)))
    tables.calls(rows, figures.shortfalls(items), words, key="worst", brief=True)


def _changed(now: Period, before: Period | None, words: Words) -> None:
    st.header(words("overview.changed"), anchor=False)
    if before is None or not before.volume:
        st.caption(words("overview.nothing_before"))
        return
    found = changes(now, before)
    clear = [one for one in found if one.found]
    rest = [*clear[SHOWN:], *(one for one in found if not one.found)]
    if clear:
        st.html(course.changed(clear[:SHOWN], words))
    else:
        st.caption(words("overview.no_change"))
    if rest:
        with st.expander(words("overview.compared", count=len(rest))):
            st.caption(words("overview.compared_help"))
            st.html(course.changed(rest, words))


def _shares(sums: Sums, now: Period, selection: Selection) -> list[tuple[str, Proportion]]:
    """Items by the share of calls that fall short, the highest first."""
    counts: Mapping[str, tuple[int, int]] = now.short
    if sum(now.volume.values()) != sums.calls:  # some calls have no start
        counts = {one.item: (one.short, one.applies) for one in shell.here().desk.item_sums(selection)}
    shares = [(item, proportion(*pair)) for item, pair in counts.items() if pair[0]]
    return sorted(shares, key=lambda pair: (-pair[1].share, pair[0]))


def _short(shares: Sequence[tuple[str, Proportion]], words: Words) -> None:
    st.header(words("overview.items"), anchor=False)
    if not shares:
        st.caption(words("overview.no_items"))
        return
    st.caption(words("overview.items_help"))
    st.plotly_chart(charts.shares(shares[:MOST], words), config=charts.CONFIG, key="items", alt=words("overview.items"))
    if len(shares) > MOST:
        st.caption(words("overview.items_more", count=len(shares) - MOST))


def _troubles(selection: Selection, words: Words) -> None:
    """Every file without a score, with its reason: nothing is lost."""
    desk = shell.here().desk
    if desk.may(Action.SEE_CALLS):
        page = desk.call_page(replace(selection, outcomes=(Outcome.UNSCORED,)), size=UNSCORED)
        if page.rows:
            st.header(words("overview.not_scorable"), anchor=False)
            tables.not_scorable(page.rows, words, key="unscorable")
            if page.total > len(page.rows):
                shell.link(
                    "calls", words("overview.all_unscored", count=page.total), **(_view() | {"outcome": "unscored"})
                )
    failures = desk.failures() if desk.may(Action.SEE_FAILURES) else ()
    if failures:
        st.header(words("overview.failures"), anchor=False)
        frame = pd.DataFrame(
            {
                words("column.file"): [Path(failure.path).name for failure in failures],
                words("column.kind"): [words.term("failure", failure.code) for failure in failures],
                words("column.reason"): [failure.reason for failure in failures],
            }
        )
        with st.container(key="failures"):
            st.dataframe(frame, hide_index=True, height="content" if len(frame) <= tables.LONG else 480)


if __name__ == "__main__":
    page()
