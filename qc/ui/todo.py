"""What waits for somebody: one list, to which a page's work is added by one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import streamlit as st

from qc.access import Action
from qc.desk import Desk, Outcome, Pile, Selection
from qc.ui import shell
from qc.ui.words import Words

Count = Callable[[Desk, Selection], int]
View = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Todo:
    """``name`` is the key of its words (``todo.NAME``); ``count`` what there is of it for a user who may do `action`,
    in the period or at all; ``page`` is where it is done, with ``view`` as its filters. ``dated``: only the period."""

    name: str
    action: Action
    count: Count
    page: str
    view: View = field(default_factory=dict)
    dated: bool = True


def _calls(**wanted: object) -> Count:
    """How many of the chosen calls fulfil this, too."""
    return lambda desk, selection: desk.call_page(replace(selection, **wanted), size=1).total  # type: ignore[arg-type]


def _ever(count: Count) -> Count:
    return lambda desk, selection: count(desk, replace(selection, since=None, until=None))


TODOS: tuple[Todo, ...] = (
    Todo(
        "critical",
        Action.SEE_CALLS,
        _calls(outcomes=(Outcome.CRITICAL,), reviewed=False),
        "calls",
        {"outcome": "critical", "reviewed": "no"},
    ),
    Todo(
        "complaints",
        Action.SEE_CALLS,
        _calls(risks=(2, 3), reviewed=False),
        "calls",
        {"risk": ["2", "3"], "reviewed": "no"},
    ),
    Todo(
        "mine",
        Action.REVIEW,
        _ever(lambda desk, selection: desk.queue_counts(selection, (Pile.MINE,))[Pile.MINE]),
        "reviews",
        {"part": "mine"},
        dated=False,
    ),
    Todo(
        "appealed",
        Action.RULE,
        _ever(lambda desk, selection: desk.queue_counts(selection, (Pile.APPEALED,))[Pile.APPEALED]),
        "appeals",
        dated=False,
    ),
    Todo(
        "late",
        Action.SEE_FOLLOW_UP,
        _ever(lambda desk, selection: desk.task_counts(selection).late),
        "follow_up",
        dated=False,
    ),
    Todo("channels", Action.SEE_CALLS, _ever(_calls(roles=("doubtful",))), "calls", {"roles": "doubtful"}, dated=False),
    Todo("unscored", Action.SEE_CALLS, _calls(outcomes=(Outcome.UNSCORED,)), "calls", {"outcome": "unscored"}),
    Todo("failed", Action.SEE_FAILURES, lambda desk, _: len(desk.failures()), "overview", dated=False),
)
"""In their order."""


def draw(selection: Selection, view: View, words: Words) -> None:
    """Those of which there are some, each with the way to it. `view`: the filters of this page, for the others."""
    desk = shell.here().desk
    some = False
    for one in TODOS:
        if not desk.may(one.action) or not (count := one.count(desk, selection)):
            continue
        some = True
        label = words(f"todo.{one.name}", count=count)
        if one.page == "overview":
            st.markdown(label)
            continue
        kept = {name: value for name, value in view.items() if one.dated or name not in ("period", "from", "to")}
        shell.link(one.page, label, **({"period": "all"} | kept | one.view))
    if not some:
        st.caption(words("todo.nothing"))
