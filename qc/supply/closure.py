"""The installed distributions that `qc` needs, directly or by another one, as their own metadata say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from qc.config import ROOT
from qc.errors import UsageError

PROJECT = ROOT / "pyproject.toml"
"""There when the program runs from its own folder; nearer to the truth than the metadata of an old install."""


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution: its normal name, its version, and the normal names of what it needs here."""

    name: str
    version: str
    needs: tuple[str, ...]


def roots(extras: Iterable[str] = (), project: Path = PROJECT) -> tuple[Requirement, ...]:
    """What `qc` itself asks for, with those optional groups. Raises UsageError for an unknown group."""
    groups = _groups(project)
    wanted = ["", *extras]
    for extra in wanted:
        if extra not in groups:
            raise UsageError(f"there is no extra {extra}: choose {', '.join(sorted(filter(None, groups)))}")
    return tuple(requirement for extra in wanted for requirement in groups[extra])


def _groups(project: Path) -> Mapping[str, list[Requirement]]:
    if project.is_file():
        table = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
        groups = {"": table["dependencies"], **table.get("optional-dependencies", {})}
        return {extra: [Requirement(one) for one in lines] for extra, lines in groups.items()}
    found: dict[str, list[Requirement]] = {
        "": [],
        **{extra: [] for extra in metadata.metadata("qc").get_all("Provides-Extra", [])},
    }
    for requirement in map(Requirement, metadata.requires("qc") or []):
        for extra, group in found.items():
            plain = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if _wanted(requirement, extra) and (not extra or not plain):
                group.append(requirement)
    return found


def closure(extras: Iterable[str] = (), project: Path = PROJECT) -> tuple[Package, ...]:
    """All installed distributions that are needed here, sorted by name. Raises UsageError when one is missing."""
    asked: dict[str, set[str]] = {}
    needs: dict[str, set[str]] = {}
    waiting = list(roots(extras, project))
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        new = ({""} | requirement.extras) - asked.get(name, set())
        asked.setdefault(name, set()).update(new)
        for line in _distribution(requirement.name).requires or []:
            needed = Requirement(line)
            if any(_wanted(needed, extra) for extra in new):
                needs.setdefault(name, set()).add(canonicalize_name(needed.name))
                waiting.append(needed)
    return tuple(
        Package(name, _distribution(name).version, tuple(sorted(needs.get(name, ())))) for name in sorted(asked)
    )


def _wanted(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _distribution(name: str) -> metadata.Distribution:
    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise UsageError(f"package {name} is needed and not installed: install qc again") from None
