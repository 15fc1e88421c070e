"""Who is on which channel, as a person decides after the machine did.

::

    what was heard ─decided(agent is on channel 1)→ the same, agent and customer exchanged where need be

A decision names the agent's channel, never "swap": it holds for any listening version, whatever roles that one found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qc.call import Call, QualityNote, Role, Transcript, Utterance
from qc.errors import UsageError
from qc.pipeline.roles import with_announcements
from qc.pipeline.utterances import speech
from qc.result import Inspection

_EXCHANGED = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}
_MARK = "+agent"


def agent_channel(call: Call) -> int:
    """The agent's channel. Raises UsageError when the call has no two parties on channels of their own."""
    roles = call.recording.roles
    if Role.AGENT not in roles or Role.CUSTOMER not in roles:
        raise UsageError(
            f"{call.recording.path}: agent and customer have no channels of their own in this recording, "
            "so there is nothing to swap"
        )
    return roles.index(Role.AGENT)


def other_channel(call: Call) -> int:
    """The customer's channel: the agent's after a swap. Raises as `agent_channel`."""
    agent_channel(call)
    return call.recording.roles.index(Role.CUSTOMER)


def swapped(call: Call) -> Call:
    """Agent and customer exchanged in channels, speech and utterances; what was said, when and how, stays.

    Announcements stay nobody's. Swapped twice is the call itself.
    """
    recording, transcript = call.recording, call.transcript
    return replace(
        call,
        recording=replace(recording, roles=tuple(_other(role) for role in recording.roles)),
        speech={_other(role): line for role, line in call.speech.items()},
        transcript=replace(
            transcript, utterances=tuple(replace(one, role=_other(one.role)) for one in transcript.utterances)
        ),
    )


def with_agent(call: Call, channel: int, recorded: Sequence[str] = ()) -> Call:
    """What the machine heard, with the agent on `channel` because a person says so; `recorded`: what the site plays.

    Where that exchanges the parties, announcements are looked for again: what is one hangs on when the customer speaks.
    A recording in which `channel` is no party's (mono by this listening version) stays as it was heard.
    """
    roles = call.recording.roles
    if channel >= len(roles) or roles[channel] not in _EXCHANGED:
        return call
    exchanged = roles[channel] is Role.CUSTOMER
    if exchanged:
        call = _with_announcements(swapped(call), recorded)
    notes = [note for note in call.quality.notes if note.code != "swapped_channels"]
    if exchanged:
        notes.append(QualityNote("roles_swapped"))
    quality = replace(call.quality, role_probability=1.0, role_source="review", notes=tuple(notes))
    return replace(call, quality=quality)


def decided(inspection: Inspection, channel: int, recorded: Sequence[str] = ()) -> Inspection:
    """An inspection of what the machine heard, with the call of `with_agent`; its score is still the old one."""
    run = replace(inspection.run, listening=decided_version(inspection.run.listening, channel))
    return replace(inspection, call=with_agent(inspection.call, channel, recorded), run=run)


def decided_version(listening: str, channel: int) -> str:
    """The listening version of a call whose agent's channel a person decided: ``2-ab12+agent1``."""
    return f"{heard_version(listening)}{_MARK}{channel}"


def heard_version(listening: str) -> str:
    """The machine's part of a listening version."""
    return listening.split(_MARK)[0]


def _other(role: Role) -> Role:
    return _EXCHANGED.get(role, role)


def _with_announcements(call: Call, recorded: Sequence[str]) -> Call:
    """Announcements are played on the agent's side of the line."""
    everybody = call.transcript.utterances
    line = tuple(one for one in everybody if one.role in (Role.AGENT, Role.SYSTEM))
    found = with_announcements(line, everybody, call.transcript.language, recorded)
    announced = {one.index for one in found if one.role is Role.SYSTEM}
    utterances = tuple(_announcement(one) if one.index in announced else one for one in everybody)
    if utterances == everybody:
        return call
    return replace(call, speech=speech(utterances), transcript=Transcript(call.transcript.language, utterances))


def _announcement(one: Utterance) -> Utterance:
    """A recorded voice has neither a mood nor a tone."""
    return replace(one, role=Role.SYSTEM, sentiment=None, pitch=None, energy=None)
