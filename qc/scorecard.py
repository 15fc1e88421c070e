"""YAML -> Scorecard. All mistakes are named at once, with file, line and item.

A card is one file: what is asked of a call, how much each answer counts, and when a call may be scored at all. The
keyword-only signature of a check is the schema of an item's ``options``, so a new check needs no change here.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from qc.call import Role
from qc.checks import CHECKS
from qc.checks import options as options_of
from qc.document import Document, Place, problems, text_of
from qc.document import parse as read_document
from qc.errors import ScorecardError
from qc.language import Rule, installed
from qc.language import load as load_pack
from qc.result import ItemKind, Message
from qc.rules.lint import mistakes

FOLDER = Path(__file__).with_name("scorecards")
"""The cards that come with the package."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Part):
    """One question to a call. ``id`` is the same in the cards of all languages; ``check`` defaults to it.

    ``weight``: scored, the points it can earn of the card's sum; bonus, the percent points added when fulfilled;
    critical, only its place among the coaching points; advice, none.
    """

    id: Name
    check: Name = ""
    kind: ItemKind = ItemKind.SCORED
    weight: Amount = 0.0
    title: str = ""
    options: Mapping[str, Any] = Field(default_factory=dict)
    demoted: Message | None = None
    """Set by `qc.demotion` alone."""

    def model_post_init(self, context: Any, /) -> None:
        if not self.check:
            object.__setattr__(self, "check", self.id)


class Section(_Part):
    """Items that belong together on the screen."""

    id: Name
    title: str = ""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class Eligibility(_Part):
    """When a call may be scored. Seconds, and probabilities 0..1; the defaults ask nothing."""

    min_duration: Amount = 0.0
    min_speech: Mapping[Role, Amount] = Field(default_factory=dict)
    min_recognition_probability: Share = 0.0
    min_role_probability: Share = 0.0


class Scorecard(_Part):
    """``pass_mark`` in percent. ``source`` is where it was read."""

    id: Name
    version: Annotated[int, Field(strict=True, ge=1)]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
    title: str = ""
    pass_mark: Annotated[float, Field(strict=True, ge=0, le=100)]
    eligibility: Eligibility = Field(default_factory=Eligibility)
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    source: Annotated[str, Field(exclude=True)] = ""

    @property
    def items(self) -> tuple[tuple[Section, Item], ...]:
        """All items in the card's order, with their sections."""
        return tuple((section, item) for section in self.sections for item in section.items)

    @property
    def label(self) -> str:
        """For people: name and version."""
        return f"{self.id} {self.version}"

    @property
    def fingerprint(self) -> str:
        """Hex sha256 of the content; comments, layout and place do not matter."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def names() -> tuple[str, ...]:
    """The cards that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load(name_or_path: str | Path) -> Scorecard:
    """The card of that name (``utility_zh``) or in that file. Raises ScorecardError, naming file, line and item."""
    path = Path(name_or_path)
    if str(name_or_path) in names():
        path = FOLDER / f"{name_or_path}.yaml"
    if not path.exists():
        raise ScorecardError(f"no scorecard {name_or_path}: give a file, or one of {', '.join(names())}")
    text = text_of(path, ScorecardError)
    return parse(text, str(path))


@lru_cache(maxsize=16)
def for_language(language: str) -> Scorecard:
    """The card of the package for a language. Raises ScorecardError when there is none."""
    for name in names():
        if (card := load(name)).language == language:
            return card
    raise ScorecardError(f"no scorecard for language {language}: give one with --scorecard")


def parse(text: str, source: str) -> Scorecard:
    """A card from YAML text; `source` is its name in messages. Raises ScorecardError."""
    document, card, found = _examined(text, source)
    if card is None or found:
        raise ScorecardError(document.mistakes(found))
    return card


def examine(text: str, source: str) -> tuple[Scorecard | None, tuple[str, ...]]:
    """The card, None where it is wrong, and every mistake with its line: ``line 12, item opening: problem``."""
    try:
        document, card, found = _examined(text, source)
    except ScorecardError as error:  # no YAML, or no mapping
        return None, (error.message.removeprefix(source).lstrip(",: "),)
    return None if found else card, tuple(document.each(found))


def _examined(text: str, source: str) -> tuple[Document, Scorecard | None, list[tuple[Place, str]]]:
    wanted = "a scorecard is a mapping with id, version, language, pass_mark and sections"
    document = read_document(text, source, ScorecardError, wanted)
    try:
        card = Scorecard.model_validate({**document.data, "source": source})
    except ValidationError as error:
        return document, None, problems(error)
    return document, card, list(_mistakes(card))


def _mistakes(card: Scorecard) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What the schema cannot say: names, weights and options."""
    seen: set[str] = set()
    for s, section in enumerate(card.sections):
        for i, item in enumerate(section.items):
            place = ("sections", s, "items", i)
            if item.id in seen:
                yield (*place, "id"), "this item is already on the card"
            seen.add(item.id)
            if item.demoted is not None:
                yield (*place, "demoted"), "the setting demoted says this, not the card; or write kind: advice"
            if item.check not in CHECKS:
                field = "check" if item.check != item.id else "id"
                yield (*place, field), f"no check {item.check}{_near(item.check, CHECKS)}"
                continue
            if item.kind in (ItemKind.SCORED, ItemKind.BONUS) and item.weight == 0:
                yield (*place, "weight"), f"a {item.kind} item needs a weight above 0"
            if item.kind is ItemKind.ADVICE and item.weight:
                yield (*place, "weight"), "advice is never counted: leave its weight out"
            wrong = list(_wrong_options(item))
            for option, problem in wrong or _strange_neighbours(item, card.language):
                yield (*place, "options", *option), problem
    if all(item.kind is not ItemKind.SCORED for _, item in card.items):
        yield ("sections",), "no item is scored, so no call would get a score"


@cache
def _schema(check: str) -> Mapping[str, TypeAdapter[Any]]:
    """The options of a check with their types."""
    types = get_type_hints(CHECKS[check])
    return {name: TypeAdapter(types[name]) for name in options_of(CHECKS[check])}


def arguments(check: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as a check takes them: rules and lists in their own types. They must be right; `parse` sees to that."""
    schema = _schema(check)
    # A YAML number is no text and `yes` is no number; as JSON, a list may still stand for a tuple.
    return {
        name: schema[name].validate_json(json.dumps(value, default=str), strict=True) for name, value in options.items()
    }


def _wrong_options(item: Item) -> Iterator[tuple[tuple[str | int, ...], str]]:
    known = list(_schema(item.check))
    for option, value in item.options.items():
        if option not in known:
            allowed = f"it takes {', '.join(known)}" if known else "it takes none"
            yield (option,), f"check {item.check} has no option {option}{_near(option, known)}; {allowed}"
            continue
        try:
            arguments(item.check, {option: value})
        except ValidationError as error:
            for place, problem in problems(error):
                yield (option, *place), problem if place else f"option {option}: {problem}"


def brings_rules(item: Item) -> bool:
    """Whether the card itself says what words to look for."""
    return any(True for _ in _rules(item))


def _rules(item: Item) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    """The phrase rules among an item's options, with their places."""
    for option, value in arguments(item.check, item.options).items():
        for number, rule in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(rule, Rule):
                yield (option, number), rule


def _strange_neighbours(item: Item, language: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Rules that hang on a rule which the language pack does not have."""
    if language not in installed():
        return
    known = [rule.id for rule in load_pack(language).rules]
    for place, rule in _rules(item):
        for name in rule.neighbours:
            if not any(one == name or one.startswith(f"{name}.") for one in known):
                yield place, f"there is no rule {name} in the language pack{_near(name, known)}"


def lint(path: Path) -> list[str]:
    """All mistakes in the rules that a card brings itself, each with file, line and rule. Raises ScorecardError where
    the card cannot be loaded."""
    text = path.read_text("utf-8")
    card = parse(text, str(path))
    document = read_document(text, str(path), ScorecardError, "")
    found = []
    for s, section in enumerate(card.sections):
        for i, item in enumerate(section.items):
            for place, rule in _rules(item):
                at = ("sections", s, "items", i, "options", *place)
                found += [document.mistake((*at, *part), problem) for part, problem in mistakes(rule, card.language)]
    return found


def _near(name: str, known: Mapping[str, Any] | list[str]) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""
