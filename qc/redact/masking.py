"""Texts, calls and inspections without their private data: what everybody may read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from qc.call import Call, Metadata, Transcript
from qc.language import installed
from qc.phrases import normalise
from qc.private import Hit
from qc.redact.finding import find, find_in
from qc.redact.names import HIDDEN, call_name, unnumbered, without
from qc.redact.quotes import Evidence, secrets
from qc.redact.speech import covered, covers, edit, placeholder
from qc.result import Inspection
from qc.site import NOWHERE, Site

PERSONAL = re.compile(
    "name|phone|mobile|tel|address|mail|card|account|passport|licen[cs]e|birth|contact|caller|"
    "nombre|apellido|tel[eé]fono|m[oó]vil|direcci[oó]n|domicilio|correo|tarjeta|cuenta|dni|nif|nie|nacimiento|"
    "姓名|名字|客户名|联系人|电话|手机|号码|地址|住址|邮箱|卡号|户号|户名|账号|身份证|证件|生日|出生",
    re.IGNORECASE,
)
"""Headers of metadata columns of which nobody knows anything but that they hold what identifies people."""


def mask(text: str, hits: Iterable[Hit], language: str) -> str:
    """The text with a placeholder instead of each hit (``[电话]``, ``[phone]``); hits may touch or overlap."""
    return covered(text, covers(text, hits, language))


def discreet(text: str) -> str:
    """A text of unknown origin, such as another program's error or what a person wrote: without numbers and without
    private data in any language that is installed."""
    for language in installed():
        text = mask(text, find(text, language), language)
    return unnumbered(text)


def mask_part(part: str, text: str, language: str, site: Site = NOWHERE) -> str:
    """A part of `text`, maybe normalised, as it may be shown: without what is private in `text`."""
    hidden: dict[str, str] = {}
    for hit in find(text, language, site):
        said = text[hit.start : hit.end]
        hidden |= dict.fromkeys((said, normalise(said, language)), placeholder(hit, language))
    inside = next((shown for said, shown in hidden.items() if part.strip() and part.strip() in said), None)
    return inside or unnumbered(without(part, hidden))


def masked_transcript(transcript: Transcript, hits: Iterable[Hit]) -> Transcript:
    """Texts and words without the hits; the words of a hit are one word, as long as they are together."""
    edited, _ = edit(transcript, tuple(hits))
    return replace(transcript, utterances=tuple(edited[one.index].after for one in transcript.utterances))


def hits_of(inspection: Inspection, site: Site = NOWHERE) -> tuple[Hit, ...]:
    """The private data of a call; where nobody looked for them yet, they are looked for now, with the numbers of
    `site`."""
    return find_in(inspection.call, site) if inspection.hits is None else inspection.hits


def masked(inspection: Inspection, site: Site = NOWHERE) -> Inspection:
    """The inspection as everybody may read it: masked texts, words, quotes and sentences; names of files and calls and
    other metadata without numbers. Figures and times are as they were.

    Its hits lie in the texts as they are now, so masked again it is the same. `site`: see `hits_of`.
    """
    call = inspection.call
    hits = hits_of(inspection, site)
    edited, moved = edit(call.transcript, hits)
    evidence = Evidence(edited, secrets(edited, call.transcript.language), call.transcript.language)
    utterances = tuple(edited[one.index].after for one in call.transcript.utterances)
    return replace(
        inspection,
        call=replace(
            call,
            recording=replace(call.recording, path=unnumbered(call.recording.path, evidence.secrets)),
            metadata=_metadata(call, evidence.secrets),
            transcript=replace(call.transcript, utterances=utterances),
        ),
        score=evidence.score(inspection.score),
        hits=moved,
    )


def _metadata(call: Call, hidden: Mapping[str, str]) -> Metadata:
    metadata = call.metadata
    language = call.transcript.language
    extra = {unnumbered(name): _extra(name, value, language, hidden) for name, value in metadata.extra.items()}
    return replace(metadata, call_id=call_name(metadata.call_id, call.recording.id, hidden), extra=extra)


def _extra(column: str, value: str, language: str, hidden: Mapping[str, str]) -> str:
    """A column that holds what identifies people is hidden whole: nothing in a name tells that it is one."""
    if PERSONAL.search(column):
        return HIDDEN
    text = without(value, hidden)
    return unnumbered(mask(text, find(text, language), language))
