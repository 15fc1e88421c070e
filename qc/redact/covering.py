"""What of a call's audio must not be heard by everybody."""

from __future__ import annotations

from collections.abc import Iterable

from qc.call import Call
from qc.interval import Timeline, timeline
from qc.private import Hit
from qc.redact.timing import MARGIN


def spans(call: Call, hits: Iterable[Hit], *, margin: float = MARGIN) -> Timeline:
    """What audio must cover, on every channel: one party's voice is heard in the other's channel, too.

    A hit without times covers its whole utterance.
    """
    by_index = {utterance.index: utterance for utterance in call.transcript.utterances}
    duration = call.recording.duration
    covered = [hit.interval or by_index[hit.utterance].interval.padded(margin, duration) for hit in hits]
    return timeline(covered)
