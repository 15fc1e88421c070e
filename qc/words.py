"""Our own sentences in zh, en and es, for whatever shows something to people: the morning report, alerts, and below the
pages of the dashboard. Explanations of results come from `qc.language.say` instead."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from qc.language import load

FOLDER = Path(__file__).with_name("catalogue")
LANGUAGES = {"zh": "中文", "en": "English", "es": "Español"}
"""Code and own name of each interface language."""


class Words:
    """Sentences of one language: ``words("overview.title")``; placeholders are filled by keyword. `own`: a folder of
    catalogues whose sentences come before the shared ones.

    Raises KeyError for a key or a placeholder that is missing: both are mistakes of ours, found by the tests.
    """

    def __init__(self, language: str, own: Path | None = None) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._sentences = {**catalogue(FOLDER, self.language), **(catalogue(own, self.language) if own else {})}

    def __call__(self, key: str, **values: object) -> str:
        return self._sentences[key].format(**values)

    def __contains__(self, key: object) -> bool:
        return key in self._sentences

    def item(self, name: str) -> str:
        """An item's title; an item that a site added itself keeps its own name."""
        return self.term("item", name)

    def heading(self, kind: str, name: str) -> str:
        """A term as it stands alone: with a capital."""
        term = self.term(kind, name)
        return term[:1].upper() + term[1:]

    def quantity(self, value: float, unit: str) -> str:
        """A measured value with its unit; two digits where it is small."""
        if unit == "share":
            return percent(value)
        short = number(value, 2 if abs(value) < 10 else 1)
        return f"{short} {self.term('unit', unit)}" if unit else short

    def term(self, kind: str, name: str | None) -> str:
        """A word for a code such as a role, a failure's code or a unit, from here or from the language pack; an unknown
        code stays as it is."""
        if not name:
            return self("none")
        key = f"{kind}.{name}"
        return self._sentences.get(key) or load(self.language).messages.get(key) or name.replace("_", " ")


@cache
def catalogue(folder: Path, language: str) -> Mapping[str, str]:
    """Key -> sentence, of all files in the language's folder; nested mappings are joined by dots. Raises ValueError for
    a key that is in two files."""
    found: dict[str, str] = {}
    for file in sorted((folder / language).glob("*.yaml")):
        for key, sentence in _flat("", yaml.safe_load(file.read_text("utf-8"))):
            if key in found:
                raise ValueError(f"{file}: {key} is in another file, too")
            found[key] = sentence
    return found


def _flat(prefix: str, node: Mapping[str, object]) -> list[tuple[str, str]]:
    sentences: list[tuple[str, str]] = []
    for key, value in node.items():
        if isinstance(value, Mapping):
            sentences += _flat(f"{prefix}{key}.", value)
        else:
            sentences.append((f"{prefix}{key}", str(value)))
    return sentences


def clock(seconds: float) -> str:
    """``1:05``, from the start of the recording; ``1:02:03`` from an hour on."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def number(value: float | None, digits: int = 1) -> str:
    """A measured value without needless zeros; a dash for None."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"


def percent(share: float | None) -> str:
    """A share 0..1 as whole percent; a dash for None."""
    return "–" if share is None else f"{100 * share:.0f} %"
