"""Try a sentence against the phrase rules: what hits and why, and what nearly does and why not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from qc.language import LanguagePack, load, say
from qc.rules.trial import Trial, attempt
from qc.site import of
from qc.ui import shell
from qc.ui.words import LANGUAGES, Words


def page() -> None:
    """Draw it."""
    words = shell.here().words
    st.title(words("rules.title"), anchor=False)
    st.markdown(words("rules.about"))
    shell.from_url("pack", list(LANGUAGES), [words.language])
    code = st.segmented_control(
        words("rules.pack"), list(LANGUAGES), required=True, format_func=LANGUAGES.__getitem__, key="pack"
    )
    shell.to_url("pack", [code or words.language], [words.language])
    pack = load(code or words.language, of(shell.here().settings))
    text = st.text_area(words("rules.text"), key="rules_text", placeholder=words("rules.placeholder"), max_chars=2000)
    if text.strip():
        _trials(attempt(text, pack), words)
    _rules(pack, words)


def _trials(found: Sequence[Trial], words: Words) -> None:
    if not found:
        st.info(words("rules.nothing"), icon=":material/info:")
        return
    frame = pd.DataFrame(
        {
            words("rules.rule"): [one.rule for one in found],
            words("rules.role"): [words.term("role", one.role) for one in found],
            words("rules.hit"): [one.hit for one in found],
            words("rules.words"): [one.words for one in found],
            words("rules.why"): [say(one.why, words.language) for one in found],
            words("rules.pattern"): [one.pattern for one in found],
            words("rules.when"): ["; ".join(say(message, words.language) for message in one.when) for one in found],
        }
    )
    st.dataframe(frame, hide_index=True, key="trials")


def _rules(pack: LanguagePack, words: Words) -> None:
    st.header(words("rules.all", count=len(pack.rules)), anchor=False)
    frame = pd.DataFrame(
        {
            words("rules.rule"): [rule.id for rule in pack.rules],
            words("rules.role"): [words.term("role", rule.role) for rule in pack.rules],
            words("rules.example"): [rule.examples.match[0] for rule in pack.rules],
            words("rules.counterexample"): [rule.examples.no_match[0] for rule in pack.rules],
            words("rules.patterns"): [len(rule.wanted) for rule in pack.rules],
        }
    )
    st.dataframe(frame, hide_index=True, key="rules")


if __name__ == "__main__":
    page()
