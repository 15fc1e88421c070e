"""A language is one YAML file beside this one: phrase rules with their examples, backchannels, and every sentence
that the program says. `load` reads a pack, `say` turns a `Message` into a sentence of the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qc.document import Document, parse, problems
from qc.errors import LanguageError
from qc.language.rule import STRICT, AtLeast, Event, Examples, Near, Positive, Rule, expression, names_of
from qc.result import Message
from qc.site import NOWHERE, Site

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, config=STRICT)
class LanguagePack:
    """Everything the program knows of a language. ``unit`` of speech: ``character`` (zh) or ``word``;
    ``rate_limit`` in units per minute of voice activity; ``version`` names the file's content, and the site's."""

    code: str
    name: str
    unit: Literal["character", "word"]
    rate_limit: Positive
    rate_limit_source: str
    backchannels: frozenset[str]
    fillers: frozenset[str]
    rules: tuple[Rule, ...]
    messages: Mapping[str, str]
    version: str = ""

    def of_site(self, site: Site) -> LanguagePack:
        """The pack with the site's names in its rules."""
        version = "+".join(filter(None, (self.version, site.version)))
        return replace(self, rules=tuple(rule.of_site(site) for rule in self.rules), version=version)

    def rule(self, name: str) -> Rule:
        """The rule of an id. Raises LanguageError when the pack has none."""
        for rule in self.rules:
            if rule.id == name:
                return rule
        raise LanguageError(f"language pack {self.code}: no rule {name!r}")

    def group(self, name: str) -> tuple[Rule, ...]:
        """The rules named ``name`` or ``name.…``. Raises LanguageError when the pack has none."""
        found = _group(self.rules, name)
        if not found:
            raise LanguageError(f"language pack {self.code}: no rule {name!r}")
        return found


_PACK = TypeAdapter(LanguagePack)


def installed() -> tuple[str, ...]:
    """Codes of the packs that are there, Chinese first (the first home), the rest by name."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.yaml")), key=lambda code: (code != "zh", code)))


@lru_cache(maxsize=16)
def load(code: str, site: Site = NOWHERE) -> LanguagePack:
    """The language pack of an ISO 639-1 code with a site's names in its rules, read once.

    Raises LanguageError: not installed, or wrong and where.
    """
    if code not in installed():
        raise LanguageError(f"no language pack {code!r}; installed: {', '.join(installed())}")
    return read(FOLDER / f"{code}.yaml").of_site(site)


def read(path: Path) -> LanguagePack:
    """Read and validate a pack's file, names of the site still in braces. Raises LanguageError: the file, the place."""
    _, pack, problems = examine(path)
    if pack is None or problems:
        raise LanguageError(problems[0])
    return pack


def examine(path: Path) -> tuple[Document, LanguagePack | None, list[str]]:
    """A pack's file, its pack (None where the form is wrong), and all mistakes, each with file, line and rule.

    Raises LanguageError where the file cannot be read as a mapping at all.
    """
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise LanguageError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from None
    document = parse(text, str(path), LanguageError, "a language pack is a mapping with code, name, rules, messages")
    version = f"{document.data.get('code', path.stem)}-{hashlib.sha256(content).hexdigest()[:12]}"
    try:
        pack = _PACK.validate_python({**document.data, "version": version})
    except ValidationError as error:
        return document, None, [document.mistake(*mistake) for mistake in problems(error)]
    return document, pack, [document.mistake(("rules", index), problem) for index, problem in _mistakes(pack)]


def _mistakes(pack: LanguagePack) -> Iterator[tuple[int, str]]:
    """What the schema cannot say: the number of the rule, and what is wrong with it."""
    names = [rule.id for rule in pack.rules]
    for index, rule in enumerate(pack.rules):
        if rule.id in names[:index]:
            yield index, f"rule {rule.id} is there twice"
        for name in rule.neighbours:
            if not _group(pack.rules, name):
                yield index, f"there is no rule {name}"
        if rule.id in _reached(pack.rules, rule):
            yield index, "its time hangs on itself"
        if rule.severity and not rule.id.startswith("forbidden."):
            yield index, "only forbidden.… rules have a severity"


def _reached(rules: Sequence[Rule], rule: Rule) -> set[str]:
    """Ids of the rules that must be known before this one."""
    reached: set[str] = set()
    waiting = list(rule.neighbours)
    while waiting:
        for other in _group(rules, waiting.pop()):
            if other.id not in reached:
                reached.add(other.id)
                waiting += other.neighbours
    return reached


def _group(rules: Iterable[Rule], name: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.id == name or rule.id.startswith(name + "."))


class _Sentence(Formatter):
    """A sentence with a missing value is still a sentence: the gap shows as a dash."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "–")

    def format_field(self, value: Any, format_spec: str) -> str:
        try:
            return str(super().format_field(value, format_spec))
        except ValueError:  # a text where the sentence expects a number
            return str(value)


def say(message: Message, language: str) -> str:
    """The message as a sentence.

    A text value that is itself a term of the catalogue is translated: ``{role}`` = ``agent`` becomes the sentence of
    ``role.agent``, ``{rule}`` = ``risk.legal.court`` that of ``rule.risk.legal`` where it has none of its own. A key
    that the pack does not know (a result of another version) is shown as it is, with its values.
    Raises LanguageError when there is no such language.
    """
    messages = load(language).messages
    template = messages.get(message.key)
    if template is None:
        return " ".join((message.key, *(f"{name}={value}" for name, value in message.values.items())))
    values = {
        name: _term(messages, name, value) if isinstance(value, str) else value
        for name, value in message.values.items()
    }
    return _Sentence().vformat(template, (), values)


def _term(messages: Mapping[str, str], name: str, value: str) -> str:
    """The catalogue's word for a value, or for the nearest part of it before a dot; the value itself without one."""
    part = value
    while part:
        if term := messages.get(f"{name}.{part}"):
            return term
        part = part.rpartition(".")[0]
    return value


def item_title(item: str, language: str) -> str:
    """An item's title; an item that a site added itself keeps its own name."""
    return load(language).messages.get(f"item.{item}", item.replace("_", " "))


def placeholders(template: str) -> Iterator[str]:
    """The names in a sentence's braces, in order."""
    return (name for _, name, _, _ in Formatter().parse(template) if name)


__all__ = [
    "AtLeast",
    "Event",
    "Examples",
    "LanguagePack",
    "Near",
    "Rule",
    "examine",
    "expression",
    "installed",
    "item_title",
    "load",
    "names_of",
    "placeholders",
    "read",
    "say",
]
