"""YAML that people write: read safely, with the line of every part, so that a mistake can be named where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from qc.errors import QcError

DEEPEST = 40
"""Lists and mappings in one another; a scorecard's rules need a dozen."""
SHOWN = 10
"""Mistakes that one message names; the rest is counted."""
Place = Sequence[str | int]
"""Keys and indexes from the root: ``("sections", 0, "items", 2, "weight")``."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built


def text_of(path: Path, error: type[QcError]) -> str:
    """What a file that people write says. Raises `error` when it cannot be read, or is not UTF-8 text."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "not UTF-8 text"
        raise error(f"{path}: cannot be read ({reason})") from None


@dataclass(frozen=True, slots=True)
class Document:
    """A mapping with its source's name. ``root`` keeps the lines."""

    source: str
    root: yaml.MappingNode
    data: dict[str, Any]

    def line(self, place: Place) -> int:
        """The line (1 is the first) of the part at `place`, or of the nearest part around it that is there."""
        line = 1
        node: yaml.Node | None = self.root
        for step in place:
            node, at = _child(node, step)
            line = at or line
        return line

    def owner(self, place: Place) -> str:
        """The listed part around a place, by its id: ``item opening`` for ``("sections", 0, "items", 2)``; or empty."""
        owner = ""
        node: yaml.Node | None = self.root
        for depth, step in enumerate(place):
            node, _ = _child(node, step)
            if isinstance(step, int) and isinstance(node, yaml.MappingNode) and (name := _child(node, "id")[0]):
                owner = f"{str(place[depth - 1]).removesuffix('s')} {name.value}"
        return owner

    def mistake(self, place: Place, problem: str) -> str:
        """``cards/own.yaml, line 12, item opening: problem``."""
        return f"{self.source}, {self._located(place, problem)}"

    def mistakes(self, found: Iterable[tuple[Place, str]]) -> str:
        """All of them by line in one sentence: ``cards/own.yaml, line 12, item opening: problem; line 14: problem``."""
        told = self.each(found)
        more = [f"and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
        return f"{self.source}, {'; '.join([*told[:SHOWN], *more])}"

    def each(self, found: Iterable[tuple[Place, str]]) -> list[str]:
        """Each once, by line: ``line 12, item opening: problem``."""
        ordered = sorted(found, key=lambda one: self.line(one[0]))
        return list(dict.fromkeys(self._located(*one) for one in ordered))

    def _located(self, place: Place, problem: str) -> str:
        owner = self.owner(place)
        return f"line {self.line(place)}{owner and ', ' + owner}: {problem}"


def parse(text: str, source: str, error: type[QcError], wanted: str) -> Document:
    """A document from YAML text; `source` is its name in messages, `wanted` says what it must be.

    Raises `error` for text that is not YAML or no mapping, for aliases, for a key given twice, and too deep a nesting.
    """
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):  # they can refer to themselves, or multiply
                raise error(f"{source}, line {line}: write {event.anchor} out, aliases are not read")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:  # the parser's own recursion would end the process
                raise error(f"{source}, line {line}: lists and mappings in one another, over {DEEPEST} deep")
        root = yaml.compose(text, Loader=_LOADER)
        data = yaml.load(text, _LOADER)  # noqa: S506 (both are safe)
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise error(f"{source}, line {line}: not YAML: {broken.problem or broken.context}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as broken:
        raise error(f"{source}: not YAML: {str(broken).splitlines()[0]}") from None
    if not isinstance(root, yaml.MappingNode) or not isinstance(data, dict):
        raise error(f"{source}, line 1: {wanted}")
    for at, key in _duplicate_keys(root):
        raise error(f"{source}, line {at}: {key} is given twice")
    return Document(source, root, data)


def problems(error: ValidationError) -> list[tuple[Place, str]]:
    """All mistakes that pydantic found, in our words; one around another is only its consequence and left out."""
    found = error.errors()
    places = [one["loc"] for one in found]
    return [
        (one["loc"], sentence(one["type"], one["loc"], one["msg"]))
        for one in found
        if not any(len(other) > len(one["loc"]) and other[: len(one["loc"])] == one["loc"] for other in places)
    ]


def sentence(kind: str, place: Place, message: str) -> str:
    """A mistake that pydantic found, in our words."""
    field = str(place[-1]) if place and isinstance(place[-1], str) else ""
    if kind == "missing":
        return f"{field} is missing"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"unknown field {field}"
    return f"{field}{field and ': '}{message.removeprefix('Value error, ')}"


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, int]:
    """The node at `step` and its line; None and 0 when there is none."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None, 0


def _duplicate_keys(node: yaml.Node) -> Iterator[tuple[int, str]]:
    """YAML itself lets the last one win in silence."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _duplicate_keys(child)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key.value, str) and key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(str(key.value))
            yield from _duplicate_keys(value)
