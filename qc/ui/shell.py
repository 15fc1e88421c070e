"""What every page stands on: settings, store, words, the calls of the chosen period, and the way to other pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import NoReturn, TypeVar

import streamlit as st

from qc.access import Action, User, may
from qc.config import Settings
from qc.desk import CallRow, Desk, Selection
from qc.errors import Conflict, QcError
from qc.ui import figures, waveform
from qc.ui.words import Words, moment, plain

T = TypeVar("T")
REMEMBERED = 60.0
"""Seconds for which sums over very many calls stay as they are on a page."""
PAGES = {
    "overview": Action.SEE_OVERVIEW,
    "follow_up": Action.SEE_FOLLOW_UP,
    "calls": Action.SEE_CALLS,
    "call": Action.SEE_CALL,
    "appeals": Action.SEE_APPEALS,
    "calibration": Action.CALIBRATE,
    "reviews": Action.REVIEW,
    "review": Action.REVIEW,
    "coaching": Action.SEE_COACHING,
    "agents": Action.SEE_AGENTS,
    "clips": Action.EXPORT_CLIPS,
    "accuracy": Action.SEE_ACCURACY,
    "scorecards": Action.SEE_RULES,
    "rules": Action.SEE_RULES,
    "reports": Action.EXPORT_TABLES,
    "trail": Action.SEE_TRAIL,
}
"""The pages in their order, and what each needs a right to; the first that a user may open is the first seen."""
ICONS = {
    "overview": ":material/wb_twilight:",
    "follow_up": ":material/assignment_late:",
    "calls": ":material/call:",
    "call": ":material/graphic_eq:",
    "appeals": ":material/gavel:",
    "calibration": ":material/balance:",
    "reviews": ":material/fact_check:",
    "review": ":material/rate_review:",
    "coaching": ":material/school:",
    "agents": ":material/groups:",
    "clips": ":material/content_cut:",
    "accuracy": ":material/verified:",
    "scorecards": ":material/checklist:",
    "rules": ":material/rule:",
    "reports": ":material/summarize:",
    "trail": ":material/policy:",
}
GROUPS = {
    "night": ("overview", "follow_up", "calls", "call"),
    "review": ("reviews", "review", "appeals", "calibration"),
    "teach": ("coaching", "agents", "clips"),
    "rules": ("scorecards", "rules", "accuracy"),
    "account": ("reports", "trail"),
}
"""The pages in the navigation, under their headings."""
LANGUAGE = "lang"
"""Key of the language selector, and its name in the URL."""
_BACK = "qc_back"
_HERE = "qc_here"
_LINKS = "qc_pages"


@dataclass(frozen=True, slots=True)
class Here:
    """What a page needs to know of its surroundings."""

    settings: Settings
    desk: Desk
    words: Words
    session: str = ""
    """Names the login session; what was unmasked ends with it."""
    zone: tzinfo | None = None
    """In which moments are shown; None: the machine's."""

    def moment(self, at: datetime) -> str:
        """See `qc.ui.words.moment`."""
        return moment(at, self.zone)


def here() -> Here:
    """What the router laid out for this run."""
    found: Here = st.session_state[_HERE]
    return found


def is_laid_out() -> bool:
    """Whether there is a desk yet."""
    return _HERE in st.session_state


def open_desk(
    settings: Settings, words: Words, user: User, origin: str, session: str = "", zone: tzinfo | None = None
) -> Desk:
    """Lay out the user's desk; it is the same one while the login `session` lasts. Raises StoreError when the database
    does not serve."""
    last: Here | None = st.session_state.get(_HERE)
    known = last and (last.settings, last.desk.user, last.desk.origin, last.session)
    if last is not None and known == (settings, user, origin, session):
        desk = last.desk
    else:
        desk = Desk.open(settings, user, origin=origin)
    st.session_state[_HERE] = Here(settings, desk, words, session, zone)
    return desk


def from_url(name: str, options: Sequence[str], default: Sequence[str], *, many: bool = False) -> None:
    """Give the widget with key `name` its first value: the URL's where it fits, else `default`.

    Streamlit's own binding writes the translated labels into the URL; codes survive a change of language.
    """
    if name in st.session_state:
        kept = st.session_state[name]
        if many:  # an option may vanish with another filter
            st.session_state[name] = [one for one in kept if one in options]
        elif kept not in options:
            st.session_state[name] = default[0]
        return
    found = [one for one in st.query_params.get_all(name) if one in options] or list(default)
    st.session_state[name] = found if many else found[0]


def to_url(name: str, value: Sequence[str], default: Sequence[str]) -> None:
    """Show a widget's value in the URL, unless it is the default."""
    if list(value) == list(default):
        st.query_params.pop(name, None)
    elif st.query_params.get_all(name) != list(value):
        st.query_params[name] = list(value)


def pages(words: Words, user: User) -> dict[str, list[st.Page]]:
    """The user's navigation by heading; the way to each page is kept for `go` and `link`."""
    folder = Path(__file__).parent / "pages"
    allowed = [name for name, action in PAGES.items() if may(user, action)]
    links = {
        name: st.Page(
            folder / f"{name}.py",
            title=words(f"{name}.title"),
            icon=ICONS[name],
            url_path=name,
            default=name == allowed[0],
        )
        for name in allowed
    }
    st.session_state[_LINKS] = links
    grouped = {words(f"group.{name}"): [links[one] for one in group if one in links] for name, group in GROUPS.items()}
    return {heading: group for heading, group in grouped.items() if group}


def name_of(page: st.Page) -> str:
    """Which of `PAGES` it is."""
    links: dict[str, st.Page] = st.session_state[_LINKS]
    return next(name for name, one in links.items() if one == page)


def go(page: str, **parameters: str | list[str]) -> NoReturn:
    """To another page, keeping the language."""
    st.switch_page(st.session_state[_LINKS][page], query_params=_with_language(parameters))


def offers(page: str) -> bool:
    """Whether there is such a page, and the user may go there."""
    return page in st.session_state[_LINKS]


def link(page: str, label: str, **parameters: str | list[str]) -> None:
    """A link to another page, or only its label where the user may not go. `label` may come from outside."""
    if page not in st.session_state[_LINKS]:
        st.markdown(plain(label))
        return
    st.page_link(st.session_state[_LINKS][page], label=plain(label), query_params=_with_language(parameters))


def keep_view(page: str) -> None:
    """Remember how this page is seen now, for `back`."""
    st.session_state[_BACK] = (page, {name: st.query_params.get_all(name) for name in st.query_params})


def restore(page: str, foreign: str) -> None:
    """See the page again as it was seen last, when the browser's way back brought a parameter of another page along:
    Streamlit takes the page from the address of then, and what is behind it from that of now."""
    if foreign in st.query_params:
        last, query = st.session_state.get(_BACK, ("", {}))
        st.query_params.from_dict(query if last == page else {})


def back(label: str) -> None:
    """A link to the list that was seen last, as it was seen; nothing where none was."""
    page, query = st.session_state.get(_BACK, ("", {}))
    if page in st.session_state[_LINKS]:
        st.page_link(st.session_state[_LINKS][page], label=label, icon=":material/arrow_back:", query_params=query)


def _with_language(parameters: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    if chosen := st.query_params.get(LANGUAGE):
        return {**parameters, LANGUAGE: chosen}
    return dict(parameters)


@contextmanager
def sentences(words: Words) -> Iterator[None]:
    """An error of ours becomes one sentence on the page."""
    try:
        yield
    except Conflict as conflict:
        if conflict.by and conflict.at:
            said = words("shell.conflict", by=plain(conflict.by), at=here().moment(conflict.at))
        else:
            said = words("shell.error", reason=plain(conflict.message))
        st.error(said, icon=":material/error:")
    except QcError as error:
        st.error(words("shell.error", reason=plain(error.message)), icon=":material/error:")


def remembered(key: str, about: object, make: Callable[[], T]) -> T:
    """What `make` gives, worked out once in `REMEMBERED` seconds for the same choice of the same user: sums over very
    many calls, on a page that is drawn again at every click."""
    desk = here().desk
    asked = (desk.user, about, desk.newest())
    kept: tuple[object, T, float] | None = st.session_state.get(key)
    if kept is not None and kept[0] == asked and time.monotonic() - kept[2] < REMEMBERED:
        return kept[1]
    found = make()
    st.session_state[key] = (asked, found, time.monotonic())
    return found


def empty(reason: str, advice: str, command: str | None = None) -> None:
    """A place without data says why, and what to do next."""
    with st.container(border=True):
        st.markdown(f"**{plain(reason)}**")
        st.markdown(advice)
        if command:
            st.code(command, language="bash")


@st.cache_data(show_spinner=False, max_entries=200)
def _peaks(recording_id: str, path: str, _settings: Settings) -> tuple[tuple[int, ...], ...]:
    return waveform.peaks(Path(path), _settings)


def peaks(recording_id: str, path: str) -> tuple[tuple[int, ...], ...]:
    """Waveform of each channel, kept by the recording's hash. Raises RecordingError."""
    return _peaks(recording_id, path, here().settings)


def choose_period(words: Words, rows: Sequence[CallRow], default: str) -> Selection:
    """The control for the period, in the URL; says which days it means."""
    from_url("period", figures.PERIODS, [default])
    name = st.segmented_control(
        words("period.label"),
        figures.PERIODS,
        required=True,
        format_func=lambda one: words(f"period.{one}"),
        key="period",
        label_visibility="collapsed",
    )
    to_url("period", [name or default], [default])
    selection = figures.period(name or default, rows)
    if selection.since and selection.until:
        last = selection.until - timedelta(days=1)
        days = (
            f"{selection.since:%Y-%m-%d}"
            if last == selection.since
            else f"{selection.since:%Y-%m-%d} – {last:%Y-%m-%d}"
        )
        st.caption(words("period.days", days=days))
    return selection
