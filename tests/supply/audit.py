"""``python -m tests.supply.audit``: known vulnerabilities of what is installed, by pip-audit; part of ``make check``.

What is found fails, unless ``vulnerabilities.yaml`` beside this module says why it does not concern us, and until when.
A service that cannot be asked is told in one line and does not fail: a check that needs a network must not stop work
without one. pip-audit itself says "no known vulnerabilities" of packages that its service knows nothing about, as where
a mirror stands in for it; that is told as well.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass

IGNORED = Path(__file__).with_name("vulnerabilities.yaml")
UNREACHABLE = re.compile(
    r"requests\.exceptions\.(ConnectionError|ProxyError|SSLError|\w*Timeout)|ServiceError|vulnerability (feed|service)"
)
COMMAND = (sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A vulnerability that does not concern us, for a while."""

    id: str
    package: str
    reason: Annotated[str, StringConstraints(min_length=20)]
    until: date


def ignored(path: Path = IGNORED) -> tuple[Ignored, ...]:
    """The list of exceptions. Raises ValidationError."""
    return TypeAdapter(tuple[Ignored, ...]).validate_python(yaml.safe_load(path.read_text("utf-8"))["ignored"])


def judged(output: str, errors: str, excused: tuple[Ignored, ...], today: date) -> tuple[int, list[str]]:
    """The exit code and what to say of pip-audit's output."""
    try:
        packages: list[Mapping[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (errors.strip().splitlines() or ["it said nothing"])[-1]
        if UNREACHABLE.search(errors):
            return 0, [f"pip-audit: skipped, its service cannot be reached: {last[:200]}"]
        return 1, [f"pip-audit failed: {last}"]
    asked = [package for package in packages if "skip_reason" not in package]
    if not asked:
        return 0, [f"pip-audit: skipped, its service knows none of the {len(packages)} packages (is it a mirror?)"]
    lines, failed = [], False
    valid = {(one.package, one.id): one for one in excused if one.until >= today}
    for package in asked:
        for found in package["vulns"]:
            names = [found["id"], *found.get("aliases", ())]
            excuse = next((valid[package["name"], name] for name in names if (package["name"], name) in valid), None)
            fixed = ", ".join(found.get("fix_versions", ())) or "no version yet"
            what = f"{package['name']} {package['version']}: {' '.join(names)}, mended in {fixed}"
            lines.append(f"{what}; ignored until {excuse.until}: {excuse.reason}" if excuse else what)
            failed = failed or excuse is None
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if unknown:
        lines.append(f"not known to the service: {', '.join(unknown)}")
    lines.append(f"pip-audit: {len(asked)} packages asked for, {'see above' if failed else 'nothing to mend'}")
    return int(failed), lines


def main() -> None:
    """Ask, and end with the exit code."""
    ran = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    code, lines = judged(ran.stdout, ran.stderr, ignored(), datetime.now(UTC).date())
    print("\n".join(lines))
    sys.exit(code)


if __name__ == "__main__":
    main()
