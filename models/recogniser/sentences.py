"""Sentences of an electric utility's hotline, drawn from the context-free grammars in ``text/<language>.yaml``.

A grammar maps a symbol to its expansions; ``{symbol}`` inside an expansion is expanded in turn. The ``heldout_*``
symbols are for measuring only: `training_sentences` never uses them. ``spare`` lists words that no sentence has: they
are heard among fragments, so that the recogniser can write them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

TEXT = Path(__file__).parent / "text"
LANGUAGES = ("zh", "en", "es")
_SYMBOL = re.compile(r"\{(\w+)\}")
_SHARES = (("agent", 0.34), ("customer", 0.34), ("combo", 0.12), ("digits", 0.20))
"""Digit strings are what the recogniser confuses longest, so they get a fifth of all sentences."""
_SPARE = 0.3
"""Share of spare words among the fragments of a scrambled text."""
_SCRAMBLED = 0.3
"""Share of texts put together from fragments of sentences: who knows the sentences only must listen there."""


@cache
def grammar(language: str) -> Mapping[str, Sequence[str]]:
    """The grammar of a language."""
    loaded = yaml.safe_load((TEXT / f"{language}.yaml").read_text(encoding="utf-8"))
    return {symbol: [str(expansion) for expansion in expansions] for symbol, expansions in loaded.items()}


def expand(language: str, symbol: str, choice: random.Random) -> str:
    """One random text of `symbol`, as it is written: spaces and capitals put right."""
    text = _expansion(grammar(language), symbol, choice)
    if language == "zh":
        return text.replace(" ", "")
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.?!])", r"\1", text)
    return re.sub(r"^([¿¡]?)(\w)", lambda match: match.group(1) + match.group(2).upper(), text)


def _expansion(rules: Mapping[str, Sequence[str]], symbol: str, choice: random.Random) -> str:
    return _SYMBOL.sub(lambda match: _expansion(rules, match.group(1), choice), choice.choice(rules[symbol]))


def scrambled(language: str, choice: random.Random) -> str:
    """Two to four fragments of one to six words (zh: characters) of different sentences, one after the other."""
    fragments: list[str] = []
    spare = grammar(language).get("spare", ())
    symbols, weights = zip(*_SHARES, strict=True)
    for symbol in choice.choices(symbols, weights=weights, k=choice.randint(2, 4)):
        if spare and choice.random() < _SPARE:
            fragments += choice.sample(spare, k=choice.randint(1, 3))
            continue
        text = re.sub(r"[^\w\s'@.-]|[.](?!\w)", "", expand(language, symbol, choice))
        words = list(text) if language == "zh" else text.split()
        first = choice.randrange(len(words))
        fragments += words[first : first + choice.randint(1, 6)]
    return ("" if language == "zh" else " ").join(fragments)


def normal(text: str) -> str:
    """Letters and digits only, lower case: what two sentences are compared by."""
    return re.sub(r"[\W_]+", "", text.lower())


def training_sentences(language: str, count: int, seed: int, exclude: Collection[str] = ()) -> list[str]:
    """`count` texts of one or two sentences or of fragments; none has a sentence of `exclude` inside."""
    choice = random.Random(f"{language}/{seed}")
    symbols, weights = zip(*_SHARES, strict=True)
    forbidden = {form for form in map(normal, exclude) if len(form) >= 6}
    joint = "" if language == "zh" else " "
    texts: list[str] = []
    while len(texts) < count:
        if choice.random() < _SCRAMBLED:
            text = scrambled(language, choice)
        else:
            number = 1 if choice.random() < 0.7 else 2
            drawn = choice.choices(symbols, weights=weights, k=number)
            text = joint.join(expand(language, symbol, choice) for symbol in drawn)
        if not any(normal(part) in forbidden for part in re.split(r"[。？！.?!]", text)):
            texts.append(text)
    return texts


def heldout_sentences(language: str, count: int, seed: int = 0) -> list[str]:
    """`count` different texts whose templates were never in training."""
    choice = random.Random(f"heldout/{language}/{seed}")
    texts: dict[str, None] = {}
    while len(texts) < count:
        texts[expand(language, choice.choice(("heldout_agent", "heldout_customer")), choice)] = None
    return list(texts)
