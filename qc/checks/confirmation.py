"""Key facts said back."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from qc.call import Call, Role
from qc.checks._numbers import numbers
from qc.checks._parts import not_applicable, words_unclear
from qc.result import CheckResult, Finding, Message
from qc.site import NOWHERE, Site


def confirmation(
    call: Call, *, shortest: int = 6, within: float = 40.0, likeness: float = 80.0, site: Site = NOWHERE
) -> CheckResult:
    """The agent says back the numbers that the customer gives.

    **Applies** when both parties' words can be judged and the customer says a number of `shortest` digits or more, one
    by one (an account, telephone or meter number). Where the site file has an `account_number`, only numbers that fit
    it are asked for, whatever `shortest` says.

    **Measured**: for each such number, whether the agent's digits in the `within` seconds after it are like it by
    `likeness` (rapidfuzz partial ratio, 0..100) or more: a recogniser gets a digit wrong now and then.

    **Value**: the share of numbers said back; below 1 it falls short.

    **Source**: service rules of the 95598 hotline: repeat and confirm key facts.
    """
    if reason := words_unclear(call) or words_unclear(call, Role.CUSTOMER):
        return not_applicable("confirmation", "share", reason, 1.0)
    account = site.account_number
    given = numbers(call, Role.CUSTOMER, 1 if account else shortest)
    asked = [number for number in given if not account or re.fullmatch(account, number.digits)]
    if not asked:
        nothing = Message("confirmation.no_account" if account else "confirmation.na")
        return not_applicable("confirmation", "share", nothing, 1.0)
    answers = numbers(call, Role.AGENT, 3)
    findings, confirmed = [], 0
    for number in asked:
        since, until = number.interval.start, number.interval.end + within
        back = "".join(one.digits for one in answers if since < one.turn.end and one.turn.start < until)
        alike = fuzz.partial_ratio(number.digits, back) >= likeness
        good = bool(back) and len(back) >= len(number.digits) / 2 and alike
        confirmed += good
        note = Message("confirmation.pass" if good else "confirmation.missing")
        findings.append(Finding(number.turn, Role.CUSTOMER, number.quote, note, number.words))
    share = confirmed / len(asked)
    values = {"count": len(asked), "missing": len(asked) - confirmed}
    message = Message("confirmation.pass" if confirmed == len(asked) else "confirmation.fail", values)
    return CheckResult("confirmation", share, share, "share", message, tuple(findings), 1.0)
