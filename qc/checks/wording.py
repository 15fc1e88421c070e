"""A site's own phrases."""

from __future__ import annotations

from qc.call import Call
from qc.checks._parts import finding, instead, not_applicable, pack_of, spoken, words_unclear
from qc.language import Rule
from qc.result import CheckResult, Message
from qc.rules import hits
from qc.site import NOWHERE, Site


def wording(
    call: Call, *, required: tuple[Rule, ...] = (), forbidden: tuple[Rule, ...] = (), site: Site = NOWHERE
) -> CheckResult:
    """What a scorecard itself asks to be said, or never to be said.

    **Applies** when the card gives rules and the words of those whom they are about can be judged.

    **Measured**: how many rules are broken: those of `required` without a hit, and those of `forbidden` with one. A
    rule is written as in a language pack (patterns, role, windows, neighbours, number, examples) and may name the
    pack's rules as neighbours, and the site's names.

    **Value**: the share of rules that are kept; below 1 it falls short.

    **Source**: the card.
    """
    required, forbidden = (tuple(rule.of_site(site) for rule in rules) for rules in (required, forbidden))
    rules = (*required, *forbidden)
    if not rules:
        return not_applicable("wording", "times", Message("wording.na"), 0.0)
    for role in dict.fromkeys(rule.role for rule in rules):
        if reason := words_unclear(call, role):
            return not_applicable("wording", "times", reason, 0.0)
    pack = pack_of(call, site)
    missing = [rule for rule in required if not hits(call, [rule], pack)]
    said = hits(call, forbidden, pack)
    broken = len(missing) + len({hit.rule for hit in said})
    if not broken:
        kept = hits(call, required, pack)
        findings = tuple(finding(hit, Message("wording.required", {"rule": hit.rule})) for hit in kept)
        return CheckResult("wording", 1.0, 0.0, "times", Message("wording.pass"), findings, 0.0)
    findings = tuple(finding(hit, Message("wording.forbidden", {"rule": hit.rule})) for hit in said)
    for rule in missing:
        findings += instead(spoken(call, rule.role)[-1:], Message("wording.missing", {"rule": rule.id}))
    message = Message("wording.fail", {"count": float(broken)})
    return CheckResult("wording", 1 - broken / len(rules), float(broken), "times", message, findings, 0.0)
