"""An apology where one is due."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import agent_holds, finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Finding, Message


def apology(
    call: Call, *, negative_utterances: int = 2, negative_probability: float = 0.6, before: float = 30.0
) -> CheckResult:
    """The agent apologises after a complaint, or after letting the customer wait.

    **Applies** when the agent's words can be judged and there is a reason: the customer complains (the language pack's
    `complaint` rule), or at least `negative_utterances` of the customer's utterances are negative (each with at least
    `negative_probability`), or the customer was on hold after the agent's first words.

    **Measured**: hits of the `apology` rule after the first reason, or up to `before` seconds before it: an agent who
    apologises before the customer has found the hard words does well. After a hold, thanks for waiting will do.

    **Value**: 1 when the agent apologises, 0 when not.

    **Source**: service rules of the 95598 hotline (apologise when the customer is put out or there is no answer at
    once). One negative utterance may be a classifier's mistake, hence two.
    """
    if reason := words_unclear(call):
        return not_applicable("apology", "times", reason, 1.0)
    complaints = group_hits(call, "complaint")
    negative = [
        utterance
        for utterance in call.transcript.of(Role.CUSTOMER)
        if utterance.sentiment and utterance.sentiment.negative >= negative_probability
    ]
    reasons = [finding(hit, Message("apology.complaint")) for hit in complaints]
    if len(negative) >= negative_utterances:
        reasons += [
            Finding(u.interval, u.role, u.text, Message("apology.negative"), (u.index, 0))
            for u in negative[negative_utterances - 1 :]
        ]
    waits = agent_holds(call)
    waited = [Finding(hold.interval, Role.AGENT, "", Message("apology.hold")) for hold in waits]
    if not reasons and not waited:
        return not_applicable("apology", "times", Message("apology.na"), 1.0)
    apologies = group_hits(call, "apology")
    words = apologies if reasons else (*apologies, *group_hits(call, "waiting_thanks"))
    since = min(found.interval.start for found in reasons or waited if found.interval)
    since -= before if reasons else 0.0
    hits = [hit for hit in words if hit.interval.end > since]
    if hits:
        shown = (*(reasons or waited)[:1], *(finding(hit, Message("apology.pass")) for hit in hits))
        return CheckResult("apology", 1.0, float(len(hits)), "times", Message("apology.pass"), shown, 1.0)
    return CheckResult("apology", 0.0, 0.0, "times", Message("apology.fail"), tuple(reasons or waited), 1.0)
