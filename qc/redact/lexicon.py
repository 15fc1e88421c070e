"""What redaction knows of a language: ``zh.yaml``, ``en.yaml``, ``es.yaml`` beside this file. YAML -> `Lexicon`.

Lists may be written as a text with spaces between the items. Words and patterns are compared with folded text
(`qc.redact.text.fold`): lower case, half width, simplified characters, no accents. Patterns are regular expressions;
``{name}`` in one stands for any of the words listed as ``words: name``, for the piece of an expression ``parts: name``,
or (``{digit}``) for a numeral or a word of ``digits``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qc.document import parse, problems, text_of
from qc.errors import LanguageError
from qc.private import Kind

FOLDER = Path(__file__).resolve().parent
FALLBACK = "en"
"""Whose lexicon reads a language that has none: numerals and Latin addresses are found at least."""
STRICT = ConfigDict(extra="forbid")
_NAME = re.compile(r"\{([a-z_]+)\}")


def _split(value: object) -> object:
    return value.split() if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A list, or a text with its items between spaces."""
Probability = Annotated[float, Field(gt=0, le=1)]


@dataclass(frozen=True, config=STRICT)
class Pattern:
    """``pattern``: a regular expression whose named group (or all of it, without one) is private. ``answer``: counts
    only where the talk is of this kind: the other party has just asked for it, or a cue of it is in the same line.
    ``needs``: only texts with one of these are searched, which is fast."""

    kind: Kind
    pattern: str
    probability: Probability = 0.9
    answer: bool = False
    needs: Listed = ()


@dataclass(frozen=True, config=STRICT)
class Lexicon:
    """The words of a language.

    ``digits``: word -> digits that it stands for; ``letters``: word -> capital letter; ``tens`` and ``times``
    ("double"): word -> number. ``fillers``: what a number may run across; ``corrections``: after which it starts again;
    ``units``: what stands behind an amount, a date, a time (such digits are no private number); ``listening``: what
    the other party says while a number is dictated. ``cues``: kind -> what is said of such a number near it; ``none``:
    of numbers that are nobody's. ``public``: whole numbers (digits, as regular expressions) that everybody may know:
    hotlines. ``ranges``: words between two numbers. ``latin``: what only `qc.redact.latin` reads.
    ``examples``: texts with what is private marked as ``<kind:text>``.
    """

    language: str
    digits: Mapping[str, str]
    fillers: Listed
    corrections: Listed
    cues: Mapping[Kind | Literal["none"], Listed]
    examples: tuple[str, ...]
    units: Listed = ()
    listening: Listed = ()
    letters: Mapping[str, str] = Field(default_factory=dict)
    tens: Mapping[str, int] = Field(default_factory=dict)
    times: Mapping[str, int] = Field(default_factory=dict)
    words: Mapping[str, Listed] = Field(default_factory=dict)
    parts: Mapping[str, str] = Field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    ranges: Listed = ()
    public: Listed = ()
    latin: Mapping[str, Any] = Field(default_factory=dict)

    @cached_property
    def spaced(self) -> bool:
        """Whether words stand between spaces: Chinese ones do not."""
        return self.language != "zh"

    def compiled(self, pattern: str) -> re.Pattern[str]:
        """A pattern with the words that it names."""
        return re.compile(self._filled(pattern))

    def _filled(self, pattern: str) -> str:
        return _NAME.sub(lambda name: self._part(name[1]), pattern)

    def _part(self, name: str) -> str:
        if name == "digit":
            return f"(?:[0-9]|{choice(self.digits)})"
        return choice(self.words[name]) if name in self.words else f"(?:{self._filled(self.parts[name])})"

    def either(self, patterns: Iterable[str]) -> str:
        """One pattern for any of several, between word boundaries where the language has them; not anchored."""
        filled = "|".join(self.compiled(one).pattern for one in patterns) or "(?!)"
        return rf"(?<!\w)(?:{filled})(?!\w)" if self.spaced else f"(?:{filled})"

    @cached_property
    def cue(self) -> re.Pattern[str]:
        """All cues at once; the group that matches is named by the kind."""
        return re.compile("|".join(f"(?P<{kind}>{self.either(patterns)})" for kind, patterns in self.cues.items()))

    @cached_property
    def listened(self) -> re.Pattern[str]:
        """Any of `listening`."""
        return re.compile(self.either(self.listening))

    @cached_property
    def publicly(self) -> re.Pattern[str]:
        """Any of `public`."""
        return re.compile("|".join(self.public) or "(?!)")

    @cached_property
    def recognisers(self) -> tuple[tuple[Pattern, re.Pattern[str]], ...]:
        """The patterns, ready."""
        return tuple((one, self.compiled(one.pattern)) for one in self.patterns)


_LEXICON = TypeAdapter(Lexicon)


def choice(words: Iterable[str]) -> str:
    """Any of the words, the longest first."""
    ordered = sorted(dict.fromkeys(words), key=len, reverse=True)
    single = "".join(re.escape(word) for word in ordered if len(word) == 1)  # a set is much faster
    return f"(?:{'|'.join([re.escape(word) for word in ordered if len(word) > 1] + [f'[{single}]'] * bool(single))})"


@cache
def installed() -> tuple[str, ...]:
    """Languages that have a lexicon."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of an ISO 639-1 code, `FALLBACK`'s where there is none. Raises LanguageError as `read` does."""
    path = FOLDER / f"{language}.yaml"
    return read(path if path.is_file() else FOLDER / f"{FALLBACK}.yaml")


def read(path: Path) -> Lexicon:
    """A lexicon's file. Raises LanguageError, naming file and line, for all mistakes at once."""
    document = parse(
        text_of(path, LanguageError), str(path), LanguageError, "a lexicon is a mapping with digits and cues"
    )
    try:
        return _LEXICON.validate_python(document.data)
    except ValidationError as error:
        raise LanguageError(document.mistakes(problems(error))) from None
