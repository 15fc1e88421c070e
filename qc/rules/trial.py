"""What the rules make of a text: which hit, by what, and which nearly did and why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qc.call import Role
from qc.language import LanguagePack, Near, Rule
from qc.phrases import Match, matches, normalise
from qc.result import Message


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule and a text. ``words`` are the normalised words found, ``pattern`` by what; ``hit`` whether they count;
    ``why`` says how they were found, or what speaks against them; ``when`` what a text alone cannot tell: the rule's
    times."""

    rule: str
    role: Role
    hit: bool
    words: str
    pattern: str
    why: Message
    when: tuple[Message, ...]


def attempt(text: str, pack: LanguagePack, rules: Sequence[Rule] = ()) -> tuple[Trial, ...]:
    """What these rules (default: all of the pack) find in a text, in their order; hits first."""
    said = normalise(text, pack.code)
    found = [trial for rule in rules or pack.rules for trial in _attempt(rule, said, pack.code)]
    return tuple(sorted(found, key=lambda trial: not trial.hit))


def _attempt(rule: Rule, said: str, language: str) -> Iterator[Trial]:
    when = tuple(_when(rule))
    hits = matches(rule, said, language)
    for match in hits:
        yield Trial(rule.id, rule.role, True, said[match.start : match.end], match.pattern, _how(match), when)
    if hits:
        return
    for match in matches(_lenient(rule), said, language):
        words = said[match.start : match.end]
        yield Trial(rule.id, rule.role, False, words, match.pattern, _against(rule, said, language), when)


def _lenient(rule: Rule) -> Rule:
    """The rule without what speaks against a hit: any one of its patterns will do."""
    return _without(replace(rule, any=rule.wanted, all=(), at_least=None), "none", "exclude")


def _without(rule: Rule, *fields: str) -> Rule:
    nothing: dict[str, Any] = dict.fromkeys(fields, ())
    return replace(rule, **nothing)


def _how(match: Match) -> Message:
    if match.similarity >= 100:
        return Message("rules.exact")
    if match.similarity >= 99:
        return Message("rules.sound")
    return Message("rules.alike", {"similarity": match.similarity})


def _against(rule: Rule, said: str, language: str) -> Message:
    """Why a rule that has a pattern in the text does not hit: the first that fits."""
    for key, field, wrong in (("rules.none", "none", rule.none), ("rules.excluded", "exclude", rule.exclude)):
        if matches(_without(rule, field), said, language):
            return Message(key, {"pattern": next((one for one in wrong if _found(one, rule, said, language)), "")})
    missing = [one for one in rule.all if not _found(one, rule, said, language)]
    if missing:
        return Message("rules.missing", {"pattern": missing[0]})
    return Message("rules.not_enough")


def _found(pattern: str, rule: Rule, said: str, language: str) -> bool:
    return bool(matches(replace(_lenient(rule), any=(pattern,)), said, language))


def _when(rule: Rule) -> Iterator[Message]:
    for key, seconds in (("rules.first", rule.first), ("rules.last", rule.last)):
        if seconds is not None:
            yield Message(key, {"seconds": seconds})
    for key, near in (("rules.after", rule.after), ("rules.before", rule.before), ("rules.within", rule.within)):
        if near is not None:
            yield Message(key, {"seconds": near.seconds, "event": _name(near)})
    if rule.count > 1:
        yield Message("rules.count", {"count": float(rule.count)})


def _name(near: Near) -> str:
    return near.event or near.rule
