"""Under which licences the installed packages are: from their own metadata, in SPDX's names where they can be told.

``licences.yaml`` beside this module holds what metadata do not tell: what loose names mean, what copyleft licences ask
for, and the copyleft libraries inside wheels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any

import yaml

from qc.supply.closure import Package

FILE = Path(__file__).with_name("licences.yaml")
NOT_STATED = "not stated"
NVIDIA = re.compile(r"(nvidia|cuda)-.+")
"""Packages that PyTorch's wheels for a GPU bring along."""
_COPYLEFT = re.compile(r"\b(A?GPL|LGPL|MPL|EPL|EUPL|CDDL|OSL|CeCILL|SSPL)\b|Mozilla|GNU", re.IGNORECASE)
_EXCEPTED = "GCC-exception"


@dataclass(frozen=True, slots=True)
class Licence:
    """A package's licence; `inside` are copyleft libraries in its wheel, with theirs."""

    package: str
    licence: str
    inside: tuple[tuple[str, str], ...]
    note: str

    @property
    def copyleft(self) -> bool:
        """Whether the package itself, or one of its choices, is under a licence that asks for sources."""
        return _COPYLEFT.search(self.licence) is not None


def licences(packages: Iterable[Package]) -> tuple[Licence, ...]:
    """A row a package, in the packages' order."""
    return tuple(
        Licence(one.name, of(one.name), tuple(_inside(one.name)), _known()["notes"].get(one.name, ""))
        for one in packages
    )


def of(name: str) -> str:
    """The licence of an installed package: its expression, else its short field, else its classifiers."""
    known = _known()
    if name in known["packages"]:
        return str(known["packages"][name])
    about = metadata.metadata(name)
    if "License-Expression" in about:
        return about["License-Expression"]
    field = " ".join(about["License"].split()) if "License" in about else ""
    classifiers = [line.split("::")[-1].strip() for line in about.get_all("Classifier", []) if "License" in line]
    names = [field] if 0 < len(field) <= 60 else classifiers
    return " AND ".join(str(known["spdx"].get(one, one)) for one in names) or NOT_STATED


def asks_for_sources(licence: str) -> bool:
    """Of a library inside a wheel: the run-time libraries of GCC ask nothing of programs that were compiled with it."""
    return _COPYLEFT.search(licence) is not None and _EXCEPTED not in licence


def everywhere(rows: Iterable[Licence]) -> tuple[tuple[Licence, ...], dict[str, str]]:
    """What holds on every machine: the rows without NVIDIA's packages, each with all libraries that a wheel may hold;
    and the licences of all packages with those that only other machines need."""
    known = _known()
    kept = [row for row in rows if not NVIDIA.fullmatch(row.package) and row.package not in known["elsewhere"]]
    full = tuple(replace(row, inside=tuple(known["inside"].get(row.package, {}).items())) for row in kept)
    names = {row.package: row.licence for row in full} | known["elsewhere"]
    return full, dict(sorted(names.items()))


def _inside(name: str) -> Iterator[tuple[str, str]]:
    listed: Mapping[str, str] = _known()["inside"].get(name, {})
    files = [PurePath(str(file)).name for file in metadata.files(name) or ()] if listed else []
    for library, licence in listed.items():
        if any(file.startswith(library) for file in files):
            yield library, licence


@cache
def _known() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found
