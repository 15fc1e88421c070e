"""A language is one YAML file beside this one: phrase rules with their examples, backchannels, and every sentence
that the program says. `load` reads a pack, `say` turns a `Message` into a sentence of the reader's language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qc.call import Role
from qc.errors import LanguageError
from qc.result import Message

FOLDER = Path(__file__).resolve().parent

STRICT = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

Some = Annotated[tuple[str, ...], Field(min_length=1)]
Positive = Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Examples:
    """Sentences that a rule must hit, and sentences that it must leave alone; both are run as tests."""

    match: Some
    no_match: Some


@dataclass(frozen=True, slots=True, config=STRICT)
class Rule:
    """A phrase rule.

    A pattern is plain text, or a regular expression between slashes; both are compared with normalised text (see
    `qc.phrases.normalise`). A hit counts unless a pattern of ``not`` (here `exclude`) hits the same words.
    ``similarity`` (0..100) is how alike the words must be to a plain pattern where they are not the same; 100 = exact.
    """

    id: str
    any: Some
    examples: Examples
    role: Role = Role.AGENT
    exclude: tuple[str, ...] = Field(default=(), alias="not")
    similarity: Annotated[float, Field(ge=60.0, le=100.0)] = 85.0


@dataclass(frozen=True, slots=True, config=STRICT)
class LanguagePack:
    """Everything the program knows of a language. ``unit`` of speech: ``character`` (zh) or ``word``;
    ``rate_limit`` in units per minute of voice activity; ``version`` names the file's content."""

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

    def rule(self, name: str) -> Rule:
        """The rule of an id. Raises LanguageError when the pack has none."""
        for rule in self.rules:
            if rule.id == name:
                return rule
        raise LanguageError(f"language pack {self.code}: no rule {name!r}")

    def group(self, name: str) -> tuple[Rule, ...]:
        """The rules named ``name`` or ``name.…``. Raises LanguageError when the pack has none."""
        found = tuple(rule for rule in self.rules if rule.id == name or rule.id.startswith(name + "."))
        if not found:
            raise LanguageError(f"language pack {self.code}: no rule {name!r}")
        return found


_PACK = TypeAdapter(LanguagePack)


def installed() -> tuple[str, ...]:
    """Codes of the packs that are there, Chinese first (the first home), the rest by name."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.yaml")), key=lambda code: (code != "zh", code)))


@lru_cache(maxsize=16)
def load(code: str) -> LanguagePack:
    """The language pack of an ISO 639-1 code, read once. Raises LanguageError: not installed, or wrong and where."""
    if code not in installed():
        raise LanguageError(f"no language pack {code!r}; installed: {', '.join(installed())}")
    return read(FOLDER / f"{code}.yaml")


def read(path: Path) -> LanguagePack:
    """Read and validate a pack's file. Raises LanguageError naming the file and the place."""
    try:
        content = path.read_bytes()
        data = yaml.safe_load(content)
    except OSError as error:
        raise LanguageError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise LanguageError(f"{where}: not YAML: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(data, dict):
        raise LanguageError(f"{path}: a language pack is a mapping")
    data["version"] = f"{data.get('code', path.stem)}-{hashlib.sha256(content).hexdigest()[:12]}"
    try:
        pack = _PACK.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise LanguageError(f"{path}: {_place(first['loc'], data)}: {first['msg']}") from None
    names = [rule.id for rule in pack.rules]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise LanguageError(f"{path}: rule {twice!r} is there twice")
    for rule in pack.rules:
        for pattern in (*rule.any, *rule.exclude):
            try:
                re.compile(pattern.strip("/") if pattern.startswith("/") else "")
            except re.error as error:
                raise LanguageError(f"{path}: rule {rule.id!r}: {pattern}: {error}") from None
    return pack


def _place(loc: tuple[int | str, ...], data: dict[str, object]) -> str:
    """``rules.3.any`` as ``rule 'greeting': any``."""
    rules = data.get("rules")
    if len(loc) >= 2 and loc[0] == "rules" and isinstance(loc[1], int) and isinstance(rules, list):
        rule = rules[loc[1]]
        name = rule.get("id", loc[1]) if isinstance(rule, dict) else loc[1]
        return f"rule {name!r}: " + ".".join(map(str, loc[2:]))
    return ".".join(map(str, loc))


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
    ``role.agent``. A key that the pack does not know (a result of another version) is shown as it is, with its values.
    Raises LanguageError when there is no such language.
    """
    messages = load(language).messages
    template = messages.get(message.key)
    if template is None:
        return " ".join((message.key, *(f"{name}={value}" for name, value in message.values.items())))
    values = {
        name: messages.get(f"{name}.{value}", value) if isinstance(value, str) else value
        for name, value in message.values.items()
    }
    return _Sentence().vformat(template, (), values)


def placeholders(template: str) -> Iterator[str]:
    """The names in a sentence's braces, in order."""
    return (name for _, name, _, _ in Formatter().parse(template) if name)


__all__ = ["Examples", "LanguagePack", "Rule", "installed", "load", "placeholders", "read", "say"]
