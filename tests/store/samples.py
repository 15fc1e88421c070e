"""An inspected call that uses every field that the store must keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from qc.call import (
    Call,
    ChannelLevel,
    Metadata,
    Quality,
    QualityNote,
    Recording,
    Role,
    Sentiment,
    Sound,
    SoundKind,
    Transcript,
    Utterance,
    Word,
)
from qc.interval import Interval
from qc.result import (
    CheckResult,
    Finding,
    Inspection,
    ItemKind,
    ItemResult,
    Message,
    RunInfo,
    Score,
)

START = datetime(2026, 3, 2, 9, 30)


def make_call(name: str = "call-1", *, agent: str | None = "A01", language: str = "zh", **metadata: object) -> Call:
    """A short stereo call; its recording id is the hash of `name`."""
    words = (Word(Interval(1.0, 1.2), "您", 0.9), Word(Interval(1.2, 1.5), "好", 0.8))
    utterances = (
        Utterance(0, Role.AGENT, Interval(1.0, 1.5), "您好，", words, -0.16, Sentiment(0.1, 0.2, 0.7), 12.5, -3.0),
        Utterance(1, Role.CUSTOMER, Interval(2.0, 3.0), "没电了 'DROP' <b>"),
    )
    return Call(
        recording=Recording(
            id=sha256(name.encode()).hexdigest(),
            path=f"/calls/{name}.wav",
            sample_rate=8000,
            num_samples=240_000,
            roles=(Role.AGENT, Role.CUSTOMER),
        ),
        metadata=replace(
            Metadata(call_id=name, agent=agent, team="T1", start=START, ring_count=3, extra={"site": "north"}),
            **metadata,  # type: ignore[arg-type]
        ),
        speech={Role.AGENT: (Interval(1.0, 1.5),), Role.CUSTOMER: (Interval(2.0, 3.0), Interval(5.0, 6.5))},
        sounds=(Sound(SoundKind.MUSIC, Interval(10.0, 20.0), 0),),
        transcript=Transcript(language, utterances),
        quality=Quality(
            channels=(ChannelLevel(-1.0, -20.0, None, 0.0, False),),
            recognition_probability=0.85,
            notes=(QualityNote("window_fallback", {"windows": 2.0, "why": "loop"}),),
        ),
    )


def make_inspection(
    call: Call | None = None,
    *,
    listening: str = "L1",
    judging: str = "J1",
    percent: float | None = 62.5,
    opening: float | None = 0.5,
    scorecard: str = "utility_zh@1",
) -> Inspection:
    """An inspection with an item that falls short, one that does not apply, and their evidence."""
    call = call or make_call()
    finding = Finding(Interval(1.0, 1.5), Role.AGENT, "您好", Message("opening.greeting", {"seconds": 1.0}), (0, 1))
    whole = Finding(None, Role.UNKNOWN, "", Message("opening.nothing"))
    results = (
        ItemResult(
            "opening",
            "courtesy",
            ItemKind.SCORED,
            10.0,
            100.0,
            100.0 * (opening or 0.0),
            CheckResult("opening", opening, 1.0, "s", Message("opening.part"), (finding, whole), 15.0),
        ),
        ItemResult(
            "hold_notice",
            "courtesy",
            ItemKind.ADVICE,
            5.0,
            0.0,
            0.0,
            CheckResult("hold_notice", None, None, "", Message("hold_notice.no_hold")),
        ),
    )
    return Inspection(
        id=f"{call.recording.id[:16]}-{listening}-{judging}",
        call=call,
        score=Score(
            points=6.25,
            possible=10.0,
            percent=percent,
            passed=None if percent is None else percent >= 60,
            critical_failed=False,
            results=results,
            not_scorable=Message("too_short", {"seconds": 3.0}) if percent is None else None,
        ),
        run=RunInfo(
            engines={"transcriber": "whisper"},
            models={"whisper": "builtin"},
            language_pack="zh@1",
            scorecard=scorecard,
            code="0.1.0",
            started_at=datetime(2026, 3, 3, 1, 0, tzinfo=UTC),
            elapsed=1.5,
            listening=listening,
            judging=judging,
            timings={"decode": 0.1},
        ),
    )
