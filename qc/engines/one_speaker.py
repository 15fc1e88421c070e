"""No diarization: whatever is said on a channel is one speaker's, and nobody knows whose."""

from __future__ import annotations

from qc.audio import Audio
from qc.engines.protocols import Diarization, SpeakerTurn
from qc.interval import Timeline


class OneSpeaker:
    """A `qc.engines.protocols.Diarizer` that does not listen: mono calls stay unscored, as a site may want."""

    name = "none"
    version = "1"

    def diarize(self, audio: Audio, channel: int, voice: Timeline) -> Diarization:
        """All of `voice`, by speaker 0; nobody knows whether that is right."""
        return Diarization(tuple(SpeakerTurn(interval, 0) for interval in voice), 0.5)
