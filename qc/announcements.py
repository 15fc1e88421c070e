"""Recorded announcements, found by what is said alike in many calls of different agents. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from statistics import median

from rapidfuzz import fuzz

from qc.call import Call, Role, Utterance
from qc.phrases import normalise
from qc.site import SHORTEST, letters

SPREAD = 0.03
"""Median deviation of its length, as a share, up to which something was played and not spoken: a recording is as long
each time, to the tenth of a second that voice activity is told in; people who say a text by heart vary by more."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A text that begins or ends many calls. ``seconds`` is its median length, ``spread`` the median deviation from it
    as a share."""

    text: str
    language: str
    calls: int
    agents: int
    seconds: float
    spread: float

    @property
    def played(self) -> bool:
        """Whether it is as long each time."""
        return self.spread <= SPREAD


@dataclass(frozen=True, slots=True)
class _Heard:
    call: int
    agent: str | None
    utterance: Utterance


def repeated(
    calls: Iterable[Call], *, least_calls: int = 10, least_agents: int = 3, likeness: float = 90.0
) -> tuple[Repeated, ...]:
    """Texts on the agent channel before the customer's first word or after the last, alike by `likeness` (rapidfuzz
    ratio of normalised texts, 0..100), in so many calls of so many agents; the most frequent first.

    What is known to be an announcement already is left out. A call without a known agent counts as a call only.
    """
    texts: dict[tuple[str, str], list[_Heard]] = {}
    for number, call in enumerate(calls):
        language = call.transcript.language
        for one in _edges(call):
            if letters(said := normalise(one.text, language)) >= SHORTEST:
                texts.setdefault((language, said), []).append(_Heard(number, call.metadata.agent, one))
    groups: list[tuple[str, str, list[_Heard]]] = []
    for (language, said), heard in sorted(texts.items(), key=lambda item: (-len(item[1]), item[0])):
        for code, known, members in groups:
            if code == language and fuzz.ratio(said, known, score_cutoff=likeness):
                members.extend(heard)
                break
        else:
            groups.append((language, said, list(heard)))
    found = (_repeated(language, members) for language, _, members in groups)
    wanted = (one for one in found if one.calls >= least_calls and one.agents >= least_agents)
    return tuple(sorted(wanted, key=lambda one: (-one.calls, one.text)))


def _edges(call: Call) -> Iterator[Utterance]:
    """The agent's utterances before the customer speaks, and after."""
    customer = [one.interval for one in call.transcript.of(Role.CUSTOMER) if one.text.strip()]
    if not customer:
        return
    agent = call.transcript.of(Role.AGENT)
    yield from takewhile(lambda one: one.interval.start < customer[0].start, agent)
    last = max(span.end for span in customer)
    yield from (one for one in agent if one.interval.start >= last)


def _repeated(language: str, heard: list[_Heard]) -> Repeated:
    lengths = [one.utterance.interval.duration for one in heard]
    middle = median(lengths)
    text = Counter(one.utterance.text.strip() for one in heard).most_common(1)[0][0]
    agents = {one.agent for one in heard if one.agent}
    spread = median(abs(length - middle) for length in lengths) / middle if len(lengths) > 1 else math.inf
    return Repeated(text, language, len({one.call for one in heard}), len(agents), middle, spread)
