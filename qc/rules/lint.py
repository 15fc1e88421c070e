"""Mistakes in rules that a schema cannot see: what can never be said, never be found, or never end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

# The parser of the standard library: what it reads is exactly what `re` runs.
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from qc.document import Document
from qc.language import LanguagePack, Rule, examine, expression, names_of
from qc.phrases import CUE_RULES, matches, normalise
from qc.site import NOWHERE

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
_ESCAPE = re.compile(r"\\.")


def lint(path: Path) -> list[str]:
    """All mistakes in a language pack's file, each with file, line and rule; empty where there is none.

    Raises LanguageError where the file cannot be read as a mapping at all.
    """
    document, pack, problems = examine(path)
    if pack is None or problems:
        return problems
    return [problem for index, rule in enumerate(pack.rules) for problem in _problems(document, index, rule, pack)]


def _problems(document: Document, index: int, rule: Rule, pack: LanguagePack) -> Iterator[str]:
    for place, problem in mistakes(rule, pack.code):
        yield document.mistake(("rules", index, *place), problem)
    if rule.timed and rule.id in CUE_RULES:
        yield document.mistake(("rules", index), "silences and holds are measured by this rule: it can have no times")


def mistakes(rule: Rule, language: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where in a rule something is wrong, and what; the rule's form is right and its expressions compile.

    Names of the site are looked at in the site file; a rule's examples must do without them.
    """
    alone = rule.of_site(NOWHERE)
    for field, patterns in _fields(rule):
        wanted = field[0] not in ("none", "not")
        for number, pattern in enumerate(patterns):
            if names_of(pattern):
                continue
            if problem := _pattern(pattern, language):
                yield (*field, number), f"{pattern} {problem}"
            elif wanted and expression(pattern) is None and not _possible(pattern, alone, language):
                yield (*field, number), f"{pattern} can never hit: not or none speaks against it"
    if rule.after and rule.before and replace(rule.after, seconds=1.0) == replace(rule.before, seconds=1.0):
        yield ("before",), "cannot be both after and before the same; write within"
    for number, text in enumerate(rule.examples.match):
        if not matches(alone, normalise(text, language), language):
            yield ("examples", "match", number), f"the rule does not find its example {text!r}"
    for number, text in enumerate(rule.examples.no_match):
        if found := matches(alone, normalise(text, language), language):
            yield ("examples", "no_match", number), f"the rule finds {text!r}, by {found[0].pattern}"


def _fields(rule: Rule) -> tuple[tuple[tuple[str, ...], Sequence[str]], ...]:
    """The rule's lists of patterns with their places."""
    some = rule.at_least.of if rule.at_least else ()
    plain = (("any", rule.any), ("all", rule.all), ("none", rule.none), ("not", rule.exclude))
    return *(((name,), patterns) for name, patterns in plain), (("at_least", "of"), some)


def _possible(pattern: str, rule: Rule, language: str) -> bool:
    alone = replace(rule, any=(pattern,), all=(), at_least=None)
    return bool(matches(alone, normalise(pattern, language), language))


def _pattern(pattern: str, language: str) -> str:
    """What is wrong with a pattern by itself, empty when nothing is."""
    written = expression(pattern)
    if written is None:
        return "" if normalise(pattern, language) else "has no letter or digit, and is never found"
    bare = _ESCAPE.sub("", written)
    if bare != bare.lower():
        return "has capitals, but texts are compared in lower case"
    if marks := sorted(set("'’，。？！、；：") & set(bare)):
        return f"has {' '.join(marks)}, but texts are compared without punctuation"
    if _unbounded(_parser.parse(written)):
        return "can backtrack without bound: repeat a group a stated number of times, as in {0,5}"
    return ""


def _unbounded(parsed: Any) -> bool:
    """Whether something that can be read in several ways is repeated without a limit, which can take exponential time.

    A single character or class repeated is read in one way; what has a repeat or a choice inside is not.
    """
    return any(_runs_away(code, argument) for code, argument in parsed)


def _runs_away(code: Any, argument: Any) -> bool:
    if code in _REPEATS:
        _, most, body = argument
        return bool(most == codes.MAXREPEAT and _varies(body)) or _unbounded(body)
    return any(_unbounded(part) for part in _parts(code, argument))


def _varies(parsed: Any) -> bool:
    """Whether a part of an expression can match in more than one way."""
    for code, argument in parsed:
        if code is codes.BRANCH or (code in _REPEATS and argument[0] != argument[1]):
            return True
        inner = [argument[2]] if code in _REPEATS else _parts(code, argument)
        if any(_varies(part) for part in inner):
            return True
    return False


def _parts(code: Any, argument: Any) -> list[Any]:
    """The expressions inside a part that is no repeat."""
    if code is codes.BRANCH:
        return list(argument[1])
    if code is codes.SUBPATTERN:
        return [argument[3]]
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [argument[1]]
    if code is codes.ATOMIC_GROUP:
        return [argument]
    return []
