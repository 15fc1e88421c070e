"""Utterances of a power utility's hotline with their labels, drawn from templates that this project wrote.

``text/<language>.yaml`` has the templates of each label; ``{slot}`` stands for one of the slot's words, ``(a|b)`` for
one of the alternatives, ``(a)?`` for a part that may be missing. ``text/lexicon.tsv`` has words and short phrases with
one label in three languages. A fixed part of the templates is held out whole.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from models.sentiment.data import LABELS, Row

TEXT = Path(__file__).parent / "text"
LANGUAGES = ("zh", "en", "es")
DRAWS = 40
"""Tries a template; equal sentences are kept once."""
HELD_OUT_DRAWS = 4
_ALTERNATIVES = re.compile(r"\(([^()]*)\)(\?)?")
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def templates(language: str) -> Mapping[str, Sequence[str]]:
    """Templates of each label; the slots are under ``slots``."""
    loaded: dict[str, Sequence[str]] = yaml.safe_load((TEXT / f"{language}.yaml").read_text(encoding="utf-8"))
    return loaded


def expand(language: str, template: str, choice: random.Random) -> str:
    """One random sentence of a template."""
    slots: Mapping[str, Sequence[str]] = templates(language)["slots"]  # type: ignore[assignment]
    text = _ALTERNATIVES.sub(
        lambda match: "" if match.group(2) and choice.random() < 0.5 else choice.choice(match.group(1).split("|")),
        template,
    )
    text = re.sub(r"\s+", " ", _SLOT.sub(lambda match: choice.choice(slots[match.group(1)]), text)).strip(" ，")
    return text if language == "zh" else text[:1].upper() + text[1:]


def is_held_out(template: str) -> bool:
    """Whether no sentence of the template is in training: one template in seven, by hash."""
    return int(hashlib.sha256(template.encode()).hexdigest()[:8], 16) % 7 == 0


def rows(seed: int = 0) -> list[Row]:
    """Sentences of all templates; set names ``zh_hotline`` and so on. Words of the lexicon are training rows."""
    words = [
        Row(f"{language}_hotline", language, text, label, False)
        for label, texts in lexicon()
        for language, text in texts
    ]
    known = {row.text for row in words}
    return [row for row in _sentences(seed) if not (row.validation and row.text in known)] + words


def _sentences(seed: int) -> Iterator[Row]:
    for language in LANGUAGES:
        choice = random.Random(f"{language}/{seed}")
        trained: set[str] = set()
        aside: dict[str, int] = {}
        for label, name in enumerate(LABELS):
            for template in templates(language)[name]:
                held_out = is_held_out(template)
                drawn = [expand(language, template, choice) for _ in range(HELD_OUT_DRAWS if held_out else DRAWS)]
                if held_out:
                    aside |= dict.fromkeys(drawn, label)
                    continue
                trained.update(drawn)
                for text in dict.fromkeys(drawn):
                    yield Row(f"{language}_hotline", language, text, label, False)
        for text, label in aside.items():
            if text not in trained:
                yield Row(f"{language}_hotline", language, text, label, True)


def lexicon() -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
    """A label and the same word in each language."""
    for line in (TEXT / "lexicon.tsv").read_text(encoding="utf-8").splitlines():
        name, *texts = line.split("\t")
        yield LABELS.index(name), tuple(zip(LANGUAGES, texts, strict=True))
