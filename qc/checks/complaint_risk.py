"""Whether this customer may go further."""

from __future__ import annotations

from qc.call import Call, Role
from qc.checks._parts import finding, group_hits, not_applicable, words_unclear
from qc.result import CheckResult, Message
from qc.site import NOWHERE, Site

GRADES = {"complaint": 1, "risk.repeat": 2, "risk.legal": 3, "risk.media": 3, "risk.regulator": 3}
"""Grade of each group of rules: displeased, not for the first time, threatens to go outside."""


def complaint_risk(call: Call, *, limit: int = 2, site: Site = NOWHERE) -> CheckResult:
    """Advice: customers who may take their complaint further are seen early.

    **Applies** when the customer's words can be judged.

    **Measured**: the grade, the highest of what the customer says. 0: no complaint; 1: complains (the language pack's
    `complaint` rule); 2: has called or complained about it before (`risk.repeat`); 3: names the regulator, the media or
    the law (`risk.regulator`, `risk.media`, `risk.legal`); the site file names regulators and media of its own.

    **Value**: 1 when the grade is under `limit`, else 0: a reason to listen and to call back. Nobody is scored on what
    a customer says; a card lists this as advice.

    **Source**: definitions of the design, section 1 (earlier complaints, threats to go to the regulator, to the media).
    """
    if reason := words_unclear(call, Role.CUSTOMER):
        return not_applicable("complaint_risk", "grade", reason, float(limit))
    found = [(grade, hit) for name, grade in GRADES.items() for hit in group_hits(call, name, site)]
    worst = max((grade for grade, _ in found), default=0)
    good = worst < limit
    findings = tuple(
        finding(hit, Message("complaint_risk.found", {"rule": hit.rule}))
        for grade, hit in sorted(found, key=lambda one: (-one[0], one[1].interval))
        if grade >= limit
    )
    message = Message("complaint_risk.pass" if good else "complaint_risk.fail", {"grade": worst, "limit": limit})
    return CheckResult("complaint_risk", float(good), float(worst), "grade", message, findings, float(limit))
