"""A disputed item: what machine, review, appeal and ruling say, side by side, with the evidence; and the forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import streamlit as st

from qc.access import LOCAL
from qc.appeals import Dispute, State
from qc.errors import QcError, Refused
from qc.language import say
from qc.result import CheckResult, Evidence, Review, verdict
from qc.ui import evidence, shell
from qc.ui.words import Words, plain, tidy

Color = Literal["green", "red", "gray", "orange"]
COLORS: Mapping[str, Color] = {"pass": "green", "fail": "red", "na": "gray"}
STATES: Mapping[State, Color] = {
    State.OPEN: "orange",
    State.WITHDRAWN: "gray",
    State.UPHELD: "green",
    State.DISMISSED: "red",
}
_DONE = "qc_dispute_done"
_KEPT = "qc_dispute_evidence"


def signature(words: Words, key: str) -> str:
    """The name of who is alone at the machine; who is known signs with their own id."""
    if shell.here().desk.user != LOCAL:
        return ""
    return st.text_input(words("call.roles_author"), key=f"author_{key}", max_chars=100)


def signed_reason(words: Words, author_key: str, reason_key: str) -> tuple[str, str]:
    """Name, where there is nobody who is known, and reason, on one line."""
    if shell.here().desk.user != LOCAL:
        return "", st.text_area(words("appeals.why"), key=reason_key, max_chars=1000, height=68)
    left, right = st.columns([1, 3])
    with left:
        author = signature(words, author_key)
    with right:
        return author, st.text_area(words("appeals.why"), key=reason_key, max_chars=1000, height=68)


def take(words: Words, step: Callable[[], None], done: str) -> None:
    """Take a step; what refuses it is told in the reader's language, and the page then shows what happened since."""
    try:
        step()
    except Refused as refused:
        st.error(words(f"refused.{refused.code}"), icon=":material/block:")
    except QcError as error:
        st.error(words("shell.error", reason=plain(error.message)), icon=":material/error:")
    else:
        st.session_state[_DONE] = done
        st.rerun()


def toast() -> None:
    """Say that the last step was taken."""
    if done := st.session_state.pop(_DONE, None):
        st.toast(done, icon=":material/check:")


def head(dispute: Dispute, words: Words) -> None:
    """Which item of which call, and where its appeal stands."""
    title, state = st.columns([4, 1], vertical_alignment="center")
    with title:
        st.markdown(f"### {plain(words.item(dispute.item))}")
        day = f"{dispute.start:%Y-%m-%d %H:%M}" if dispute.start else None
        facts = [dispute.call_id, dispute.agent_name or dispute.agent, dispute.team, day]
        shell.link("call", " · ".join(tidy(fact, 60) for fact in facts if fact), call=dispute.recording_id)
    if dispute.last is not None:
        with state:
            one = dispute.last.state
            st.badge(words(f"appeals.state_{one}"), color=STATES[one])


def sides(dispute: Dispute, words: Words) -> None:
    """The voices side by side; one that has not spoken says so. While an appeal waits there is no ruling to show."""
    last = dispute.last
    machine, review, appeal, *rest = st.columns(3 if last and last.state is State.OPEN else 4)
    with machine:
        _machine(dispute, words)
    with review:
        said = dispute.review if last is None or last.state is State.OPEN else (last.disputed or dispute.review)
        _said(words("appeals.review"), said, words("appeals.no_review"), words)
    with appeal:
        _said(words("appeals.appeal"), last.said if last else None, words("appeals.no_appeal"), words)
        if last and last.withdrawn:
            st.caption(
                plain(
                    words(
                        "appeals.withdrawn_by", author=last.withdrawn.author, at=shell.here().moment(last.withdrawn.at)
                    )
                )
            )
    if not rest:
        return
    with rest[0]:
        _said(words("appeals.ruling"), dispute.ruling, words("appeals.no_ruling"), words)


def _machine(dispute: Dispute, words: Words) -> None:
    st.caption(words("appeals.machine"))
    _verdict(dispute.machine.value, words)
    st.markdown(plain(explained(dispute.machine, words)))
    if dispute.now is None:
        st.caption(words("appeals.gone_from_card"))
    elif verdict(dispute.now.value) != verdict(dispute.machine.value):
        st.caption(words("appeals.now", value=words.term("answer", verdict(dispute.now.value))))


def explained(result: CheckResult, words: Words) -> str:
    """The check's own sentence."""
    return say(result.explanation, words.language)


def _said(heading: str, said: Review | None, nothing: str, words: Words) -> None:
    st.caption(heading)
    if said is None:
        st.markdown(plain(nothing))
        return
    _verdict(said.value, words)
    st.markdown(plain(said.reason))
    st.caption(plain(f"{tidy(said.author, 60)} · {shell.here().moment(said.at)}"))


def _verdict(value: float | None, words: Words) -> None:
    one = verdict(value)
    st.badge(words.term("answer", one), color=COLORS[one])


def clips(dispute: Dispute, words: Words) -> None:
    """The machine's evidence of the disputed judgement, to play."""
    desk = shell.here().desk
    key = f"{_KEPT}_{desk.user.id}_{dispute.inspection_id}_{dispute.item}"
    if key not in st.session_state:  # looking on is not looking again
        inspection = desk.call(dispute.inspection_id)
        row = inspection.score.item(dispute.item)
        metadata, recording = inspection.call.metadata, inspection.call.recording
        name = metadata.call_id or Path(recording.path).name
        st.session_state[key] = [
            Evidence(inspection.id, name, metadata.agent or "", recording.path, one)
            for one in (row.result.findings if row else ())
        ]
    found: list[Evidence] = st.session_state[key]
    if found:
        evidence.show(found, words, key=f"dispute_{dispute.inspection_id}_{dispute.item}")
    else:
        st.caption(words("appeals.no_evidence"))


def ruling_form(dispute: Dispute, words: Words) -> None:
    """Uphold or dismiss, with a reason."""
    appeal = dispute.open
    if appeal is None:
        return
    desk, key = shell.here().desk, f"{dispute.recording_id}_{dispute.item}"
    author, reason = signed_reason(words, f"rule_{key}", f"why_{key}")
    before = dispute.machine.value if appeal.disputed is None else appeal.disputed.value
    for column, upheld, value in zip(st.columns([1, 1, 2]), (True, False), (appeal.said.value, before), strict=False):
        label = words("appeals.uphold" if upheld else "appeals.dismiss", value=words.term("answer", verdict(value)))
        if column.button(label, key=f"rule_{upheld}_{key}", width="stretch"):

            def step(upheld: bool = upheld) -> None:
                desk.rule(dispute.recording_id, dispute.item, upheld=upheld, reason=reason, author=author)

            take(words, step, words("appeals.ruled"))
    st.caption(words("appeals.final"))
