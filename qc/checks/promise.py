"""What was promised, and by when."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import finding, group_hits, not_applicable, turn_of, words_unclear
from qc.result import CheckResult, Message


def promise(call: Call) -> CheckResult:
    """Who promises something says by when.

    **Applies** when the agent's words can be judged and the agent promises something (the language pack's `promise`
    rule: a call back, a visit, a refund, power restored).

    **Measured**: the share of promises with a time (the `deadline` rule) in the same turn.

    **Value**: that share; below 1 it falls short. Every promise is a finding, those without a time first.

    **Source**: a promise made to a caller is to be tracked (design, section 1); "as soon as possible" cannot be.
    """
    if reason := words_unclear(call):
        return not_applicable("promise", "share", reason, 1.0)
    promises = group_hits(call, "promise")
    if not promises:
        return not_applicable("promise", "share", Message("promise.na"), 1.0)
    times = group_hits(call, "deadline")
    dated, open_ended = [], []
    for hit in promises:
        turn = turn_of(call, hit)
        when = next((time for time in times if time.interval.overlaps(turn)), None)
        if when is None:
            open_ended.append(finding(hit, Message("promise.open")))
        else:
            dated.append(finding(hit, Message("promise.dated", {"when": when.quote})))
    share = len(dated) / len(promises)
    values = {"count": len(promises), "open": len(open_ended)}
    message = Message("promise.fail" if open_ended else "promise.pass", values)
    return CheckResult("promise", share, share, "share", message, (*open_ended, *dated), 1.0)
