"""What tokens sound like: features that let tokens share what is learned about their sounds.

A hotline's vocabulary has thousands of tokens, each seen a few dozen times in an hour of training. Learned one by one,
their embeddings never meet the sounds in the audio; as sums of a few hundred sounds they do. The sum is written into
the checkpoint, so that its architecture stays Whisper's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import torch
from whisper.tokenizer import Tokenizer

from models.recogniser.corpus import units
from models.recogniser.speech import VOICES, Synthesiser, Voice

_HAN = re.compile(r"[\u3400-\u9fff]")


def sounds(tokenizer: Tokenizer, token: int, languages: Iterable[str], synthesiser: Synthesiser) -> list[str]:
    """Names of a token's sounds: each unit, and apart from that the first two and the last; toneless ones too."""
    if token >= tokenizer.eot:
        return []
    text = tokenizer.encoding.decode_single_token_bytes(token).decode("utf-8", errors="ignore").strip()
    if not any(letter.isalpha() for letter in text):
        return []
    names: list[str] = []
    for language in ["zh"] if _HAN.search(text) else [one for one in languages if one != "zh"]:
        heard = units(text, Voice(language, VOICES[language][0], "m1"), synthesiser)
        if language == "zh":
            heard = [piece for unit in heard for piece in dict.fromkeys((unit, re.sub(r"\d", "", unit)))]
        names += heard
        names += [f"{place}/{unit}" for place, unit in zip(("first", "second"), heard, strict=False)]
        names += [f"last/{unit}" for unit in heard[-1:]]
    return names


def features(
    tokenizer: Tokenizer, tokens: list[int], spoken_in: Mapping[int, list[str]]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, int]:
    """For `torch.nn.functional.embedding_bag`: indices (n,), offsets (tokens,), weights (n,), number of features."""
    synthesiser = Synthesiser()
    index: dict[str, int] = {}
    indices: list[int] = []
    offsets: list[int] = []
    weights: list[float] = []
    for token in tokens:
        offsets.append(len(indices))
        names = sounds(tokenizer, token, spoken_in.get(token, ()), synthesiser)
        indices += [index.setdefault(name, len(index)) for name in names]
        weights += [max(1, len(names)) ** -0.5] * len(names)
    return torch.tensor(indices), torch.tensor(offsets), torch.tensor(weights), len(index)
