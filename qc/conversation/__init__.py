"""Who speaks when, measured from times: talk, silence, hold, overlap, interruption, backchannel, latency, rate. Pure.

The definitions are those of section 4 of the design. Times come from voice activity; what only words can tell (a hold
notice, a question, a backchannel) is given as `qc.phrases.Cues`, so nothing here needs a language pack.
"""

from qc.conversation.pace import MIN_UNITS, SpeechRate, UtteranceRate, speech_rate
from qc.conversation.parties import NO_CUES, PARTIES, SLACK
from qc.conversation.turn_taking import (
    BACKCHANNEL,
    INTERRUPTION,
    Backchannel,
    Interruption,
    TalkTime,
    backchannels,
    greeting_delay,
    interruptions,
    last_speaker,
    overlaps,
    response_latencies,
    talk_time,
    turns,
)
from qc.conversation.voice import RaisedVoice, raised_voices
from qc.conversation.waiting import HOLD, SILENCE, Cause, Hold, Silence, holds, quiet_seconds, silences

__all__ = [
    "BACKCHANNEL",
    "HOLD",
    "INTERRUPTION",
    "MIN_UNITS",
    "NO_CUES",
    "PARTIES",
    "SILENCE",
    "SLACK",
    "Backchannel",
    "Cause",
    "Hold",
    "Interruption",
    "RaisedVoice",
    "Silence",
    "SpeechRate",
    "TalkTime",
    "UtteranceRate",
    "backchannels",
    "greeting_delay",
    "holds",
    "interruptions",
    "last_speaker",
    "overlaps",
    "quiet_seconds",
    "raised_voices",
    "response_latencies",
    "silences",
    "speech_rate",
    "talk_time",
    "turns",
]
