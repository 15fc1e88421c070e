"""Choose a scorecard: one in use, one of the package, or one that the reader writes or brings as a file."""

from __future__ import annotations

import streamlit as st

from qc import scorecard
from qc.desk import LARGEST_CARD, UsedCard
from qc.scorecard import Scorecard
from qc.ui import shell
from qc.ui.words import Words, plain, tidy

OWN = "own"


def title(card: Scorecard) -> str:
    """For a list: its own title, id and version. From outside."""
    return f"{tidy(card.title, 60)} · {card.label}" if card.title else card.label


def place(one: UsedCard, words: Words) -> str:
    """Which calls it judges."""
    if one.row is None:
        return words("scorecards.all") if one.place == "all" else words.term("language", one.place)
    asked = {
        "language": [words.term("language", code) for code in one.row.language or ()],
        "queue": one.row.queue,
        "direction": [words.term("direction", code) for code in one.row.direction or ()],
        "class": one.row.customer_class,
    }
    given = (f"{words(f'column.{name}')}: {', '.join(values)}" for name, values in asked.items() if values)
    return tidy(" · ".join(given), 120) or words("scorecards.all")


def known(words: Words) -> dict[str, tuple[str, Scorecard]]:
    """Cards in use and those of the package, each once, by a short code: what to call them, and the card."""
    found: dict[str, tuple[str, Scorecard]] = {}
    seen: set[str] = set()
    for one in shell.here().desk.cards():
        found[one.place] = (f"{title(one.card)} ({place(one, words)})", one.card)
        seen.add(one.card.fingerprint)
    for name in scorecard.names():
        card = scorecard.load(name)
        if card.fingerprint not in seen:
            found[name] = (f"{title(card)} ({words('scorecards.package')})", card)
    return found


def choose(words: Words, *, key: str, language: str) -> Scorecard | None:
    """A card for calls of a language; None, with what is wrong in it, where there is none yet."""
    options = {code: label for code, (label, card) in known(words).items() if card.language == language}
    options[OWN] = words("scorecards.own")
    code = st.selectbox(words("scorecards.card"), options, format_func=lambda one: options[one], key=f"{key}_which")
    if code != OWN:
        return known(words)[code][1]
    return parsed(text(words, key=key), words)


def text(words: Words, *, key: str, start: str = "") -> str:
    """What is written in the field, or in the file that was brought."""
    file = st.file_uploader(words("scorecards.file"), type=["yaml", "yml"], key=f"{key}_file", max_upload_size=1)
    if file is not None:
        return file.getvalue().decode("utf-8", "replace")
    if f"{key}_text" not in st.session_state:
        st.session_state[f"{key}_text"] = start
    return st.text_area(words("scorecards.text"), key=f"{key}_text", height=320, max_chars=LARGEST_CARD) or ""


def parsed(text: str, words: Words) -> Scorecard | None:
    """The card, or every mistake with its line."""
    if not text.strip():
        st.caption(words("scorecards.nothing_yet"))
        return None
    if len(text) > LARGEST_CARD:
        st.error(words("scorecards.too_long", most=LARGEST_CARD), icon=":material/error:")
        return None
    card, mistakes = scorecard.examine(text, words("scorecards.the_card"))
    if card is None:
        st.error(words("scorecards.wrong", count=len(mistakes)), icon=":material/error:")
        st.markdown("\n".join(f"- {plain(one)}" for one in mistakes))
    return card
