"""Key facts said back."""

from __future__ import annotations

from rapidfuzz import fuzz

from qc.call import Call, Role
from qc.checks._parts import not_applicable, words_unclear
from qc.phrases import digit_runs, passages
from qc.result import CheckResult, Finding, Message


def confirmation(call: Call, *, shortest: int = 6, within: float = 40.0, likeness: float = 80.0) -> CheckResult:
    """The agent says back the numbers that the customer gives.

    **Applies** when both parties' words can be judged and the customer says a number of `shortest` digits or more, one
    by one (an account, telephone or meter number).

    **Measured**: for each such number, whether the agent's digits in the `within` seconds after it are like it by
    `likeness` (rapidfuzz partial ratio, 0..100) or more: a recogniser gets a digit wrong now and then.

    **Value**: the share of numbers said back; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: repeat and confirm key facts.
    """
    if reason := words_unclear(call) or words_unclear(call, Role.CUSTOMER):
        return not_applicable("confirmation", "share", reason, 1.0)
    language = call.transcript.language
    given = [
        (passage, run)
        for passage in passages(call.transcript.of(Role.CUSTOMER), language)
        for run in digit_runs(passage.text, language, shortest)
    ]
    if not given:
        return not_applicable("confirmation", "share", Message("confirmation.na"), 1.0)
    answers = passages(call.transcript.of(Role.AGENT), language)
    findings, confirmed = [], 0
    for passage, run in given:
        first, last = (passage.sources[passage.origin[at]] for at in (run.start, run.end - 1))
        said = first[2].interval.start
        back = "".join(
            one.digits
            for answer in answers
            if said < answer.interval.end and answer.interval.start < last[2].interval.end + within
            for one in digit_runs(answer.text, language, 3)
        )
        good = bool(back) and len(back) >= len(run.digits) / 2 and fuzz.partial_ratio(run.digits, back) >= likeness
        confirmed += good
        note = Message("confirmation.pass" if good else "confirmation.missing")
        quote = passage.text[run.start : run.end]
        findings.append(Finding(passage.interval, Role.CUSTOMER, quote, note, (first[0].index, first[1])))
    share = confirmed / len(given)
    values = {"count": len(given), "missing": len(given) - confirmed}
    message = Message("confirmation.pass" if confirmed == len(given) else "confirmation.fail", values)
    return CheckResult("confirmation", share, share, "share", message, tuple(findings), 1.0)
