"""The list of calls: filtered, sorted and paged in the database; a click opens one. All of it is in the URL."""

from __future__ import annotations

from hashlib import sha256

import streamlit as st

from qc.access import Action
from qc.desk import CallPage, Selection, Sort
from qc.ui import assigning, calllist, downloads, filters, listfile, shell, views
from qc.ui.words import Words

SIZES = (25, 50, 100)
_SEEN = "qc_calls_seen"


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("calls.title"), anchor=False)
    if here.desk.newest() is None and not here.desk.call_page(size=1).rows:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    shell.restore("calls", "call")
    selection = filters.choose(words)
    sort, descending, size = _order()
    number = _number(repr((selection, sort, descending, size)))
    found = here.desk.call_page(selection, sort, descending=descending, offset=(number - 1) * size, size=size)
    _above(found, selection, sort, words, descending=descending)
    if not found.rows:
        advice = "calls.none_said_advice" if selection.text else "calls.none_advice"
        shell.empty(words("calls.none_said" if selection.text else "calls.none"), words(advice))
        if number > 1:
            st.button(words("calls.to_first"), on_click=_to_page, args=(1,), key="to_first")
        return
    shell.keep_view("calls")
    language = st.query_params.get(shell.LANGUAGE)
    query = {shell.LANGUAGE: language} if language else {}
    assigns = here.desk.may(Action.ASSIGN)
    given = here.desk.given(row.recording_id for row in found.rows) if assigns else None
    asked = calllist.show(
        calllist.data(
            found,
            words,
            sort=sort,
            descending=descending,
            query=query,
            assigned=None if given is None else assigning.whose(given, words),
            stamp=repr(given),
        )
    )
    if assigns:
        here_now = {row.recording_id for row in found.rows}
        chosen = [one for one in asked.chosen if one in here_now]
        part = len(found.rows) < found.total and not found.more
        assigning.bar(words, chosen, "calls", view=selection if part else None, total=found.total)
    _below(found, number, size, words)
    _do(asked, sort, descending=descending)


def _order() -> tuple[Sort, bool, int]:
    name, size = st.query_params.get("sort", ""), st.query_params.get("size", "")
    sort = calllist.SORTS.get(name, Sort.START)
    order = st.query_params.get("order", "")
    descending = order == "desc" if order in ("asc", "desc") else sort in calllist.FALLING
    return sort, descending, int(size) if size in map(str, SIZES) else SIZES[1]


def _number(view: str) -> int:
    """The page of the URL; of another view than the last one that was seen here, the first."""
    text = st.query_params.get("page", "")
    number = int(text) if text.isdecimal() and 0 < len(text) < 6 else 1
    if st.session_state.get(_SEEN, view) != view:
        number = 1
        st.query_params.pop("page", None)
    st.session_state[_SEEN] = view
    return max(1, number)


def _to_page(number: int) -> None:
    shell.to_url("page", [str(number)], ["1"])


def _above(found: CallPage, selection: Selection, sort: Sort, words: Words, *, descending: bool) -> None:
    desk = shell.here().desk
    with st.container(horizontal=True, vertical_alignment="center", key="calls_row"):
        st.caption(_count(found, selection, words), width="stretch")
        views.control(words)
        if not (desk.may(Action.EXPORT_TABLES) and found.rows):
            return
        with st.popover(words("calls.export"), icon=":material/download:", key="export"):
            st.markdown(words("calls.export_about"))
            of_view = sha256(repr((selection, sort, descending, words.language)).encode()).hexdigest()[:12]
            for kind in listfile.KINDS:
                downloads.offer(
                    words(f"calls.export_{kind}"),
                    key=f"export_{kind}_{of_view}",
                    name=f"calls.{kind}",
                    media_type=listfile.KINDS[kind],
                    action=Action.EXPORT_TABLES,
                    make=listfile.maker(desk, kind, selection, sort, words, descending=descending),
                )


def _count(found: CallPage, selection: Selection, words: Words) -> str:
    first, last = found.offset + 1, found.offset + len(found.rows)
    if not found.rows:
        sentence = ""
    elif selection.text.strip() and found.more:
        sentence = words("calls.shown_some", first=first, last=last)
    else:
        key = "calls.shown_more" if found.more else "calls.shown"
        sentence = words(key, first=first, last=last, total=f"{found.total:,}")
    if found.looked is not None:
        sentence += " " + words("calls.looked", count=f"{found.looked:,}")
    return sentence


def _below(found: CallPage, number: int, size: int, words: Words) -> None:
    before, where, after, _, sizes = st.columns([2, 2, 2, 1, 4], vertical_alignment="center")
    before.button(
        words("calls.before"),
        icon=":material/chevron_left:",
        disabled=number == 1,
        on_click=_to_page,
        args=(number - 1,),
        key="page_before",
        width="stretch",
    )
    where.markdown(words("calls.page", number=number))
    after.button(
        words("calls.after"),
        icon=":material/chevron_right:",
        disabled=found.offset + len(found.rows) >= found.total,
        on_click=_to_page,
        args=(number + 1,),
        key="page_after",
        width="stretch",
    )
    with sizes:
        st.session_state["rows"] = size
        st.segmented_control(
            words("calls.size"),
            SIZES,
            required=True,
            format_func=lambda one: words("calls.rows", count=one),
            key="rows",
            on_change=_resize,
            label_visibility="collapsed",
        )
    if found.more and not found.matches and found.offset + len(found.rows) >= found.total:
        st.caption(words("calls.end", total=f"{found.total:,}"))
    st.caption(words("calls.times"))


def _resize() -> None:
    shell.to_url("size", [str(st.session_state["rows"])], [str(SIZES[1])])


def _do(asked: calllist.Asked, sort: Sort, *, descending: bool) -> None:
    if asked.open is not None and shell.here().desk.may(Action.SEE_CALL):
        key, at = asked.open
        shell.go("call", call=key, **({} if at is None else {"t": f"{at:.2f}"}))
    if asked.sort is not None:
        falling = not descending if asked.sort is sort else asked.sort in calllist.FALLING
        name = next(name for name, one in calllist.SORTS.items() if one is asked.sort)
        shell.to_url("sort", [name], ["start"])
        default = asked.sort in calllist.FALLING
        shell.to_url("order", ["desc" if falling else "asc"], ["desc" if default else "asc"])
        st.rerun()


if __name__ == "__main__":
    page()
