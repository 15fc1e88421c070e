"""Reports on an agent, a team or all calls: seen here, saved as PDF, HTML or XLSX."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import IO

import pandas as pd
import streamlit as st

from qc.access import Action
from qc.desk import Selection
from qc.errors import NotFound
from qc.reports import FORMATS, Kind, Report
from qc.reports.blocks import Block, Chart, Figures, Grid, Heading, Text, blocks, title
from qc.ui import downloads, filters, shell
from qc.ui.words import Words, plain


def page() -> None:
    """Draw it."""
    here = shell.here()
    words, desk = here.words, here.desk
    st.title(words("reports.title"), anchor=False)
    if desk.newest() is None:
        shell.empty(words("empty.nothing"), words("empty.nothing_advice"), "qc batch recordings_sample")
        return
    selection = filters.choose(words, period="month", names=())
    kind, name = _about(selection, words)
    if name is None:
        shell.empty(words("reports_page.nobody"), words("reports_page.nobody_advice"))
        return
    first = selection.since.date() if selection.since else None
    last = (selection.until - timedelta(days=1)).date() if selection.until else None
    try:
        report = _report(kind, name, first, last)
    except NotFound:
        shell.empty(words("reports_page.none"), words("reports_page.none_advice"))
        return
    _files(report, words)
    st.header(plain(title(report, words)), anchor=False)
    for part in blocks(report, words):
        _part(part)


def _report(kind: Kind, name: str, first: date | None, last: date | None) -> Report:
    """As it was up to a minute ago. Raises NotFound."""
    desk = shell.here().desk
    return shell.remembered(
        "qc_report", (kind, name, first, last), lambda: desk.report(kind, name, first=first, last=last)
    )


def _about(selection: Selection, words: Words) -> tuple[Kind, str | None]:
    """What the report is about; a name of None: nobody is known."""
    columns = st.columns([3, 4], vertical_alignment="bottom")
    kinds = tuple(Kind)
    shell.from_url("about", kinds, [Kind.TEAM])
    with columns[0]:
        chosen = st.segmented_control(
            words("reports_page.about"),
            kinds,
            required=True,
            format_func=lambda one: words(f"reports_page.about_{one}"),
            key="about",
            label_visibility="collapsed",
        )
    kind = Kind(chosen or Kind.TEAM)
    shell.to_url("about", [kind], [Kind.TEAM])
    if kind is Kind.CENTRE:
        return kind, ""
    options = shell.here().desk.options(Selection(since=selection.since, until=selection.until))
    names = list(options.agents if kind is Kind.AGENT else options.teams)
    if not names:
        return kind, None
    shell.from_url(f"of_{kind}", names, names[:1])
    with columns[1]:
        name = st.selectbox(words(f"column.{kind}"), names, key=f"of_{kind}", label_visibility="collapsed")
    shell.to_url(f"of_{kind}", [name], names[:1])
    return kind, name


def _files(report: Report, words: Words) -> None:
    """The ways out: each file is made when its button is pressed, of what is seen here."""
    head = report.head
    stem = f"qc-{head.kind}-{head.first}-{head.last}"
    for column, (ending, (media_type, _)) in zip(st.columns(len(FORMATS)), FORMATS.items(), strict=True):
        with column:
            about = hash((head.kind, head.name, head.first, head.last, head.made_at, words.language))
            downloads.offer(
                words(f"reports_page.save_{ending}"),
                key=f"report_{ending}_{about}",
                name=f"{stem}.{ending}",
                media_type=media_type,
                action=Action.EXPORT_TABLES,
                make=partial(_made, ending, report, words.language),
            )


def _made(ending: str, report: Report, language: str, stream: IO[bytes]) -> None:
    stream.write(FORMATS[ending][1](report, language))


def _part(part: Block) -> None:
    if isinstance(part, Heading):
        st.subheader(part.text, anchor=False)
    elif isinstance(part, Text):
        (st.caption if part.quiet else st.markdown)(plain(part.text))
    elif isinstance(part, Figures):
        for column, one in zip(st.columns(len(part.figures)), part.figures, strict=True):
            with column.container(border=True, height="stretch"):
                st.metric(one.label, one.value)
                st.caption(plain(one.fine))
    elif isinstance(part, Chart):
        st.line_chart(pd.DataFrame(dict(part.lines), index=list(part.labels)), height=220)
    elif isinstance(part, Grid):
        labels = [column.label for column in part.columns]
        st.dataframe(
            pd.DataFrame(list(part.rows), columns=labels), hide_index=True, key=f"grid_{part.name}", height="content"
        )


if __name__ == "__main__":
    page()
