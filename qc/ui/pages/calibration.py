"""Calibration: several people rate the same calls blind, and then see where they and the machine agree."""

from __future__ import annotations

import streamlit as st

from qc.calibration import Session
from qc.desk import Rating
from qc.result import ANSWERS, verdict
from qc.ui import disputes, filters, hearing, ratings, shell
from qc.ui.words import Words, plain, tidy

_MOST = 50


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("calibration.title"), anchor=False)
    st.caption(words("calibration.about"))
    disputes.toast()
    sessions = here.desk.calibrations()
    chosen = next((one for one in sessions if str(one.number) == st.query_params.get("session")), None)
    if chosen is not None:
        _session(chosen, words)
        return
    for one in sessions:
        _row(one, words)
    if not sessions:
        shell.empty(words("calibration.none"), words("calibration.none_advice"))
    with st.expander(words("calibration.new"), icon=":material/add:", expanded=not sessions):
        _new(words)


def _row(one: Session, words: Words) -> None:
    with st.container(border=True):
        title, facts, state = st.columns([3, 3, 1.2], vertical_alignment="center")
        with title:
            shell.link("calibration", tidy(one.title, 120), session=str(one.number))
        facts.caption(plain(_facts(one, words)))
        with state:
            st.badge(
                words("calibration.open" if one.open else "calibration.closed"), color="orange" if one.open else "green"
            )


def _facts(one: Session, words: Words) -> str:
    done = sum(at is not None for at in one.raters.values())
    return words(
        "calibration.facts", calls=len(one.calls), raters=len(one.raters), done=done, at=shell.here().moment(one.at)
    )


def _new(words: Words) -> None:
    desk = shell.here().desk
    title = st.text_input(words("calibration.name"), key="session_title", max_chars=120)
    known = [one.id for one in desk.possible_raters()]
    if known:
        raters = list(st.multiselect(words("calibration.raters"), known, key="session_raters"))
    else:
        names = st.text_input(words("calibration.raters"), key="session_raters", help=words("calibration.raters_help"))
        raters = [one for one in names.replace("，", ",").replace("、", ",").split(",") if one.strip()]
    st.markdown(words("calibration.which"))
    selection = filters.choose(words, period="month", names=("team", "agent", "queue", "language", "score"))
    left, right = st.columns(2)
    number = int(left.number_input(words("calibration.number"), 1, _MOST, 10, key="session_calls"))
    seed = int(right.number_input(words("calibration.seed"), 1, 10**6, 1, key="session_seed"))
    st.caption(words("calibration.seed_about"))

    def step() -> None:
        begun = desk.begin_calibration(title, raters, selection=selection, number=number, seed=seed)
        st.query_params["session"] = str(begun)

    if st.button(words("calibration.begin"), key="session_begin", type="primary"):
        disputes.take(words, step, words("calibration.begun"))


def _session(one: Session, words: Words) -> None:
    here = shell.here()
    shell.link("calibration", words("calibration.back"))
    ratings.heading(one.title)
    by = "" if here.desk.user.alone else " · " + words("calibration.organiser", name=tidy(one.organiser, 60))
    st.caption(plain(_facts(one, words) + by))
    names = ", ".join(f"{tidy(rater, 40)}{' ✓' if at else ''}" for rater, at in one.raters.items())
    st.caption(plain(words("calibration.who_rates", names=names)))
    if not one.open:
        with shell.sentences(words):
            ratings.show(here.desk.compared(one.number), words)
        return
    rater = here.desk.user.id
    if here.desk.user.alone:
        rater = st.selectbox(words("calibration.you"), list(one.raters), key="session_rater", width=360) or ""
    if rater not in one.raters:
        st.info(words("calibration.not_rating"), icon=":material/visibility_off:")
    elif one.raters[rater] is not None:
        st.info(words("calibration.waiting"), icon=":material/hourglass:")
    else:
        _rate(one, rater, words)
    _close(one, words)


def _close(one: Session, words: Words) -> None:
    desk = shell.here().desk
    if desk.user.id != one.organiser and not one.complete:
        return
    st.divider()
    if not one.complete:
        st.caption(words("calibration.close_about"))

    def step() -> None:
        desk.close_calibration(one.number)

    if st.button(words("calibration.close"), key="session_close", type="primary" if one.complete else "secondary"):
        disputes.take(words, step, words("calibration.closed_now"))


def _rate(one: Session, rater: str, words: Words) -> None:
    desk = shell.here().desk
    if not one.calls:
        shell.empty(words("calibration.no_calls"), words("calibration.no_calls_advice"))
        return
    place = _place(one)
    with shell.sentences(words):
        rating = desk.rating(one.number, place, rater=rater)
        answered = sum(mine >= of for mine, of in rating.done)
        st.progress(answered / len(rating.done), words("calibration.progress", done=answered, of=len(rating.done)))
        left, right = st.columns([3, 2], gap="medium")
        with left:
            st.markdown(f"### {plain(words('calibration.call', number=place + 1, of=len(one.calls)))}")
            hearing.show(rating.inspection, words)
        with right:
            _answers(one, place, rating, rater, words)
        _hand_in(one, rating, rater, words)


def _place(one: Session) -> int:
    """Of the call in the URL, which counts from 1."""
    text = st.query_params.get("at", "1")
    return min(int(text), len(one.calls)) - 1 if text.isdecimal() and 0 < len(text) < 4 and int(text) > 0 else 0


def _answers(one: Session, place: int, rating: Rating, rater: str, words: Words) -> None:
    """A line an item; all are kept together, and then the next call comes."""
    desk, key = shell.here().desk, f"{one.number}_{place}_{rater}"
    with st.form(f"rate_{key}", border=True):
        given: dict[str, str | None] = {}
        for item in rating.items:
            mine = rating.mine.get(item)
            given[item] = st.segmented_control(
                words.item(item),
                list(ANSWERS),
                default=None if mine is None else verdict(mine.value),
                format_func=lambda value: words.term("answer", value),
                key=f"rate_{key}_{item}",
            )
        before = next((said.note for said in rating.mine.values() if said.note), "")
        note = st.text_input(words("calibration.note"), before, key=f"note_{key}", max_chars=500)
        if not st.form_submit_button(words("calibration.save"), type="primary"):
            return
    answers = {item: ANSWERS[value] for item, value in given.items() if value is not None}

    def step() -> None:
        desk.rate(one.number, place, answers, dict.fromkeys(answers, note.strip()), rater=rater)
        st.query_params["at"] = str(min(place + 2, len(one.calls)))

    disputes.take(words, step, words("calibration.saved"))


def _hand_in(one: Session, rating: Rating, rater: str, words: Words) -> None:
    desk = shell.here().desk
    columns = st.columns([1, 1, 1, 2])
    place = _place(one)
    for column, label, to in (
        (columns[0], words("calibration.previous"), place),
        (columns[1], words("calibration.next"), place + 2),
    ):
        if column.button(label, key=f"go_{to}", disabled=not 0 < to <= len(one.calls), width="stretch"):
            st.query_params["at"] = str(to)
            st.rerun()
    missing = sum(of - mine for mine, of in rating.done)
    with columns[2].popover(words("calibration.hand_in"), width="stretch"):
        st.markdown(words("calibration.hand_in_about"))
        if missing:
            st.warning(words("calibration.missing", count=missing))

        def step() -> None:
            desk.hand_in(one.number, rater=rater)

        if st.button(words("calibration.hand_in_now"), key="hand_in", type="primary"):
            disputes.take(words, step, words("calibration.handed_in"))


if __name__ == "__main__":
    page()
