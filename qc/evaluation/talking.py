"""How right it is who speaks, and for how long: the channels' roles, talk time, and listening sounds left alone."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qc.call import Call, Role
from qc.coaching import proportion
from qc.conversation import PARTIES, interruptions
from qc.evaluation import expected
from qc.evaluation.diarization import DiarizationErrors, diarization_errors
from qc.evaluation.truth import Truth
from qc.interval import total
from qc.language import installed, load
from qc.phrases import Cues, cues
from qc.result import Proportion

TALK_TOLERANCE = 0.03
"""Share of a role's true talk time by which the measured one may differ."""


@dataclass(frozen=True, slots=True)
class TalkTimes:
    """Of one role: ``(measured, true)`` seconds of each call in which it truly speaks and is told apart."""

    calls: tuple[tuple[float, float], ...]
    untold: int
    """Calls in which it speaks, but nobody can say when: all voices are of unknown roles."""

    @property
    def within(self) -> Proportion:
        """Calls whose talk time is right to `TALK_TOLERANCE`."""
        right = sum(abs(found - true) <= TALK_TOLERANCE * true for found, true in self.calls)
        return proportion(right, len(self.calls))

    def as_dict(self) -> dict[str, Any]:
        """As JSON; errors as shares of the true time, ``overall`` that of all calls together, with its sign."""
        sizes = [abs(found - true) / true for found, true in self.calls]
        true = math.fsum(one for _, one in self.calls)
        return {
            "calls": len(self.calls),
            "untold": self.untold,
            "seconds": true,
            "error_median": statistics.median(sizes) if sizes else None,
            "error_worst": max(sizes, default=None),
            "error_overall": math.fsum(one for one, _ in self.calls) / true - 1 if true else None,
            "within": self.within.count,
            "within_share": self.within.share if sizes else None,
            "within_interval": [self.within.low, self.within.high] if sizes else None,
            "tolerance": TALK_TOLERANCE,
        }


@dataclass(frozen=True, slots=True)
class Talking:
    """Of some calls. ``roles_right``: calls with a channel a party whose channels were all given their true role."""

    roles_right: Proportion
    role_probability: float | None
    """Mean of how sure the machine was of those; as high as the share that is right, if it knows itself."""
    backchannels: int
    interrupting: int
    """Of the true backchannels, those charged as an interruption."""
    talk: Mapping[str, TalkTimes]
    one_channel: int
    """Calls of one channel in which the parties were told apart; ``diarization`` is theirs, without a collar."""
    diarization: DiarizationErrors

    def as_dict(self) -> dict[str, object]:
        """As JSON."""
        roles = self.roles_right
        return {
            "roles": {
                "calls": roles.total,
                "right": roles.count,
                "share": roles.share if roles.total else None,
                "interval": [roles.low, roles.high] if roles.total else None,
                "mean_probability": self.role_probability,
            },
            "backchannels": {"events": self.backchannels, "counted_as_interruption": self.interrupting},
            "diarization": {"calls": self.one_channel, "rate": self.diarization.rate, **asdict(self.diarization)},
            "talk_time": {role: one.as_dict() for role, one in self.talk.items()},
        }


def talking(pairs: Sequence[tuple[Truth, Call]]) -> Talking:
    """Truth against what was heard."""
    known = [(truth, call) for truth, call in pairs if set(map(str, PARTIES)) <= set(truth.channels)]
    right = [truth.channels == tuple(map(str, call.recording.roles)) for truth, call in known]
    sure = [call.quality.role_probability for _, call in known]
    mono = [
        _diarized(truth, call) for truth, call in pairs if call.quality.one_channel and not call.voice(Role.UNKNOWN)
    ]
    return Talking(
        roles_right=proportion(sum(right), len(right)),
        role_probability=statistics.fmean(sure) if sure else None,
        backchannels=sum(len(expected.backchannels(truth)) for truth, _ in pairs),
        interrupting=sum(_interrupting(truth, call) for truth, call in pairs),
        talk={role.value: _talk(role, pairs) for role in (*PARTIES, Role.SYSTEM)},
        one_channel=len(mono),
        diarization=sum(mono, DiarizationErrors(0.0, 0.0, 0.0, 0.0)),
    )


def _diarized(truth: Truth, call: Call) -> DiarizationErrors:
    return diarization_errors([expected.voice(truth, one) for one in PARTIES], [call.voice(one) for one in PARTIES])


def _talk(role: Role, pairs: Sequence[tuple[Truth, Call]]) -> TalkTimes:
    spoken = [(call, true) for truth, call in pairs if (true := total(expected.voice(truth, role)))]
    told = [(call, true) for call, true in spoken if not call.voice(Role.UNKNOWN)]
    return TalkTimes(tuple((total(call.voice(role)), true) for call, true in told), len(spoken) - len(told))


def _interrupting(truth: Truth, call: Call) -> int:
    """True backchannels inside an interruption charged to who listened."""
    language = call.transcript.language
    charged = interruptions(call, cues(call, load(language)) if language in installed() else Cues())
    return sum(
        any(one.by is role and one.interval.overlaps(span) for one in charged)
        for role, span in expected.backchannels(truth)
    )
