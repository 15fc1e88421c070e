"""Samples: drawing one, and what those that were drawn say."""

from __future__ import annotations

import secrets

import pandas as pd
import streamlit as st

from qc.desk import Sample, Selection
from qc.sampling import MOST, STRATA, Allocation, Characteristic, Design, Look, Plan, Weights, weighted_share
from qc.ui import assigning, shell
from qc.ui.words import Words, number, percent, plain

SHOWN = 20
"""Samples in the list, the newest."""


def show(words: Words, selection: Selection) -> None:
    """Draw it."""
    if done := st.session_state.pop("sample_done", None):
        st.success(plain(done), icon=":material/check:")
    found = shell.here().desk.samples()
    with st.expander(words("sample.new"), icon=":material/add:", expanded=not found):
        _new(words, selection)
    if not found:
        shell.empty(words("sample.none"), words("sample.none_advice"))
        return
    known = {one.number: one for one in found[:SHOWN]}
    numbers = [str(one) for one in known]
    shell.from_url("sample", numbers, [numbers[0]])
    chosen = st.selectbox(
        words("sample.which"), numbers, format_func=lambda one: _label(known[int(one)], words), key="sample"
    )
    shell.to_url("sample", [chosen], [numbers[0]])
    _one(known[int(chosen)], words)


def _new(words: Words, selection: Selection) -> None:
    desk = shell.here().desk
    st.markdown(words("sample.about"))
    first = st.columns([3, 2, 2])
    with first[0]:
        design = st.radio(
            words("sample.design"),
            list(Design),
            format_func=lambda one: words(f"sample.design_{one}"),
            captions=[words(f"sample.design_{one}_help") for one in Design],
            key="sample_design",
        )
    with first[1]:
        per_agent = design is Design.PER_AGENT
        size = st.number_input(
            words("sample.per_agent" if per_agent else "sample.size"),
            1,
            MOST,
            3 if per_agent else 40,
            key=f"sample_size_{'each' if per_agent else 'all'}",
        )
        by, allocation, weights = Characteristic.TEAM, Allocation.PROPORTIONAL, Weights()
        if design is Design.STRATIFIED:
            by = st.selectbox(
                words("sample.by"), STRATA, format_func=lambda one: words(f"sample.of_{one}"), key="sample_by"
            )
            allocation = st.selectbox(
                words("sample.allocation"),
                list(Allocation),
                format_func=lambda one: words(f"sample.allocation_{one}"),
                key="sample_allocation",
            )
        if design is Design.RISK:
            st.caption(words("sample.weights_help"))
            weights = Weights(
                *(
                    int(st.number_input(words(f"sample.weight_{name}"), 0, 100, value, key=f"sample_weight_{name}"))
                    for name, value in (("critical", 8), ("risk", 4), ("worst", 2))
                )
            )
    with first[2]:
        people = assigning.names(words)
        who = st.multiselect(
            words("sample.reviewers"),
            [one for one in people if one != assigning.ANYBODY],
            format_func=people.__getitem__,
            placeholder=people[assigning.ANYBODY],
            help=words("sample.reviewers_help"),
            key="sample_reviewers",
        )
        st.session_state.setdefault("sample_seed", secrets.randbelow(10**6))
        seed = st.number_input(
            words("sample.seed"), 0, 2**53 - 1, key="sample_seed", format="%d", help=words("sample.seed_help")
        )
        title = st.text_input(words("sample.title"), max_chars=100, key="sample_title")
    if st.button(words("sample.draw"), type="primary", key="sample_draw", icon=":material/casino:"):
        with shell.sentences(words):
            plan = Plan(design or Design.PER_AGENT, int(size), int(seed), by, allocation, weights)
            drawn = desk.draw(plan, selection, title=title or "", reviewers=who)
            values = {"drawn": drawn.drawn, "population": drawn.population}
            st.session_state["sample_done"] = words("sample.done", **values)
            for key in ("sample", "sample_seed"):
                st.session_state.pop(key, None)
            st.query_params.pop("sample", None)
            st.rerun()


def _label(one: Sample, words: Words) -> str:
    name = one.title or words(f"sample.design_{one.plan.design}")
    return f"{one.number} · {one.at:%Y-%m-%d} · {name}"


def _one(one: Sample, words: Words) -> None:
    heard = shell.here().desk.heard(one.number)
    looked = [this for this in heard if this.short is not None]
    period = words("period.all")
    if one.since and one.until:
        last = one.until - pd.Timedelta(days=1)
        period = f"{one.since:%Y-%m-%d} – {last:%Y-%m-%d}"
    facts = {
        "drawn": one.drawn,
        "population": one.population,
        "period": period,
        "by": one.by,
        "seed": one.plan.seed,
    }
    st.caption(plain(words("sample.facts", **facts)))
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.header(words("sample.says"), anchor=False)
        st.progress(len(looked) / max(1, len(heard)), words("sample.heard", heard=len(looked), drawn=len(heard)))
        if looked:
            for name in ("short", "changed"):
                share = weighted_share((bool(getattr(this, name)), this.drawn.probability) for this in looked)
                values = {"share": percent(share.share), "low": percent(share.low), "high": percent(share.high)}
                st.markdown(words(f"sample.share_{name}", **values))
            st.caption(words("sample.weighted" if not one.plan.even else "sample.unweighted"))
        else:
            st.caption(words("sample.not_heard"))
    with right:
        st.header(words("sample.strata"), anchor=False)
        columns = {
            "stratum": [_stratum(one.plan, stratum.name, words) for stratum in one.strata],
            "calls": [stratum.population for stratum in one.strata],
            "drawn": [stratum.drawn for stratum in one.strata],
            "chance": [_percent(stratum.probability, 2) for stratum in one.strata],
        }
        frame = pd.DataFrame({words(f"column.{name}"): values for name, values in columns.items()})
        st.dataframe(frame, hide_index=True, height=260 if len(frame) > 6 else "content")
    st.header(words("sample.looks"), anchor=False)
    st.markdown(_verdict(one, words))
    _looks(one.looks, words)


def _verdict(one: Sample, words: Words) -> str:
    differs = [words(f"sample.of_{look.characteristic}") for look in one.looks if look.differs]
    if not one.plan.even:
        return words("sample.on_purpose")
    if differs:
        return words("sample.differs", names=", ".join(differs))
    return words("sample.alike")


def _looks(looks: tuple[Look, ...], words: Words) -> None:
    known = {look.characteristic.value: look for look in looks}
    chosen = st.segmented_control(
        words("sample.looks"),
        list(known),
        default=looks[0].characteristic.value,
        required=True,
        format_func=lambda name: words(f"sample.of_{name}"),
        label_visibility="collapsed",
        key="sample_look",
    )
    look = known[chosen] if chosen else looks[0]
    calls = sum(one.population for one in look.categories)
    drawn = sum(one.drawn for one in look.categories)
    frame = pd.DataFrame(
        {
            words("column.stratum"): [_category(look.characteristic, one.name, words) for one in look.categories],
            words("column.calls"): [one.population for one in look.categories],
            words("column.share_calls"): [_percent(one.population / max(1, calls)) for one in look.categories],
            words("column.drawn"): [one.drawn for one in look.categories],
            words("column.share_drawn"): [_percent(one.drawn / max(1, drawn)) for one in look.categories],
            words("column.expected"): [number(one.expected) for one in look.categories],
        }
    )
    st.dataframe(frame, hide_index=True, height=300 if len(frame) > 7 else "content")
    st.caption(words("sample.p", p=number(look.p, 3)))


def _percent(share: float, digits: int = 1) -> str:
    return f"{number(100 * share, digits)} %"


def _stratum(plan: Plan, name: str, words: Words) -> str:
    if plan.design is Design.PER_AGENT:
        return _category(Characteristic.AGENT, name, words)
    if plan.design is Design.STRATIFIED:
        return _category(plan.by, name, words)
    return words("sample.weight", weight=int(name))


def _category(of: Characteristic, name: str, words: Words) -> str:
    if not name:
        return words("sample.unknown")
    if of is Characteristic.LANGUAGE:
        return words.term("language", name)
    if of is Characteristic.LENGTH:
        first, last = name.split("-")
        return words("sample.minutes", first=first, last=last) if last else words("sample.minutes_on", first=first)
    if of is Characteristic.SCORE_BAND:
        return name.replace("-", "–")
    return f"{name}:00" if of is Characteristic.HOUR else name
