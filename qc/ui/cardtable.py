"""A scorecard as tables: what it asks, how much each answer counts, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pandas as pd
import streamlit as st

from qc import comparison
from qc.checks import CHECKS
from qc.checks import options as options_of
from qc.language import say
from qc.result import ItemKind
from qc.scorecard import Item, Scorecard, brings_rules
from qc.ui.words import Words, number, plain, tidy


def head(card: Scorecard, words: Words) -> None:
    """The pass mark, and which calls may be scored."""
    figures = st.columns([1, 1, 4])
    figures[0].metric(words("scorecards.pass_mark"), f"{number(card.pass_mark)} %")
    figures[1].metric(words("scorecards.items"), len(card.items))
    with figures[2]:
        st.caption("\n".join([words("scorecards.eligible"), "", *_eligible(card, words)]))


def _eligible(card: Scorecard, words: Words) -> list[str]:
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
    return [f"- {plain(one)}" for one in parts or [words("scorecards.no_limits")]]


def items(card: Scorecard, words: Words) -> None:
    """A table a section, in the card's order. The card may come from anybody: all of it is escaped."""
    total = sum(item.weight for _, item in card.items if item.kind is ItemKind.SCORED)
    heads = (words("column.item"), words("scorecards.counts"), words("scorecards.asks"), words("scorecards.options"))
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    for section in card.sections:
        name = words.term("section", section.id) if f"section.{section.id}" in words else section.title or section.id
        rows = "".join(_row(item, total, words) for item in section.items)
        st.html(_table(tidy(name, 80), head, rows))


def _table(caption: str, head: str, rows: str) -> str:
    """`head` and `rows` are HTML already."""
    return (
        f'<table class="qc-card"><caption dir="auto">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(item: Item, total: float, words: Words) -> str:
    name = f'<b dir="auto">{escape(item_name(item, words))}</b>'
    if item.check != item.id:
        name += f" <code>{escape(item.check)}</code>"
    limits = "".join(f"<li{' class=own' if own else ''}>{escape(text)}</li>" for text, own in _options(item, words))
    cells = (name, escape(_counts(item, total, words)), escape(_asks(item, words)), f"<ul>{limits}</ul>")
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def item_name(item: Item, words: Words) -> str:
    """As the reader's language calls it; the card's own title for an item of a site's own."""
    known = words.item(item.id)
    return tidy(item.title, 80) if item.title and known == item.id.replace("_", " ") else known


def _counts(item: Item, total: float, words: Words) -> str:
    values = {"weight": number(item.weight, 2), "share": f"{item.weight / total:.0%}" if total else "–"}
    text = words(f"scorecards.counts_{item.kind.value}", **values)
    return f"{text} ({words('scorecards.demoted')})" if item.demoted is not None else text


def _asks(item: Item, words: Words) -> str:
    """The tip of its check, and why it is only advice where it was demoted."""
    tip = words.term("tip", item.check)
    asked = "" if tip == item.check.replace("_", " ") else tip
    return " ".join(filter(None, (asked, say(item.demoted, words.language) if item.demoted else "")))


def _options(item: Item, words: Words) -> Iterator[tuple[str, bool]]:
    """Every option of the check with its meaning and its value, and whether the card itself gives that."""
    for name, default in options_of(CHECKS[item.check]).items():
        value = item.options.get(name, default)
        if isinstance(value, list | tuple):
            value = words("scorecards.rules", count=len(value))
        elif value is None:
            value = words("scorecards.of_pack")
        shown = number(value, 2) if isinstance(value, float) else str(value)
        yield words("scorecards.option", name=words(f"option.{name}"), value=shown), name in item.options
    if brings_rules(item):
        yield words("scorecards.own_rules"), True


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
    return words(f"scorecards.kind_{value}") if value in set(ItemKind) else tidy(value)
