"""Makes ``call.wav`` and ``call.truth.json``: a short Chinese telephone call. Run from the project folder:
``python -m tests.data.make``. Needs espeak-ng; the tests do not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

from models.recogniser.speech import SAMPLE_RATE, Synthesiser, Voice

FOLDER = Path(__file__).parent
VOICES = {
    "agent": Voice("zh", "cmn-latn-pinyin", "f2", 160, 55),
    "customer": Voice("zh", "cmn-latn-pinyin", "m3", 165, 40),
}
LINES = (
    ("agent", 0.5, "您好，供电服务热线，请问有什么可以帮您"),
    ("customer", 0.4, "我家停电了，什么时候能来电"),
    ("agent", 0.6, "请稍等，我帮您查询"),
    ("customer", 0.4, "好的"),
)
JOIN = 0.3  # seconds: voice activity is joined over shorter gaps


def main() -> None:
    """Write both files."""
    synthesiser, noise = Synthesiser(), np.random.default_rng(1)
    at, parts, utterances, speech = 0.0, [], [], []
    for role, pause, text in LINES:
        at = round(at + pause, 3)
        spoken, channel = synthesiser.say(text, VOICES[role]), list(VOICES).index(role)
        parts.append((channel, round(at * SAMPLE_RATE), spoken.samples * 0.4))
        words = [
            {"text": word.text, "start": round(at + word.start, 3), "end": round(at + word.end, 3)}
            for word in spoken.words
        ]
        start, end = words[0]["start"], words[-1]["end"]
        utterances.append({"role": role, "channel": channel, "start": start, "end": end, "text": text, "words": words})
        for word in words:
            if speech and speech[-1]["channel"] == channel and word["start"] - speech[-1]["end"] < JOIN:
                speech[-1]["end"] = word["end"]
            else:
                speech.append({"channel": channel, "start": word["start"], "end": word["end"]})
        at = end
    duration = at + 0.5
    samples = noise.normal(0, 0.0008, (round(duration * SAMPLE_RATE), 2))
    for channel, first, sound in parts:
        samples[first : first + len(sound), channel] += sound
    soundfile.write(FOLDER / "call.wav", samples, SAMPLE_RATE, subtype="ULAW")
    truth = {
        "version": 1,
        "language": "zh",
        "duration": len(samples) / SAMPLE_RATE,
        "channels": list(VOICES),
        "utterances": utterances,
        "speech": speech,
    }
    (FOLDER / "call.truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
