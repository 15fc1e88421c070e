"""From a written call to audio: who speaks when, on which channel, and the exact truth of it."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.recogniser.speech import SAMPLE_RATE, Speech, Synthesiser, Voice
from recordings_sample.scripts import sounds
from recordings_sample.scripts.cast import AGENTS, FAST_AGENT, USUAL_RATE, Agent, announcer, customer
from recordings_sample.scripts.writing import Say, Script, Tone, Wait, texts

CHANGE_GAPS = {
    "zh": (-2.64, -0.52, 0.0, 0.41, 1.23),
    "en": (-1.96, -0.39, -0.02, 0.32, 1.08),
    "es": (-2.46, -0.75, -0.17, 0.21, 0.96),
}
"""5, 25, 50, 75 and 95 % quantiles of the pause (s, negative: overlap) at a change of speaker in the telephone calls
of CallHome (annotations of github.com/pthavarasa/CallHome-CallFriend-bergmann). A service call is more orderly than a
chat between friends: we stretch the pauses by `_ORDER` and cut overlaps at `_OVERLAP`."""
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_ORDER, _OVERLAP, _LONGEST = 0.3, -0.55, 1.3
_VOICE_GAP = 0.3  # speech is joined over shorter gaps in the truth
_AUDIBLE = 0.01
_AGENT, _CUSTOMER = 0, 1
_HURRY = {"zh": 1.42, "en": 1.42, "es": 1.7}
"""Times the usual rate, for an agent who speaks too fast in one call: a tenth and more above the pack's limit."""
_TRIES = 8


@dataclass(slots=True)
class Mix:
    """A mixed call: int16 (channels, n) at `SAMPLE_RATE`, and its truth."""

    samples: NDArray[np.int16]
    truth: dict[str, Any]


@dataclass(slots=True)
class _Timeline:
    placed: list[tuple[int, float, sounds.Samples]] = field(default_factory=list)
    utterances: list[dict[str, Any]] = field(default_factory=list)
    sounds: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    now: float = 0.0
    last: tuple[str, float, float] | None = None
    """Role, start and end of the turn before."""


def _voice(agent: Agent, fast: bool) -> Voice:
    """An agent's voice at the rate of this call. One agent always speaks too fast, unless the call says otherwise."""
    voice, rate = agent.voice, agent.voice.rate
    if fast and agent.id != FAST_AGENT:
        rate = round(rate * _HURRY[agent.language])
    elif not fast and agent.id == FAST_AGENT:
        rate = USUAL_RATE
    return Voice(voice.language, voice.name, voice.variant, rate, voice.pitch)


class Mixer:
    """Places the turns of one call after each other."""

    def __init__(self, script: Script, synthesiser: Synthesiser) -> None:
        self.script, self.synthesiser = script, synthesiser
        self.choice = random.Random(f"mix/{script.plan.agent}/{script.plan.number}")
        agent = AGENTS[script.plan.agent]
        fast = "speech_rate" in script.plan.faults
        self.voices = {
            "agent": _voice(agent, fast),
            "customer": customer(script.language, self.choice),
            "system": announcer(script.language),
        }
        if script.second:
            self.voices["second"] = _voice(AGENTS[script.second], fast)
        levels = {"agent": self.choice.uniform(-10, -6), "customer": self.choice.uniform(-15, -6), "system": -9.0}
        levels["second"] = levels["agent"]
        self.gains = {role: sounds.level(decibels) for role, decibels in levels.items()}
        self.line = _Timeline(now=self.choice.uniform(0.4, 0.9))

    def mix(self) -> Mix:
        """Speak and place everything."""
        items = self.script.items
        for index, item in enumerate(items):
            if isinstance(item, Tone):
                self._tone(item)
            elif isinstance(item, Wait):
                self._wait(item)
            elif item.kind == "interrupt":
                self._interrupt(item)
            else:
                follower = items[index + 1] if index + 1 < len(items) else None
                interrupted = isinstance(follower, Say) and follower.kind == "interrupt"
                self._turn(item, "never" if interrupted else item.listen)
        return self._finish()

    def _gap(self, role: str) -> float:
        if self.line.last is None:
            return 0.0
        previous, start, end = self.line.last
        if previous == role or {previous, role} == {"agent", "second"}:
            return self.choice.uniform(0.6, 1.0)
        if "system" in (previous, role):
            return self.choice.uniform(0.7, 1.2)
        share = self.choice.uniform(0.05, 0.95)
        gaps = CHANGE_GAPS[self.script.language]
        at = min(max(bisect(_QUANTILES, share) - 1, 0), 3)
        low, high = _QUANTILES[at], _QUANTILES[at + 1]
        gap = gaps[at] + (gaps[at + 1] - gaps[at]) * (share - low) / (high - low) + _ORDER
        if gap < 0.12 and end - start < 2.5:
            gap = self.choice.uniform(0.2, 0.6)
        return min(max(gap, _OVERLAP), _LONGEST)

    def _speak(self, role: str, text: str, backchannel: bool = False) -> Speech:
        voice = self.voices[role]
        if backchannel:
            voice = Voice(voice.language, voice.name, voice.variant, max(110, voice.rate * 3 // 4), voice.pitch)
        return self.synthesiser.say(text, voice)

    def _place(self, role: str, text: str, speech: Speech, start: float, backchannel: bool = False) -> float:
        channel = _CUSTOMER if role == "customer" else _AGENT
        start = round(start * SAMPLE_RATE) / SAMPLE_RATE
        gain = self.gains[role] * sounds.level(self.choice.uniform(-1.5, 0.5))
        self.line.placed.append((channel, start, sounds.telephone(speech.samples) * np.float32(gain)))
        end = start + len(speech.samples) / SAMPLE_RATE
        words = [
            {"text": word.text, "start": round(start + word.start, 3), "end": round(start + word.end, 3)}
            for word in speech.words
        ]
        self.line.utterances.append(
            {
                "role": "agent" if role == "second" else role,
                "channel": channel,
                "start": round(start, 3),
                "end": round(end, 3),
                "text": text,
                "words": words,
                "backchannel": backchannel,
                "speech": _spans(speech.samples, start),
            }
        )
        if backchannel:
            self._event("backchannel", start, end, role, text)
        return end

    def _event(self, kind: str, start: float, end: float, role: str = "", text: str = "") -> None:
        event = {"kind": kind, "start": round(start, 3), "end": round(end, 3)}
        self.line.events.append(event | ({"role": role} if role else {}) | ({"text": text} if text else {}))

    def _turn(self, item: Say, listen: str) -> None:
        speech = self._speak(item.role, item.text)
        gap = self._gap(item.role)
        if gap < 0.1 and len(speech.samples) < 1.2 * SAMPLE_RATE:
            gap = self.choice.uniform(0.15, 0.5)  # a short answer that overlaps would end before the question
        start = self.line.now + gap
        end = self._place(item.role, item.text, speech, start)
        words = self.line.utterances[-1]["words"]
        for kind, text in item.marks:
            first, last = _find(words, text, self.script.language) if kind == "number" else (start, end)
            self._event(kind, first, last, "agent" if item.role == "second" else item.role, text)
        if listen != "never" and item.role != "system" and end - start >= 4.5:
            self._backchannel("agent" if item.role == "customer" else "customer", start, end, listen == "always")
        self.line.last = (item.role, start, end)
        self.line.now = end

    def _backchannel(self, listener: str, start: float, end: float, surely: bool) -> None:
        if not surely and self.choice.random() >= (0.65 if listener == "agent" else 0.35):
            return
        for _ in range(_TRIES if surely else 1):
            text = self.choice.choice(texts(self.script.language)["parts"]["backchannel"])
            text = text if self.script.language == "zh" else text.capitalize()
            speech = self._speak(listener, text, backchannel=True)
            length = len(speech.samples) / SAMPLE_RATE
            if length < 0.7:
                at = self.choice.uniform(start + 1.6, end - 1.5 - length)
                self._place(listener, text, speech, at, backchannel=True)
                return

    def _interrupt(self, item: Say) -> None:
        assert self.line.last is not None
        _, start, end = self.line.last
        speech = self._speak(item.role, item.text)
        length = len(speech.samples) / SAMPLE_RATE
        at = self.choice.uniform(start + 2.0, max(end - 2.0, start + 2.1))
        stop = self._place(item.role, item.text, speech, at)
        self._event("interruption", at, at + length, item.role, item.text)
        self.line.now = max(end, stop)
        self.line.last = ("customer" if end >= stop else item.role, start, self.line.now)

    def _wait(self, item: Wait) -> None:
        start = self.line.now
        self.line.now = start + item.duration
        self.line.last = None
        if item.kind == "short":
            return
        if item.kind == "hold":
            tune = sounds.music(item.duration - 1.2, self.choice.randrange(1000))
            self._sound("music", _AGENT, start + 0.7, tune)
        else:
            self._event("silence", start, self.line.now)
        self._event(item.kind, start, self.line.now, "agent")

    def _sound(self, kind: str, channel: int, start: float, samples: sounds.Samples) -> float:
        end = start + len(samples) / SAMPLE_RATE
        self.line.placed.append((channel, start, samples))
        self.line.sounds.append({"kind": kind, "channel": channel, "start": round(start, 3), "end": round(end, 3)})
        return end

    def _tone(self, item: Tone) -> None:
        if item.kind == "dtmf":
            at = self.line.now + self.choice.uniform(0.6, 1.4)
            self.line.now = self._sound("dtmf", _CUSTOMER, at, sounds.key(item.count))
            return
        frequencies, on, off = sounds.RINGBACK[self.script.language]
        for ring in range(item.count):
            end = self._sound("ringback", _AGENT, self.line.now, sounds.tones(frequencies, on, -12))
            self.line.now = end + (off if ring + 1 < item.count else 0.8)

    def _finish(self) -> Mix:
        plan, line = self.script.plan, self.line
        duration = max(at + len(samples) / SAMPLE_RATE for _, at, samples in line.placed) + self.choice.uniform(
            0.5, 1.0
        )
        num_samples = round(duration * SAMPLE_RATE)
        generator = np.random.default_rng(self.choice.randrange(2**32))
        mixed = np.stack([sounds.noise(num_samples, self.choice.uniform(-65, -55), generator) for _ in range(2)])
        for channel, at, samples in line.placed:
            begin = round(at * SAMPLE_RATE)
            mixed[channel, begin : begin + len(samples)] += samples
        order = {("customer", "agent"): (1, 0), ("unknown",): (0, 0)}.get(plan.channels, (0, 1))
        if plan.channels == ("unknown",):
            mixed = mixed.sum(axis=0, keepdims=True)
        elif order == (1, 0):
            mixed = mixed[::-1]
        for row in (*line.utterances, *line.sounds):
            row["channel"] = order[row["channel"]]
        return Mix(sounds.g711(mixed), self._truth(num_samples / SAMPLE_RATE))

    def _truth(self, duration: float) -> dict[str, Any]:
        plan, line = self.script.plan, self.line
        spans = [(row["channel"], *span) for row in line.utterances for span in row.pop("speech")]
        if "speech_rate" in plan.faults:
            for row in line.utterances:
                if row["role"] == "agent" and not row["backchannel"]:
                    self._event("fast_speech", row["start"], row["end"], "agent", row["text"])
        if self.script.mood:
            kind = "calms_down" if self.script.mood == "calms" else "stays_angry"
            last = [row for row in line.utterances if row["role"] == "customer"]
            self._event(kind, last[0]["start"], last[-1]["end"], "customer")
        self._overlaps()
        return {
            "version": 1, "language": self.script.language, "duration": round(duration, 3),
            "channels": list(plan.channels), "scenario": plan.scenario, "agent": plan.agent,
            "utterances": sorted(line.utterances, key=lambda row: (row["start"], row["end"])),
            "speech": [
                {"channel": channel, "start": round(start, 3), "end": round(end, 3)}
                for channel, start, end in _joined(spans)
            ],
            "sounds": line.sounds,
            "events": sorted(line.events, key=lambda row: (row["start"], row["kind"])),
            "checks": self.script.checks,
        }  # fmt: skip

    def _overlaps(self) -> None:
        by_role = {role: [row for row in self.line.utterances if row["role"] == role] for role in ("agent", "customer")}
        for one in by_role["agent"]:
            for other in by_role["customer"]:
                start, end = max(one["start"], other["start"]), min(one["end"], other["end"])
                if start < end:
                    self._event("overlap", start, end)


def _spans(samples: NDArray[np.float32], start: float) -> list[tuple[float, float]]:
    loud = np.flatnonzero(np.abs(samples) > _AUDIBLE)
    breaks = np.flatnonzero(np.diff(loud) >= _VOICE_GAP * SAMPLE_RATE)
    firsts, lasts = loud[np.r_[0, breaks + 1]], loud[np.r_[breaks, len(loud) - 1]]
    return [
        (start + int(first) / SAMPLE_RATE, start + (int(last) + 1) / SAMPLE_RATE)
        for first, last in zip(firsts, lasts, strict=True)
    ]


def _joined(spans: list[tuple[int, float, float]]) -> list[tuple[int, float, float]]:
    result: list[tuple[int, float, float]] = []
    for channel, start, end in sorted(spans):
        if result and result[-1][0] == channel and start - result[-1][2] < _VOICE_GAP:
            result[-1] = (channel, result[-1][1], max(result[-1][2], end))
        else:
            result.append((channel, start, end))
    return result


def _find(words: list[dict[str, Any]], text: str, language: str) -> tuple[float, float]:
    """Start and end of a spoken number among the words of its turn."""
    wanted = [c for c in text if c != "，"] if language == "zh" else text.replace(",", "").lower().split()
    said = [str(word["text"]).lower() for word in words]
    for at in range(len(said) - len(wanted) + 1):
        if said[at : at + len(wanted)] == wanted:
            return words[at]["start"], words[at + len(wanted) - 1]["end"]
    raise ValueError(f"{text!r} was not spoken in {''.join(said)!r}")
