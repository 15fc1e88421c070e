"""What is heard of a call: the recording with its private spans covered, but for those that a pass opens."""

from __future__ import annotations

import hashlib

from qc import site
from qc.audio import Audio, covered
from qc.config import Settings
from qc.interval import Interval, Timeline, subtraction, timeline
from qc.redact import hits_of, spans
from qc.result import Inspection
from qc.ui.server.passes import Pass
from qc.ui.server.wav import Wav


def hidden(inspection: Inspection, one: Pass, settings: Settings) -> Timeline:
    """What is covered for this pass, on every channel. What nobody has looked for yet is looked for now."""
    hits = hits_of(inspection, site.of(settings))
    opened = timeline(Interval(start, end) for start, end in one.spans)
    return subtraction(spans(inspection.call, hits, margin=settings.redact_margin), opened)


def heard(audio: Audio, over: Timeline, one: Pass) -> Wav:
    """The file that the pass is for, covered in `over`. Raises ValueError for a channel that the recording has not."""
    return Wav(covered(audio, over), one.channel)


def tag(over: Timeline, one: Pass) -> str:
    """Names these bytes: another after the call was judged again and other spans are covered."""
    return hashlib.sha256(f"{one.sound} {over}".encode()).hexdigest()[:32]
