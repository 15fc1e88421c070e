"""Findings fail, excuses run out, and a service that says nothing is not taken for one that found nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.supply.audit import Ignored, ignored, judged

TODAY = date(2026, 11, 22)
FOUND = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.0"]}
EXCUSE = Ignored(id="CVE-2026-1", package="a", reason="we never call the function", until=TODAY)


def report(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


A = {"name": "a", "version": "1.0", "vulns": [FOUND]}
B = {"name": "b", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


def test_nothing_found() -> None:
    assert judged(report(B), "", (), TODAY) == (0, ["pip-audit: 1 packages asked for, nothing to mend"])


def test_what_is_found_fails_and_is_named() -> None:
    code, lines = judged(report(A, B, UNKNOWN), "", (), TODAY)
    assert code == 1
    assert lines[:2] == ["a 1.0: PYSEC-2026-1 CVE-2026-1, mended in 2.0", "not known to the service: c"]


def test_an_excuse_holds_for_its_package_until_its_day() -> None:
    assert judged(report(A), "", (EXCUSE,), TODAY)[0] == 0
    assert judged(report(A), "", (EXCUSE,), date(2026, 11, 23))[0] == 1
    assert judged(report(A | {"name": "b"}), "", (EXCUSE,), TODAY)[0] == 1


@pytest.mark.parametrize(
    ("output", "errors", "code", "words"),
    [
        (report(UNKNOWN, UNKNOWN), "No known vulnerabilities found", 0, "skipped, its service knows none of the 2"),
        ("", "Traceback\nrequests.exceptions.ConnectionError: no route", 0, "skipped, its service cannot be reached"),
        ("", "Traceback\nrequests.exceptions.ReadTimeout: late", 0, "skipped, its service cannot be reached"),
        ("", "Traceback\npip_audit._service.interface.ServiceError", 0, "skipped, its service cannot be reached"),
        ("", "No module named pip_audit", 1, "pip-audit failed: No module named pip_audit"),
        ("", "", 1, "pip-audit failed: it said nothing"),
        ("[]", "TypeError: broken", 1, "pip-audit failed: TypeError: broken"),
    ],
)
def test_a_service_that_says_nothing(output: str, errors: str, code: int, words: str) -> None:
    found, lines = judged(output, errors, (), TODAY)
    assert (found, len(lines)) == (code, 1) and words in lines[0]


def test_every_excuse_has_a_reason_and_an_end() -> None:
    assert isinstance(ignored(), tuple)  # the file can be read
    with pytest.raises(ValidationError):
        Ignored(id="x", package="a", reason="no", until=TODAY)
