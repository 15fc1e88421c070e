"""The player of a call on a page, with what this user may hear of it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qc.access import Action
from qc.call import Call
from qc.desk import subject_of
from qc.errors import RecordingError
from qc.result import Inspection
from qc.ui import player, shell
from qc.ui.server import links
from qc.ui.server.passes import Variant
from qc.ui.words import Words, plain


def show(inspection: Inspection, words: Words) -> None:
    """Draw it at the second that the URL names; without the right, the file or its sound it says so, and shows what
    there is."""
    call, desk = inspection.call, shell.here().desk
    sounds: dict[str, links.Sound] = {}
    peaks: tuple[tuple[int, ...], ...] = ()
    if not desk.may(Action.HEAR_CALL, subject_of(inspection)):
        st.info(words("call.not_heard"), icon=":material/volume_off:")
    elif (path := Path(desk.hearing(inspection.id).call.recording.path)).is_file():
        sounds = _sounds(inspection)
        try:
            peaks = shell.peaks(call.recording.id, str(path))
        except RecordingError as error:
            st.warning(words("call.no_waveform", reason=plain(error.reason)))
    else:
        gone = Path(call.recording.path).name
        st.warning(words("call.file_gone", path=plain(gone)), icon=":material/volume_off:")
    player.show(inspection, words, peaks, sounds, _seconds(st.query_params.get("t"), call))


def _sounds(inspection: Inspection) -> dict[str, links.Sound]:
    """Masked, apart from what this user unmasked: the whole call, and each party that has a channel of its own."""
    desk = shell.here().desk
    seen = [one.interval for one in desk.hidden(inspection.id) if one.revealed and one.interval is not None]
    spans = tuple((one.start, one.end) for one in seen)
    variant = Variant.RAW if spans else Variant.MASKED
    return {
        name: links.sound(desk.user, inspection, variant, channel=channel, spans=spans)
        for name, channel in player.channels(inspection.call).items()
    }


def _seconds(text: str | None, call: Call) -> float:
    try:
        return min(max(0.0, float(text or 0)), call.recording.duration)
    except ValueError:
        return 0.0
