"""What audio covers where there is no text to go by."""

from __future__ import annotations

from dataclasses import replace

from qc.redact import spans
from tests.store.samples import make_call


def test_all_of_a_call_whose_words_are_gone_is_covered() -> None:
    call = make_call()
    silent = tuple(replace(one, text="", words=()) for one in call.transcript.utterances)
    gone = replace(call, transcript=replace(call.transcript, utterances=silent))
    assert spans(gone, ()) == (call.recording.span,)
    assert spans(replace(call, transcript=replace(call.transcript, utterances=())), ()) == ()
