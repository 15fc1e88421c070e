"""A phrase rule as it is written: what is said, by whom, and when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from qc.call import Role
from qc.site import NAMES, Site

STRICT = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

Some = Annotated[tuple[str, ...], Field(min_length=1)]
Positive = Annotated[float, Field(gt=0)]
_OF_SITE = re.compile(r"\{([a-z_]+)\}")


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
    not the same; 100 = exact. ``{units}``, ``{regulators}`` and ``{media}`` in a plain pattern of ``any``, ``none`` and
    ``not`` stand for each such name of the site file (`of_site`).

    *What*: one of ``any``, every one of ``all``, and ``at_least`` so many, in what one party says without a pause of
    1 s; nothing when a pattern of ``none`` is in it too. A hit counts unless a pattern of ``not`` (here `exclude`) hits
    the same words. *When*: in the ``first`` or ``last`` seconds of the role's speech; ``after``, ``before`` or
    ``within`` so many seconds of another rule's hit or of an event. *How often*: fewer hits than ``count`` are none.

    ``severity``, of ``forbidden.…`` rules alone: 3 insults, or dares the customer to complain; 2 refuses rudely; 1
    (default) is impatient.
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
    # Not in the repr, which is what the listening version names of the rules that tell roles.
    severity: Literal[1, 2, 3] | None = Field(default=None, repr=False)

    def __post_init__(self) -> None:
        if all(names_of(pattern) for pattern in self.wanted):
            raise ValueError(f"needs any, all or at_least{' beside names of the site' if self.wanted else ''}")
        every = (*self.all, *(self.at_least.of if self.at_least else ()))
        wrong = [problem for pattern in self.patterns if (problem := _unreadable(pattern))]
        wrong += [f"{one}: names of the site stand in any, none and not" for one in every if names_of(one)]
        if wrong:
            raise ValueError("; ".join(wrong))

    def of_site(self, site: Site) -> Rule:
        """The rule with a pattern for each name of the site; patterns for which it has no name are left out."""
        if not any(map(names_of, self.patterns)):
            return self
        spelled: dict[str, Any] = {name: _spelled(getattr(self, name), site) for name in ("any", "none", "exclude")}
        return replace(self, **spelled)

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


def names_of(pattern: str) -> tuple[str, ...]:
    """The names in a pattern's braces: what it takes from the site file."""
    return tuple(_OF_SITE.findall(pattern))


def _spelled(patterns: Iterable[str], site: Site) -> tuple[str, ...]:
    found = []
    for pattern in patterns:
        spelled = [pattern]
        for name in dict.fromkeys(names_of(pattern)):
            spelled = [one.replace(f"{{{name}}}", value) for one in spelled for value in site.names[name]]
        found += spelled
    return tuple(found)


def expression(pattern: str) -> str | None:
    """The regular expression of a pattern between slashes; None for plain text."""
    return pattern[1:-1] if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/") else None


def _unreadable(pattern: str) -> str:
    """What is wrong with a pattern's expression or with the names in it, empty when nothing is."""
    try:
        re.compile(expression(pattern) or "")
    except re.error as error:
        return f"{pattern} is no regular expression: {error}"
    if any(name not in NAMES or expression(pattern) is not None for name in names_of(pattern)):
        return f"{pattern}: names of the site are {', '.join(NAMES)}, in plain patterns"
    return ""
