"""Checks: one file each, found by name. A check is ``qc/checks/<name>.py`` with a function of the same name.

Its keyword-only signature is its scorecard schema, its docstring its manual page (``python -m qc.checks`` prints them
all). It says first whether it applies at all; only then it measures.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, cast

from qc.call import Call
from qc.result import CheckResult
from qc.site import Site

SITE = "site"
"""A check with a parameter of this name is given the `Site`; it is no option of a scorecard."""


class Check(Protocol):
    """A function from a call and options to a result. It never raises for a call that listening made."""

    __name__: str
    __doc__: str | None

    def __call__(self, call: Call, /, **options: Any) -> CheckResult: ...


def _discover() -> Mapping[str, Check]:
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    names = [path.stem for path in files]
    return MappingProxyType({name: cast(Check, getattr(import_module(f"qc.checks.{name}"), name)) for name in names})


CHECKS: Mapping[str, Check] = _discover()
"""Every check by its name, which is also its item id in the scorecards of all languages."""


def options(check: Check) -> Mapping[str, Any]:
    """The options of a check with their defaults, in order."""
    parameters = inspect.signature(check).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.name != SITE}


def run(check: str, call: Call, site: Site, options: Mapping[str, Any]) -> CheckResult:
    """A check's answer, at a site."""
    function = CHECKS[check]
    given = {SITE: site} if SITE in inspect.signature(function).parameters else {}
    return function(call, **given, **options)


def manual() -> str:
    """The manual of all checks as Markdown, from their docstrings."""
    pages = [
        "# Checks\n\nWhat each check asks, when it applies, how it is measured and where its threshold comes from. "
        "Printed by `python -m qc.checks`; do not edit."
    ]
    for name, check in CHECKS.items():
        page = [f"## {name}", inspect.getdoc(check) or ""]
        defaults = options(check)
        if defaults:
            rows = [f"| `{option}` | {'the language pack’s' if v is None else v} |" for option, v in defaults.items()]
            page.append("\n".join(["| option | default |", "|---|---|", *rows]))
        pages.append("\n\n".join(page))
    return "\n\n".join(pages) + "\n"


__all__ = ["CHECKS", "SITE", "Check", "manual", "options", "run"]
