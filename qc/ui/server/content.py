"""What is heard of a call: the recording with its private spans covered, but for those that a pass opens."""

from __future__ import annotations

import hashlib

from qc import site
from qc.audio import Audio, covered
from qc.config import Settings
from qc.interval import Interval, Timeline, subtraction, timeline, union
from qc.redact import hits_of, spans
from qc.result import Inspection
from qc.ui.server.passes import Pass
from qc.ui.server.wav import Wav


def hidden(inspection: Inspection, one: Pass, settings: Settings) -> Timeline:
    """What is covered for this pass, on every channel. What nobody has looked for yet is looked for now.
    What the pass opens stays covered where another hit reaches into it."""
    hits = hits_of(inspection, site.of(settings))
    opened = timeline(Interval(start, end) for start, end in one.spans)
    places = [hit.interval for hit in hits if hit.interval is not None]
    shut = timeline(at for at in places if (at.start, at.end) not in one.spans or places.count(at) > 1)
    covered_still = subtraction(spans(inspection.call, hits, margin=settings.redact_margin), opened)
    return union(covered_still, shut)


def heard(audio: Audio, over: Timeline, one: Pass) -> Wav:
    """The file that the pass is for, covered in `over`. Raises ValueError for a channel that the recording has not."""
    return Wav(covered(audio, over), one.channel)


def tag(over: Timeline, one: Pass) -> str:
    """Names these bytes: another after the call was judged again and other spans are covered."""
    return hashlib.sha256(f"{one.sound} {over}".encode()).hexdigest()[:32]
