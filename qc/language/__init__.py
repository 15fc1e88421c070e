"""A language is one YAML file beside this one: phrase rules with their examples, backchannels, and every sentence
that the program says. `load` reads a pack, `say` turns a `Message` into a sentence of the reader's language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qc.call import Role
from qc.document import Document, parse, problems
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


Event = Literal["hold", "silence", "complaint"]
"""What a rule's time may hang on, beside another rule: a hold, a silence of 3 s or more, a customer's complaint."""
_SPOKEN = (None, "complaint")


@dataclass(frozen=True, slots=True, config=STRICT)
class Near:
    """At most ``seconds`` from a hit of another rule (or group of rules), or from a measured event."""

    seconds: Positive
    rule: str = ""
    event: Event | None = None

    def __post_init__(self) -> None:
        if bool(self.rule) == bool(self.event):
            raise ValueError("name one of rule and event")


@dataclass(frozen=True, slots=True, config=STRICT)
class AtLeast:
    """At least ``count`` different patterns of ``of``."""

    count: Annotated[int, Field(ge=1)]
    of: Some

    def __post_init__(self) -> None:
        if self.count > len(self.of):
            raise ValueError(f"count is {self.count}, but there are only {len(self.of)} patterns")


@dataclass(frozen=True, slots=True, config=STRICT)
class Rule:
    """A phrase rule: what is said, by whom, and when.

    A pattern is plain text, or a regular expression between slashes; both are compared with normalised text (see
    `qc.phrases.normalise`). ``similarity`` (0..100) is how alike the words must be to a plain pattern where they are
    not the same; 100 = exact.

    *What*: one of ``any``, every one of ``all``, and ``at_least`` so many, in what one party says without a pause of
    1 s; nothing when a pattern of ``none`` is in it too. A hit counts unless a pattern of ``not`` (here `exclude`) hits
    the same words. *When*: in the ``first`` or ``last`` seconds of the role's speech; ``after``, ``before`` or
    ``within`` so many seconds of another rule's hit or of an event. *How often*: fewer hits than ``count`` are none.
    """

    id: str
    examples: Examples
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    at_least: AtLeast | None = None
    role: Role = Role.AGENT
    exclude: tuple[str, ...] = Field(default=(), alias="not")
    similarity: Annotated[float, Field(ge=60.0, le=100.0)] = 85.0
    first: Positive | None = None
    last: Positive | None = None
    after: Near | None = None
    before: Near | None = None
    within: Near | None = None
    count: Annotated[int, Field(ge=1)] = 1

    def __post_init__(self) -> None:
        if not self.wanted:
            raise ValueError("needs any, all or at_least")
        if wrong := [problem for pattern in self.patterns if (problem := _uncompilable(pattern))]:
            raise ValueError("; ".join(wrong))

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every pattern that may be part of a hit."""
        return (*self.any, *self.all, *(self.at_least.of if self.at_least else ()))

    @property
    def patterns(self) -> tuple[str, ...]:
        """Every pattern, those that speak against a hit included."""
        return (*self.wanted, *self.none, *self.exclude)

    @property
    def neighbours(self) -> tuple[str, ...]:
        """The rules (or groups) whose hits its time hangs on."""
        near = (one for one in (self.after, self.before, self.within) if one)
        return tuple("complaint" if one.event == "complaint" else one.rule for one in near if one.event in _SPOKEN)

    @property
    def timed(self) -> bool:
        """Whether it needs more than the words: a window, a neighbour or a number."""
        return self.count > 1 or any((self.first, self.last, self.after, self.before, self.within))


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
        found = _group(self.rules, name)
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


def expression(pattern: str) -> str | None:
    """The regular expression of a pattern between slashes; None for plain text."""
    return pattern[1:-1] if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/") else None


def _uncompilable(pattern: str) -> str:
    """Why a pattern's expression cannot be compiled, empty when it can."""
    try:
        re.compile(expression(pattern) or "")
    except re.error as error:
        return f"{pattern} is no regular expression: {error}"
    return ""


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
    "placeholders",
    "read",
    "say",
]
