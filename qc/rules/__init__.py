"""Rules in their time: which hits of a phrase rule count in a call, given its windows, neighbours and number. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qc.call import Call
from qc.conversation import holds, silences
from qc.interval import Interval, Timeline, timeline
from qc.language import LanguagePack, Near, Rule
from qc.phrases import Hit, cues, heard

COMPLAINT = "complaint"
"""The group of rules that are the event of the same name."""


def hits(call: Call, rules: Iterable[Rule], pack: LanguagePack) -> tuple[Hit, ...]:
    """Hits of these rules that count, by time. `pack` has the rules that they name.

    Raises LanguageError for a rule that names one that is not there; reading a pack or a card finds those.
    """
    found = (hit for rule in rules for hit in _hits(call, rule, pack))
    return tuple(sorted(found, key=lambda hit: (hit.interval, hit.rule)))


def _hits(call: Call, rule: Rule, pack: LanguagePack) -> Sequence[Hit]:
    found = heard(call, rule)
    if not found or not rule.timed:
        return found
    voice = call.voice(rule.role)
    if rule.first is not None:
        found = tuple(hit for hit in found if hit.interval.start < voice[0].start + rule.first)
    if rule.last is not None:
        found = tuple(hit for hit in found if hit.interval.end >= voice[-1].end - rule.last)
    for near, holds_for in ((rule.after, _after), (rule.before, _before), (rule.within, _within)):
        if near is not None and found:
            places = _places(call, near, pack)
            found = tuple(hit for hit in found if any(holds_for(hit.interval, p, near.seconds) for p in places))
    return found if len(found) >= rule.count else ()


def _places(call: Call, near: Near, pack: LanguagePack) -> Timeline:
    match near.event:
        case "hold":
            return tuple(hold.interval for hold in holds(call, cues(call, pack)))
        case "silence":
            return tuple(silence.interval for silence in silences(call, cues(call, pack)))
    return timeline(hit.interval for hit in hits(call, pack.group(near.rule or COMPLAINT), pack))


def _after(hit: Interval, place: Interval, seconds: float) -> bool:
    return place.start < hit.start < place.end + seconds and hit.end > place.end


def _before(hit: Interval, place: Interval, seconds: float) -> bool:
    return place.start - seconds <= hit.end and hit.start < place.start


def _within(hit: Interval, place: Interval, seconds: float) -> bool:
    return hit.overlaps(place) or hit.gap(place) < seconds


__all__ = ["hits"]
