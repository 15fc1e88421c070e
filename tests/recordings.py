"""Makes small real recordings with their truth, for tests that go the whole way with the oracle engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

RATE = 8000
Said = tuple[str, float, float, str]
"""Role, start and end in seconds, words."""

GOOD_CALL: tuple[Said, ...] = (
    ("agent", 0.5, 4.0, "您好，国家电网，工号一零二三为您服务，请问有什么可以帮您？"),
    ("customer", 4.5, 7.0, "你好，我家里停电了，麻烦查一下"),
    ("agent", 7.5, 10.5, "很抱歉给您带来不便，我马上为您查询"),
    ("customer", 11.0, 12.5, "好的，谢谢你"),
    ("agent", 13.0, 17.0, "已经为您登记了，感谢您的来电，请问还有其他可以帮您的吗？"),
    ("customer", 17.5, 18.5, "没有了"),
    ("agent", 19.0, 23.0, "请问您对我的服务满意吗？祝您生活愉快，再见"),
    ("customer", 23.5, 25.0, "满意，再见"),
)
"""An agent who does all that is asked."""


def make_recording(path: Path, said: Sequence[Said] = GOOD_CALL, *, duration: float = 26.0, seed: int = 0) -> Path:
    """A stereo WAV, agent left, with noise where somebody speaks, and its truth file. Same arguments, same bytes."""
    generator = np.random.default_rng(seed)
    samples = generator.normal(0, 0.0005, (round(duration * RATE), 2))
    utterances, speech = [], []
    for role, start, end, text in said:
        channel = 0 if role == "agent" else 1
        first, last = round(start * RATE), round(end * RATE)
        samples[first:last, channel] += generator.normal(0, 0.1, last - first)
        utterances.append({"role": role, "channel": channel, "start": start, "end": end, "text": text})
        speech.append({"channel": channel, "start": start, "end": end})
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.clip(samples, -1, 1), RATE, subtype="PCM_16", format="WAV")
    truth = {"version": 1, "language": "zh", "utterances": utterances, "speech": speech}
    path.with_suffix(".truth.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return path
