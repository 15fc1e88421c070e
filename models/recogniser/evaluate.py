"""Measure a recogniser on sentences whose templates were never in training: ``python -m models.recogniser.evaluate``.

300 utterances a language in voices of training, and 300 in one voice a language that training never used, both with
telephone band, G.711 and line noise. Prints one JSON document: character error rate (zh) or word error rate (en, es)
with counts and a 95 % bootstrap interval over utterances.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

import jiwer
import numpy as np
import torch
import whisper

from models.recogniser.sentences import LANGUAGES, heldout_sentences
from models.recogniser.speech import UNHEARD_VARIANTS, VARIANTS, VOICES, Synthesiser, Voice
from models.recogniser.windows import telephone, upsample


def spoken(text: str, language: str) -> str:
    """What counts as an error: letters and digits; case, punctuation and (zh) spaces do not."""
    text = re.sub(r"[^\w\s']", " ", text.lower())
    return " ".join(re.sub(r"\s", "", text)) if language == "zh" else " ".join(text.split())


def utterances(language: str, count: int, variant: str | None) -> list[tuple[str, np.ndarray]]:
    """(text, 8 kHz samples) of held-out sentences; the same on every run."""
    choice = random.Random(f"{language}/{variant}")
    noise = np.random.default_rng(choice.randrange(2**31))
    synthesiser = Synthesiser()
    rows = []
    for text in heldout_sentences(language, count):
        name, which = choice.choice(VOICES[language]), variant or choice.choice(VARIANTS)
        voice = Voice(language, name, which, choice.randint(150, 220), choice.randint(30, 70))
        rows.append((text, telephone(synthesiser.say(text, voice).samples, choice, noise)))
    return rows


def recognise(model: whisper.Whisper, rows: list[tuple[str, np.ndarray]], language: str, batch: int) -> list[str]:
    """Texts from `whisper.decode`, one utterance a window."""
    options = whisper.DecodingOptions(language=language, fp16=False, without_timestamps=True)
    texts: list[str] = []
    for at in range(0, len(rows), batch):
        audio = [upsample(samples[None])[0] for _, samples in rows[at : at + batch]]
        mel = torch.stack([whisper.log_mel_spectrogram(whisper.pad_or_trim(samples)) for samples in audio])
        texts += [result.text for result in whisper.decode(model, mel, options)]
    return texts


def error_rate(references: list[str], hypotheses: list[str]) -> dict[str, float | int | list[float]]:
    """Errors over reference units, with a bootstrap interval."""
    outputs = [jiwer.process_words(r, h) for r, h in zip(references, hypotheses, strict=True)]
    errors = np.array([o.substitutions + o.deletions + o.insertions for o in outputs])
    units = np.array([len(r.split()) for r in references])
    picks = np.random.default_rng(0).integers(0, len(units), (1000, len(units)))
    rates = errors[picks].sum(1) / units[picks].sum(1)
    return {
        "utterances": len(units),
        "units": int(units.sum()),
        "errors": int(errors.sum()),
        "rate": round(float(errors.sum() / units.sum()), 4),
        "interval": [round(float(np.quantile(rates, q)), 4) for q in (0.025, 0.975)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--checkpoint", type=Path, default=Path("models/whisper_builtin.pt"))
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--show", type=int, default=0, help="print this many wrong utterances a language")
    arguments = parser.parse_args()
    model = whisper.load_model(str(arguments.checkpoint), device="cpu")
    report: dict[str, dict[str, object]] = {}
    for language in LANGUAGES:
        report[language] = {}
        for name, variant in (("known_voices", None), ("unheard_voice", UNHEARD_VARIANTS[language])):
            rows = utterances(language, arguments.count, variant)
            heard = [spoken(text, language) for text in recognise(model, rows, language, arguments.batch)]
            truth = [spoken(text, language) for text, _ in rows]
            report[language][name] = error_rate(truth, heard)
            wrong = [pair for pair in zip(truth, heard, strict=True) if pair[0] != pair[1]]
            for said, got in wrong[: arguments.show]:
                print(f"{said}\n  {got}")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
