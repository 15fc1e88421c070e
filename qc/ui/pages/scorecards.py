"""Scorecards: read those in use, write a new version, see what it would change, and put it in use."""

from __future__ import annotations

from typing import IO

import streamlit as st

from qc.access import Action
from qc.desk import UsedCard
from qc.ui import cardinput, cardtable, cardtrial, downloads, shell
from qc.ui.words import Words, plain

_VIEWS = ("used", "new")


def page() -> None:
    """Draw it."""
    here = shell.here()
    words = here.words
    st.title(words("scorecards.title"), anchor=False)
    st.markdown(words("scorecards.about"))
    cards = here.desk.cards()
    shell.from_url("view", _VIEWS, [_VIEWS[0]])
    view = st.segmented_control(
        words("scorecards.view"),
        _VIEWS,
        required=True,
        format_func=lambda one: words(f"scorecards.view_{one}"),
        key="view",
        label_visibility="collapsed",
    )
    shell.to_url("view", [view or _VIEWS[0]], [_VIEWS[0]])
    used = _chosen(cards, words)
    if view == "new":
        _new(used, words)
    else:
        _used(used, words)


def _chosen(cards: tuple[UsedCard, ...], words: Words) -> UsedCard:
    by_place = {one.place: one for one in cards}
    own = next((one.place for one in cards if one.card.language == words.language), cards[0].place)
    shell.from_url("card", list(by_place), [own])
    place = st.selectbox(
        words("scorecards.card"),
        list(by_place),
        format_func=lambda one: f"{cardinput.title(by_place[one].card)} ({cardinput.place(by_place[one], words)})",
        key="card",
    )
    shell.to_url("card", [place], [own])
    return by_place[place]


def _used(used: UsedCard, words: Words) -> None:
    source = used.file.name if used.file else words("scorecards.package")
    st.caption(plain(words("scorecards.source", where=cardinput.place(used, words), source=source)))
    cardtable.head(used.shown, words)
    cardtable.items(used.shown, words)
    downloads.offer(
        words("scorecards.download"),
        key=f"card_{used.card.fingerprint[:16]}",
        name=f"{used.card.id}.yaml",
        media_type="application/yaml",
        action=Action.SEE_RULES,
        make=lambda stream: _write(stream, used.text),
    )


def _write(stream: IO[bytes], text: str) -> None:
    stream.write(text.encode())


def _new(used: UsedCard, words: Words) -> None:
    """Three steps down the page: write, compare, try; and the fourth for who may."""
    st.header(words("scorecards.write"), anchor=False)
    st.caption(words("scorecards.write_about"))
    text = cardinput.text(words, key=f"new_{used.card.fingerprint[:16]}", start=used.text)
    card = cardinput.parsed(text, words)
    if card is None:
        return
    st.header(words("scorecards.compare"), anchor=False)
    cardtable.changes(used.card, card, words)
    cardtrial.show(card, words)
    if shell.here().desk.may(Action.CHANGE_CARD):
        cardtrial.put_in_use(used, card, text, words)


if __name__ == "__main__":
    page()
