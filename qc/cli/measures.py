"""The measures of a call with their spans, as a document and as tables."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Any

from qc.call import Call
from qc.cli.documents import quality, roles, roles_line, span
from qc.cli.output import clock, say_line, table
from qc.conversation import (
    SpeechRate,
    backchannels,
    greeting_delay,
    holds,
    interruptions,
    last_speaker,
    overlaps,
    raised_voices,
    response_latencies,
    silences,
    speech_rate,
    talk_time,
)
from qc.interval import Timeline
from qc.language import load, say
from qc.phrases import cues
from qc.private import Hit
from qc.redact import masked_transcript
from qc.result import Message

TOGETHER = ("overlaps", "interruptions", "backchannels", "response_latency")
"""Measures that compare two channels."""


def measures(call: Call, language: str, hits: Iterable[Hit]) -> dict[str, Any]:
    """All measures of a call, its words shown without `hits`. What cannot be measured in it is None and named under
    ``not_applicable`` with the reason, in `language`; what is doubtful is named under ``quality``."""
    pack = load(call.transcript.language)
    found = cues(call, pack)
    talk = talk_time(call)
    latencies = response_latencies(call)
    delay, last = greeting_delay(call), last_speaker(call)
    shown = masked_transcript(call.transcript, hits)  # measured is what was said
    texts = {utterance.index: utterance.text for utterance in shown.utterances}
    rates = {role: speech_rate(call, role, unit=pack.unit, limit=pack.rate_limit) for role in call.speech}
    document: dict[str, Any] = {
        "file": call.recording.path,
        "recording": call.recording.id,
        "language": call.transcript.language,
        "duration": call.recording.duration,
        "talk_time": {
            role.value: {"seconds": round(seconds, 3), "spans": _spans(talk.spans[role])}
            for role, seconds in talk.seconds.items()
        },
        "agent_share": talk.ratio,
        "silences": [{**span(one.interval), "cause": one.cause.value} for one in silences(call, found)],
        "holds": [
            {**span(one.interval), "sounds": [s.kind.value for s in one.sounds], "notice": one.notice is not None}
            for one in holds(call, found)
        ],
        "overlaps": _spans(overlaps(call)),
        "interruptions": [
            {**span(one.interval), "by": one.by.value, "text": texts[one.utterance]}
            for one in interruptions(call, found)
        ],
        "backchannels": [
            {**span(one.interval), "by": one.by.value, "text": texts[one.utterance]}
            for one in backchannels(call, found)
        ],
        "response_latency": {
            "median": round(median(one.duration for one in latencies), 3) if latencies else None,
            "spans": _spans(latencies),
        },
        "speech_rate": {
            role.value: _rate(rate, pack.unit, pack.rate_limit) for role, rate in rates.items() if rate is not None
        },
        "raised_voices": [
            {
                **span(one.interval),
                "by": one.by.value,
                "text": texts[one.utterance],
                "energy": round(one.energy, 1),
                "pitch": None if one.pitch is None else round(one.pitch, 1),
                "agitated": one.agitated,
            }
            for one in raised_voices(call)
        ],
        "greeting_delay": None if delay is None else round(delay, 3),
        "last_speaker": None if last is None else last.value,
        "roles": roles(call),
        "quality": [quality(one, language) for one in call.quality.notes],
        "not_applicable": {},
    }
    if call.quality.one_channel:
        reason = say(Message("na.one_channel"), language)
        document |= dict.fromkeys(TOGETHER) | {"not_applicable": dict.fromkeys(TOGETHER, reason)}
    return document


def show_measures(found: dict[str, Any]) -> None:
    """Print the document of `measures`."""
    say_line(f"{found['file']}  {found['language']}  {clock(found['duration'])}")
    say_line(roles_line(found["roles"]))
    for one in found["quality"]:
        say_line(f"note: {one['sentence']}")
    for name, reason in found["not_applicable"].items():
        say_line(f"not applicable: {name} ({reason})")
    table(
        ["role", "talk time s", "spans", "rate median", "rate p90", "fast share"],
        [
            (role, one["seconds"], len(one["spans"]), *_rate_cells(found, role))
            for role, one in found["talk_time"].items()
        ],
    )
    delay = found["greeting_delay"]
    if delay is not None:
        say_line(f"greeting after {delay:.1f} s; last to speak: {found['last_speaker']}")
    rows = [
        *(("silence", one, one["cause"]) for one in found["silences"]),
        *(("hold", one, "with notice" if one["notice"] else "without notice") for one in found["holds"]),
        *(("overlap", one, "") for one in found["overlaps"] or ()),
        *(("interruption", one, f"by {one['by']}: {one['text']}") for one in found["interruptions"] or ()),
        *(("backchannel", one, f"by {one['by']}: {one['text']}") for one in found["backchannels"] or ()),
        *(
            ("agitated" if one["agitated"] else "loud", one, f"by {one['by']}: +{one['energy']} dB")
            for one in found["raised_voices"]
        ),
        *(("response latency", one, "") for one in (found["response_latency"] or {}).get("spans", ())),
    ]
    table(
        ["measure", "from", "to", "seconds", ""],
        [
            (name, clock(one["start"]), clock(one["end"]), round(one["end"] - one["start"], 2), text)
            for name, one, text in sorted(rows, key=lambda row: row[1]["start"])
        ],
    )


def _spans(line: Timeline) -> list[dict[str, float | None]]:
    return [span(one) for one in line]


def _rate(rate: SpeechRate, unit: str, limit: float) -> dict[str, Any]:
    return {
        "unit": f"{unit}s/min",
        "limit": limit,
        "median": round(rate.median, 2),
        "p90": round(rate.p90, 2),
        "fast_share": round(rate.fast_share, 4),
        "gap": None if rate.gap is None else round(rate.gap, 2),
        "utterances": [
            {**span(one.interval), "units": one.units, "rate": round(one.rate, 2)} for one in rate.utterances
        ],
    }


def _rate_cells(found: dict[str, Any], role: str) -> tuple[float | None, float | None, float | None]:
    rate = found["speech_rate"].get(role)
    return (rate["median"], rate["p90"], rate["fast_share"]) if rate else (None, None, None)
