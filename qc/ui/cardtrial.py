"""A scorecard tried on stored calls, and put in use."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.comparison import BANDS, Figures, Trial
from qc.desk import UsedCard
from qc.result import Score
from qc.scorecard import Scorecard
from qc.ui import filters, shell
from qc.ui.words import Words, number, percent, plain

SIZES = (50, 100, 200, 500)
SHOWN = 50
"""Calls named whose verdict changes."""
_TRIAL = "qc_trial"
_DONE = "qc_card_written"


def show(card: Scorecard, words: Words) -> None:
    """Choose calls, try, and see; nothing is stored."""
    desk = shell.here().desk
    if not desk.may(Action.TRY_CARD):
        return
    st.header(words("trial.title"), anchor=False)
    st.caption(words("trial.about"))
    names = [name for name in filters.ALL if name not in ("text", "language")]
    selection = filters.choose(words, period="month", names=names)
    with st.container(horizontal=True, vertical_alignment="bottom", key="trial_how"):
        most = st.selectbox(words("trial.most"), SIZES, index=SIZES.index(200), key="trial_most", width=160)
        seed = int(
            st.number_input(words("trial.seed"), 1, 9999, 1, key="trial_seed", help=words("trial.seed_help"), width=160)
        )
        pressed = st.button(words("trial.try"), key="trial_try", type="primary")
    asked = (card.fingerprint, selection, most, seed)
    if pressed:
        st.session_state.pop(_TRIAL, None)
        with shell.sentences(words), st.spinner(words("trial.trying"), show_time=True):
            st.session_state[_TRIAL] = (asked, desk.try_card(card, selection, most=most, seed=seed))
    kept = st.session_state.get(_TRIAL)
    if kept and kept[0] == asked:
        _result(kept[1], words)
    elif kept:
        st.caption(words("trial.stale"))


def _result(trial: Trial, words: Words) -> None:
    if not trial.calls:
        shell.empty(words("trial.none"), words("trial.none_advice"))
        return
    st.markdown(words("trial.of", count=len(trial.calls), total=trial.total))
    turned = [one for one in trial.calls if one.turned]
    before, after = trial.before, trial.after
    for column, name in zip(st.columns(4), ("mean", "passed", "critical", "unscored"), strict=True):
        column.metric(words(f"trial.{name}"), f"{number(getattr(before, name))} → {number(getattr(after, name))}")
    _bands(before, after, words)
    st.markdown(f"**{words('trial.turned', count=len(turned))}**")
    for one in turned[:SHOWN]:
        values = {"before": _verdict(one.before, words), "after": _verdict(one.after, words)}
        shell.link(
            "call",
            words("trial.line", call=one.call_id, agent=one.agent or words("none"), **values),
            call=one.inspection_id,
        )
    if len(turned) > SHOWN:
        st.caption(words("trial.more", count=len(turned) - SHOWN))
    _items(trial, words)


def _verdict(score: Score, words: Words) -> str:
    if score.critical_failed:
        return f"{number(score.percent)} ({words('state.critical_failed')})"
    if score.passed is None:
        return words("state.not_scorable")
    return f"{number(score.percent)} ({words('state.passed' if score.passed else 'state.failed')})"


def _bands(before: Figures, after: Figures, words: Words) -> None:
    """How many calls lie in each band of scores."""
    names = [f"{low}–{high}" for low, high in pairwise(BANDS)]
    frame = pd.DataFrame(
        {words("trial.before"): before.bands, words("trial.after"): after.bands},
        index=pd.Index(names, name=words("column.score")),
    )
    st.bar_chart(frame, stack=False, height=240, x_label=words("column.score"), y_label=words("trial.calls"))


def _items(trial: Trial, words: Words) -> None:
    """Items that fall short, or apply, in another number of calls."""
    changed = [
        one for one in trial.items if (one.short_before, one.applies_before) != (one.short_after, one.applies_after)
    ]
    st.markdown(f"**{words('trial.items', count=len(changed), total=len(trial.items))}**")
    if not changed:
        return
    st.dataframe(
        pd.DataFrame(
            {
                words("column.item"): [words.item(one.item) for one in changed],
                words("trial.short_before"): [_share(one.short_before, one.applies_before) for one in changed],
                words("trial.short_after"): [_share(one.short_after, one.applies_after) for one in changed],
            }
        ),
        hide_index=True,
        key="trial_items",
    )


def _share(count: int, total: int) -> str:
    return f"{percent(count / total)} ({count}/{total})" if total else percent(None)


def put_in_use(used: UsedCard, card: Scorecard, text: str, words: Words) -> None:
    """Write the new version where the settings read it, or say how to where the site has no file of its own."""
    st.header(words("scorecards.in_use"), anchor=False)
    if done := st.session_state.pop(_DONE, None):
        st.success(plain(done), icon=":material/check:")
        st.code("qc rescore", language="bash")
    if used.file is None:
        st.markdown(words("scorecards.no_file"))
        table = f"cards:\n  - {{card: {card.id}.yaml, language: {card.language}}}\n"
        st.code(f'# cards.yaml\n{table}# qc.toml\nscorecards = "cards.yaml"', language="yaml")
        st.code("qc rescore", language="bash")
        return
    st.markdown(words("scorecards.in_use_about", file=plain(used.file.name), version=used.card.version))
    ready = (card.id, card.language) == (used.card.id, used.card.language) and card.version > used.card.version
    if not ready:
        st.caption(
            plain(
                words("scorecards.not_ready", id=used.card.id, language=used.card.language, version=used.card.version)
            )
        )
    sure = st.checkbox(words("scorecards.sure"), key="card_sure", disabled=not ready)
    if st.button(words("scorecards.make"), key="card_make", type="primary", disabled=not (ready and sure)):
        with shell.sentences(words):
            kept: Path = shell.here().desk.replace_card(used.place, text, instead_of=used.card.fingerprint)
            st.session_state[_DONE] = words("scorecards.made", card=card.label, kept=kept.name)
            st.session_state.pop("card_sure", None)
            st.rerun()
