"""What measures of time must know of the words."""

from __future__ import annotations

from dataclasses import dataclass

from qc.call import Call, Role
from qc.interval import Interval
from qc.language import LanguagePack
from qc.phrases.hearing import heard
from qc.phrases.matching import matches
from qc.phrases.text import all_listed, normalise

NOTICE, WAITED, QUESTION = "hold_notice", "waiting_thanks", "question"
CUE_RULES = (NOTICE, WAITED, QUESTION)
"""The rules by which silences and holds are measured; they are about words alone."""


@dataclass(frozen=True, slots=True)
class Cues:
    """What a language pack finds in a call's words and measures of time need: spans of the agent's hold notices, thanks
    for waiting and questions, and the indexes of utterances that are nothing but backchannel tokens."""

    hold_notices: tuple[Interval, ...] = ()
    wait_thanks: tuple[Interval, ...] = ()
    questions: tuple[Interval, ...] = ()
    listening: frozenset[int] = frozenset()


def cues(call: Call, pack: LanguagePack) -> Cues:
    """The cues of a call. Where roles are unknown (mono), everybody's words are searched."""
    roles = [Role.AGENT] if call.transcript.of(Role.AGENT) else [Role.UNKNOWN]
    question = pack.rule(QUESTION)
    asked = tuple(
        utterance.interval
        for role in roles
        for utterance in call.transcript.of(role)
        if utterance.text.rstrip().endswith(("?", "？"))
        or matches(question, normalise(utterance.text, pack.code), pack.code)
    )

    def spans(name: str) -> tuple[Interval, ...]:
        return tuple(hit.interval for role in roles for hit in heard(call, pack.rule(name), role=role))

    return Cues(
        spans(NOTICE),
        spans(WAITED),
        asked,
        frozenset(u.index for u in call.transcript.utterances if all_listed(u.text, pack.backchannels, pack.code)),
    )
