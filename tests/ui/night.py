"""A small night of calls, judged by the real checks and stored in a real database, with recordings that play.

Ten calls of each of five agents. Nobody but A05 asks for satisfaction in every call, and A03 alone interrupts: so one
fault is common and one is individual. One file is no audio, one call is too short to be scored.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from qc import __version__
from qc.call import Call, Metadata, Quality, QualityNote, Recording, Role, Sentiment, Sound, SoundKind, Transcript, Word
from qc.call import Utterance as Said
from qc.checks import CHECKS
from qc.interval import Interval, joined
from qc.result import Failure, Inspection, RunInfo
from qc.scorecard import for_language
from qc.scoring import ineligible, score
from qc.store import Store

RATE = 8000
AGENTS = ("A01", "A02", "A03", "A04", "A05")
CALLS = 10
START = datetime(2026, 11, 16, 9, 0)
HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(2)) **A01** $x$"
"""Somebody's name, as a recording system might send it."""

Line = tuple[Role, float, str]
"""Who, seconds after the end of the line before (negative: before its end), what."""

A, C = Role.AGENT, Role.CUSTOMER

BAD: list[Line] = [
    (A, 0.6, "什么事？"),
    (C, 0.5, "你好，我家里停电了，从早上到现在一直没有电，冰箱里的东西都要坏了。"),
    (A, -2.2, "您先说一下您的户号和地址。"),
    (C, 0.7, "户号是三七二零，地址在人民路十二号，什么时候能来电？"),
    (A, 2.0, "这一片是计划检修，今天下午四点恢复供电。"),
    (C, 0.5, "好的，我知道了，那就等到四点吧，没有别的事了。"),
    (A, 0.5, "挂了啊。"),
]
"""No greeting, no thanks, no closing, and the caller is interrupted: the only call of the last day that fails."""


def script(*, satisfied: bool, interrupts: bool, hold: bool, angry: bool) -> list[Line]:
    """A Chinese call about an outage with its faults."""
    lines: list[Line] = [
        (A, 0.6, "您好，供电服务热线，工号一零二，请问有什么可以帮您？"),
        (C, 0.5, "你好，我家里停电了，从早上到现在一直没有电，冰箱里的东西都要坏了。"),
        (A, -2.2 if interrupts else 0.6, "您先说一下您的户号和地址。"),
        (C, 0.7, "户号是三七二零，地址在人民路十二号。"),
    ]
    if angry:
        lines.append((C, 0.6, "你们这个服务太差了，我要投诉你们。"))
        lines.append((A, 0.5, "非常抱歉给您带来不便，请您谅解。"))
    lines.append((A, 0.6, "好的，很抱歉，请您稍等，我帮您查询一下。"))
    lines.append((A, 14.0 if hold else 2.0, "感谢您的耐心等待，这一片是计划检修，今天下午四点恢复供电。"))
    lines.append((C, 0.5, "好的，我知道了，那就等到四点吧。"))
    lines.append((A, 0.5, "请问还有其他可以帮您的吗？"))
    lines.append((C, 0.6, "没有了。"))
    if satisfied:
        lines.append((A, 0.5, "请问您对我的服务满意吗？"))
        lines.append((C, 0.6, "满意，谢谢你。"))
    lines.append((A, 0.5, "感谢您的来电，祝您生活愉快，再见。"))
    return lines


@cache
def shared_night(folder: Path) -> str:
    """`make_night`, once a test run."""
    folder.mkdir()
    return make_night(folder)


def make_night(folder: Path) -> str:
    """Write recordings and the database into `folder`; gives the database's URL."""
    url = f"sqlite:///{folder / 'night.db'}"
    with Store(url) as store:
        for a, agent in enumerate(AGENTS):
            for i in range(CALLS):
                lines = script(
                    satisfied=agent == "A05" or i % 2 == 0,
                    interrupts=agent == "A03",
                    hold=i % 3 == 0,
                    angry=i == 4,
                )
                store.save(
                    inspection(folder, f"{agent}-{i:02d}", agent, lines, START + timedelta(days=i // 2, hours=a))
                )
        short = inspection(
            folder, "short", "A01", [(A, 0.5, "您好。"), (C, 0.5, "打错了。")], START + timedelta(days=4)
        )
        store.save(short)
        store.save_failure(Failure(str(folder / "notes.wav"), "decode", "not_audio", "not an audio file: it is text"))
    return url


def inspection(folder: Path, name: str, agent: str, lines: Sequence[Line], start: datetime) -> Inspection:
    """One judged call with its recording."""
    call = make_call(folder, name, agent, lines, start)
    run = RunInfo(
        {"transcriber": "test"},
        {"transcriber": "1"},
        "zh",
        "utility_zh 1",
        __version__,
        datetime.now(UTC),
        0.1,
        "1",
        "1",
    )
    card = for_language("zh")
    results = {item.id: CHECKS[item.check](call, **item.options) for _, item in card.items}
    return Inspection(name, call, score(results, card, ineligible(call, card)), run)


def make_call(folder: Path, name: str, agent: str, lines: Sequence[Line], start: datetime) -> Call:
    """Four and a half characters a second, each with its time; music fills a long wait."""
    utterances: list[Said] = []
    at = 0.0
    sounds: list[Sound] = []
    for index, (role, pause, text) in enumerate(lines):
        if pause > 10:
            sounds.append(Sound(SoundKind.MUSIC, Interval(at + 1, at + pause - 1), 0))
        at += pause
        characters = [letter for letter in text if letter.isalnum()]
        step = 1 / 4.5
        words = tuple(
            Word(Interval(at + i * step, at + (i + 1) * step), letter, 0.93) for i, letter in enumerate(characters)
        )
        span = Interval(at, at + len(characters) * step)
        mood = Sentiment(0.9, 0.08, 0.02) if "投诉" in text or "太差" in text else Sentiment(0.05, 0.75, 0.2)
        utterances.append(Said(index, role, span, text, words, -0.07, mood))
        at = span.end
    utterances.sort(key=lambda one: one.interval)
    utterances = [replace(one, index=i) for i, one in enumerate(utterances)]
    speech = {role: joined([u.interval for u in utterances if u.role is role], 0.5) for role in (A, C)}
    path = folder / f"{name}.wav"
    _write(path, at + 1.0, [speech[A], speech[C]], seed=int.from_bytes(name.encode(), "big"))
    with wave.open(str(path)) as file:
        length = file.getnframes()
    notes = (QualityNote("swapped_channels"),) if name.endswith("-01") else ()
    return Call(
        Recording(sha256(path.read_bytes()).hexdigest(), str(path), RATE, length, (A, C)),
        Metadata(
            call_id=f"call-{name}",
            agent=agent,
            agent_name=HOSTILE if agent == "A04" else None,
            team="East" if agent < "A03" else "West",
            start=start,
            queue="outage",
            direction="inbound",
            customer_class="B",
            satisfaction=4,
        ),
        speech,
        tuple(sounds),
        Transcript("zh", tuple(utterances)),
        Quality(role_probability=0.99, recognition_probability=0.93, notes=notes),
    )


def _write(path: Path, duration: float, voices: Sequence[Sequence[Interval]], seed: int) -> None:
    """Noise that rises and falls like speech, where somebody speaks."""
    random = np.random.default_rng(seed)
    times = np.arange(int(duration * RATE)) / RATE
    samples = random.normal(0, 12, (len(voices), times.size))
    for channel, spans in enumerate(voices):
        for span in spans:
            inside = (times >= span.start) & (times < span.end)
            rise = np.abs(np.sin(2 * np.pi * 2.3 * times[inside])) + 0.15
            samples[channel, inside] += random.normal(0, 2200, int(inside.sum())) * rise
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(voices))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.clip(samples, -32768, 32767).astype("<i2").T.tobytes())
