"""Appeals: agents see their results and dispute an item, others rule on it; what was decided, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.appeals import Dispute, State
from qc.desk import Alike, OwnResult
from qc.result import ANSWERS, verdict
from qc.ui import assigning, disputes, shell
from qc.ui.words import Words, clock, number, plain, tidy

AT_ONCE = 5
CALLS_AT_ONCE = 10


def page() -> None:
    """Draw it."""
    here = shell.here()
    words, desk = here.words, here.desk
    st.title(words("appeals.title"), anchor=False)
    disputes.toast()
    rules, own = desk.may(Action.RULE), desk.may(Action.APPEAL)
    views = [*(["waiting", "ended"] if rules else []), *(["mine"] if own else []), *([] if rules else ["ended"])]
    shell.from_url("view", views, views[:1])
    view = st.segmented_control(
        words("appeals.view"),
        views,
        required=True,
        format_func=lambda one: words(f"appeals.view_{one}"),
        key="view",
        label_visibility="collapsed",
    )
    shell.to_url("view", [view or views[0]], views[:1])
    {"waiting": _waiting, "ended": _ended, "mine": _mine}[view or views[0]](words)


def _waiting(words: Words) -> None:
    st.caption(words("appeals.about_waiting"))
    found = shell.here().desk.appeals()
    if not found:
        shell.empty(words("appeals.none_waiting"), words("appeals.none_waiting_advice"))
        return
    st.markdown(words("appeals.count_waiting", count=len(found)))
    for one in _part(found, "waiting"):
        with st.container(border=True):
            disputes.head(one, words)
            disputes.sides(one, words)
            if st.toggle(words("appeals.evidence"), key=f"clips_{one.recording_id}_{one.item}"):
                disputes.clips(one, words)
            disputes.ruling_form(one, words)


def _ended(words: Words) -> None:
    st.caption(words("appeals.about_ended"))
    found = shell.here().desk.appeals(ended=True)
    if not found:
        shell.empty(words("appeals.none_ended"), words("appeals.none_ended_advice"))
        return
    for one in _part(found, "ended"):
        with st.container(border=True):
            disputes.head(one, words)
            disputes.sides(one, words)
            if one.last and one.last.state is State.UPHELD and shell.here().desk.may(Action.RULE):
                key = f"alike_{one.recording_id}_{one.item}"
                if st.toggle(words("appeals.alike"), key=key):
                    _alike(one, words)


def _part(found: tuple[Dispute, ...], key: str) -> tuple[Dispute, ...]:
    pages = -(-len(found) // AT_ONCE)
    page = st.pagination(pages, key=f"page_{key}") if pages > 1 else 1
    return found[(page - 1) * AT_ONCE : page * AT_ONCE]


def _alike(dispute: Dispute, words: Words) -> None:
    """What the same mistake may have cost other calls."""
    found = shell.here().desk.alike(dispute.recording_id, dispute.item)
    if not found:
        st.caption(words("appeals.alike_none"))
        return
    st.caption(words("appeals.alike_about", value=words.term("answer", verdict(found[0].then))))
    frame = pd.DataFrame(
        {
            words("column.call"): [one.row.call_id for one in found],
            words("column.agent"): [one.row.agent_name or one.row.agent for one in found],
            words("column.start"): [one.row.start for one in found],
            words("appeals.sign"): [words(f"appeals.sign_{one.sign}") for one in found],
            words("appeals.heard"): [_heard(one) for one in found],
            words("appeals.score_now"): [one.row.percent for one in found],
            words("appeals.score_then"): [one.percent for one in found],
        }
    )
    column = st.column_config
    event = st.dataframe(
        frame,
        hide_index=True,
        key=f"calls_{dispute.recording_id}_{dispute.item}",
        on_select="rerun",
        selection_mode="single-cell",
        column_config={
            words("column.start"): column.DatetimeColumn(format="YYYY-MM-DD HH:mm", width=130),
            words("appeals.score_now"): column.NumberColumn(format="%.1f"),
            words("appeals.score_then"): column.NumberColumn(format="%.1f"),
        },
    )
    for row, _ in event.selection.cells:
        shell.go("call", call=found[row].row.recording_id)
    if shell.here().desk.may(Action.ASSIGN):
        st.markdown(words("appeals.assign_alike"))
        assigning.bar(words, [one.row.recording_id for one in found], f"alike_{dispute.recording_id}_{dispute.item}")


def _heard(one: Alike) -> str:
    if one.finding is None:
        return ""
    at = clock(one.finding.interval.start) if one.finding.interval else ""
    return " ".join(part for part in (at, tidy(one.finding.quote, 80)) if part)


def _mine(words: Words) -> None:
    here = shell.here()
    st.caption(words("appeals.about_mine", days=number(here.settings.appeal_days)))
    _, total = here.desk.own_results(size=1)
    if not total:
        shell.empty(words("appeals.none_mine"), words("appeals.none_mine_advice"))
        return
    pages = -(-total // CALLS_AT_ONCE)
    page = st.pagination(pages, key="page_mine") if pages > 1 else 1
    found, _ = here.desk.own_results(offset=(page - 1) * CALLS_AT_ONCE, size=CALLS_AT_ONCE)
    for one in found:
        _own(one, words)


def _own(one: OwnResult, words: Words) -> None:
    row = one.row
    waiting = sum(item.open is not None for item in one.disputes)
    with st.container(border=True):
        title, score, state, seen = st.columns([4, 1.2, 2.6, 2.2], vertical_alignment="center")
        with title:
            day = f"{row.start:%Y-%m-%d %H:%M} · " if row.start else ""
            shell.link("call", day + tidy(row.call_id, 80), call=row.recording_id)
            short = [words.item(item.item) for item in one.disputes if _falls_short(item)]
            if short:
                st.caption(plain(words("appeals.short", items=", ".join(short))))
        score.markdown(f"**{number(row.percent)}**" if row.percent is not None else words("state.not_scorable"))
        with state:
            if waiting:
                st.badge(words("appeals.waiting", count=waiting), color="orange")
            elif one.until is not None:
                st.caption(words("appeals.until", at=shell.here().moment(one.until)))
            else:
                st.caption(words("appeals.over" if row.scorable else "appeals.nothing_to_appeal"))
        with seen:
            _seen(one, words)
        with st.expander(words("appeals.open_items")):
            _items(one, words)


def _seen(one: OwnResult, words: Words) -> None:
    if one.seen is not None:
        st.caption(words("appeals.seen_at", at=shell.here().moment(one.seen[1])))
        return
    desk = shell.here().desk
    author = one.row.agent or ""  # who is alone at the machine says it for the agent

    def step() -> None:
        desk.acknowledge(one.row.recording_id, author=author)

    if st.button(words("appeals.seen"), key=f"seen_{one.row.recording_id}", icon=":material/visibility:"):
        disputes.take(words, step, words("appeals.seen_done"))


def _items(one: OwnResult, words: Words) -> None:
    for item in one.disputes:
        if item.last is not None or item.review is not None:
            st.markdown(f"**{plain(words.item(item.item))}**")
            disputes.sides(item, words)
            _withdraw(item, words)
            st.divider()
    days, now = shell.here().settings.appeal_days, datetime.now(UTC)
    free = {item.item: item for item in one.disputes if item.appealable(now, days)}
    missed = [name for name in free if verdict(free[name].stands) != "pass"]  # nobody disputes that they did well
    order = sorted(missed, key=lambda name: not _falls_short(free[name]))
    if not order:
        st.caption(words("appeals.nothing_to_appeal"))
        return
    _form(one.row.recording_id, free, order, words)


def _falls_short(item: Dispute) -> bool:
    """Counts against the call; a bonus that was not earned does not."""
    return item.scorable and item.kind.counts and verdict(item.stands) == "fail"


def _withdraw(item: Dispute, words: Words) -> None:
    if item.open is None:
        return
    desk, author = shell.here().desk, item.open.said.author

    def step() -> None:
        desk.withdraw(item.recording_id, item.item, author=author)

    if st.button(words("appeals.withdraw"), key=f"withdraw_{item.recording_id}_{item.item}"):
        disputes.take(words, step, words("appeals.withdrawn"))


def _form(recording_id: str, free: dict[str, Dispute], order: list[str], words: Words) -> None:
    """Dispute an item: those that fall short come first."""
    desk = shell.here().desk
    left, right = st.columns(2)
    with left:
        name = st.selectbox(
            words("appeals.item"),
            order,
            format_func=lambda one: f"{words.item(one)}: {words.term('answer', verdict(free[one].stands))}",
            key=f"item_{recording_id}",
        )
    item = free[name or order[0]]
    wanted = [value for value in ANSWERS if value != verdict(item.stands)]
    with right:
        value = st.radio(
            words("appeals.wanted"),
            wanted,
            format_func=lambda one: words.term("answer", one),
            horizontal=True,
            key=f"value_{recording_id}_{item.item}",
        )
    st.caption(plain(disputes.explained(item.machine, words)))
    st.caption(words("appeals.until", at=shell.here().moment(item.until(shell.here().settings.appeal_days))))
    author, reason = disputes.signed_reason(words, f"appeal_{recording_id}", f"reason_{recording_id}_{item.item}")

    def step() -> None:
        desk.appeal(recording_id, item.item, ANSWERS[value or wanted[0]], reason, author=author)

    if st.button(words("appeals.send"), key=f"send_{recording_id}", type="primary"):
        disputes.take(words, step, words("appeals.sent"))


if __name__ == "__main__":
    page()
