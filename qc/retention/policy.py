"""A retention policy: YAML -> Policy; every mistake is named with file, line and class."""

from __future__ import annotations

from dataclasses import field, fields
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from qc.document import parse, problems, text_of
from qc.errors import RetentionError

STRICT = ConfigDict(extra="forbid")
Days = Annotated[int, Field(ge=1, le=36500, strict=True)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Terms:
    """Days that each class of data is kept, from the start of the call, or from when a file was written; None: no end.

    ``audio``: decoded copies; ``transcript``: words; ``score``: the whole call; ``export``: clips, packs, tables,
    transcripts, reports and mails.
    """

    audio: Days | None = None
    transcript: Days | None = None
    score: Days | None = None
    export: Days | None = None


def _in_order(terms: Terms) -> Terms:
    """Words that should outlive their call are a mistake: the call goes whole."""
    if terms.transcript is not None and terms.score is not None and terms.transcript > terms.score:
        raise ValueError(
            f"transcript: {terms.transcript} days are more than the {terms.score} of score, when the call goes whole"
        )
    return terms


Ordered = Annotated[Terms, AfterValidator(_in_order)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Policy:
    """``default`` for every call; ``classes``: what customers of a class have instead, data class by data class.

    ``audit``: days of the trail; ``backup``: days of copies that were made beside the database before a migration.
    """

    default: Ordered = Terms()
    classes: dict[str, Ordered] = field(default_factory=dict)
    audit: Days | None = None
    backup: Days | None = None

    def terms(self, customer_class: str | None) -> Terms:
        """The terms of a customer class; what it leaves out is the default's."""
        own = self.classes.get(customer_class or "", self.default)
        values = {one.name: getattr(own, one.name) for one in fields(Terms)}
        return Terms(**{name: getattr(self.default, name) if days is None else days for name, days in values.items()})


_POLICY = TypeAdapter(Policy)


def load(path: Path) -> Policy:
    """Read a policy. Raises RetentionError, naming all mistakes with their lines."""
    policy, mistakes = examine(path)
    if policy is None:
        raise RetentionError("; ".join(mistakes))
    return policy


def examine(path: Path) -> tuple[Policy | None, list[str]]:
    """The policy, None where something is wrong, and all mistakes, each with file, line and class.

    Raises RetentionError where the file cannot be read as a mapping at all.
    """
    wanted = f"a retention policy is a mapping with {', '.join(one.name for one in fields(Policy))}"
    document = parse(text_of(path, RetentionError), str(path), RetentionError, wanted)
    try:
        policy = _POLICY.validate_python(document.data)
    except ValidationError as error:
        return None, [document.mistake(place, problem) for place, problem in problems(error)]
    merged = {name: policy.terms(name) for name in policy.classes}
    crossed = [
        document.mistake(("classes", name), f"{name}: transcript is kept longer than score, when the call goes whole")
        for name, terms in merged.items()
        if terms.transcript and terms.score and terms.transcript > terms.score
    ]
    return (None, crossed) if crossed else (policy, [])
