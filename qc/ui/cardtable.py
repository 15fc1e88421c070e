"""A scorecard as tables: what it asks, how much each answer counts, and what differs between two."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from qc import comparison
from qc.checks import CHECKS
from qc.checks import options as options_of
from qc.language import say
from qc.result import ItemKind
from qc.scorecard import Item, Scorecard, brings_rules
from qc.ui.words import Words, number, plain


def head(card: Scorecard, words: Words) -> None:
    """The pass mark, and which calls may be scored."""
    figures = st.columns([1, 1, 4], vertical_alignment="center")
    figures[0].metric(words("scorecards.pass_mark"), f"{number(card.pass_mark)} %")
    figures[1].metric(words("scorecards.items"), len(card.items))
    with figures[2]:
        st.markdown(words("scorecards.eligible") + " " + _eligible(card, words))


def _eligible(card: Scorecard, words: Words) -> str:
    asked = card.eligibility
    parts = []
    if asked.min_duration:
        parts.append(words("scorecards.min_duration", seconds=number(asked.min_duration)))
    for role, seconds in asked.min_speech.items():
        parts.append(words("scorecards.min_speech", role=words.term("role", role.value), seconds=number(seconds)))
    if asked.min_recognition_probability:
        parts.append(words("scorecards.min_recognition", share=f"{asked.min_recognition_probability:.0%}"))
    if asked.min_role_probability:
        parts.append(words("scorecards.min_role", share=f"{asked.min_role_probability:.0%}"))
    return plain("; ".join(parts) or words("scorecards.no_limits"))


def items(card: Scorecard, words: Words) -> None:
    """A table a section, in the card's order."""
    total = sum(item.weight for _, item in card.items if item.kind is ItemKind.SCORED)
    for section in card.sections:
        name = words.term("section", section.id) if f"section.{section.id}" in words else section.title or section.id
        st.markdown(f"**{plain(name)}**")
        frame = pd.DataFrame(
            {
                words("column.item"): [item_name(item, words) for item in section.items],
                words("scorecards.counts"): [_counts(item, total, words) for item in section.items],
                words("scorecards.asks"): [_asks(item, words) for item in section.items],
                words("scorecards.options"): [_options(item, words) for item in section.items],
            }
        )
        st.dataframe(
            frame,
            hide_index=True,
            key=f"section_{section.id}",
            column_config={
                words("column.item"): st.column_config.TextColumn(width="small"),
                words("scorecards.counts"): st.column_config.TextColumn(width="small"),
                words("scorecards.asks"): st.column_config.TextColumn(width="large"),
            },
        )


def item_name(item: Item, words: Words) -> str:
    """As the reader's language calls it; the card's own title for an item of a site's own."""
    known = words.item(item.id)
    return item.title if item.title and known == item.id.replace("_", " ") else known


def _counts(item: Item, total: float, words: Words) -> str:
    values = {"weight": number(item.weight, 2), "share": f"{item.weight / total:.0%}" if total else "–"}
    text = words(f"scorecards.counts_{item.kind.value}", **values)
    return f"{text} ({words('scorecards.demoted')})" if item.demoted is not None else text


def _asks(item: Item, words: Words) -> str:
    """The tip of its check, and why it is only advice where it was demoted."""
    tip = words.term("tip", item.check)
    asked = "" if tip == item.check.replace("_", " ") else tip
    return " ".join(filter(None, (asked, say(item.demoted, words.language) if item.demoted else "")))


def _options(item: Item, words: Words) -> str:
    """Every option of the check with its meaning; the card's own value, else the default."""
    parts = []
    for name, default in options_of(CHECKS[item.check]).items():
        value = item.options.get(name, default)
        if isinstance(value, list | tuple):
            shown = words("scorecards.rules", count=len(value))
        else:
            shown = (
                words("scorecards.of_pack") if value is None else f"{value:g}" if isinstance(value, float) else value
            )
        own = "" if name in item.options else f" ({words('scorecards.default')})"
        parts.append(f"{words(f'option.{name}')}: {shown}{own}")
    if brings_rules(item):
        parts.append(words("scorecards.own_rules"))
    return "; ".join(parts)


def changes(before: Scorecard, after: Scorecard, words: Words) -> None:
    """What differs, field by field."""
    found = comparison.cards(before, after)
    if not found:
        st.info(words("scorecards.same"), icon=":material/check:")
        return
    st.markdown(words("scorecards.differences", count=len(found)))
    names = {item.id: item_name(item, words) for card in (before, after) for _, item in card.items}
    st.dataframe(
        pd.DataFrame(
            {
                words("column.item"): [names.get(one.item, words("scorecards.the_card")) for one in found],
                words("scorecards.field"): [_field(one.field, words) for one in found],
                words("scorecards.before"): [_value(one.before, words) for one in found],
                words("scorecards.after"): [_value(one.after, words) for one in found],
            }
        ),
        hide_index=True,
        key="card_changes",
    )


def _field(name: str, words: Words) -> str:
    kind, _, option = name.partition(".")
    if kind == "options":
        return words(f"option.{option}")
    if kind == "eligibility":
        which, _, role = option.partition(".")
        return words(f"eligibility.{which}") + (f" ({words.term('role', role)})" if role else "")
    return words(f"scorecards.field_{kind}")


def _value(value: str | None, words: Words) -> str:
    if value is None:
        return words("none")
    return words(f"scorecards.kind_{value}") if value in set(ItemKind) else value
