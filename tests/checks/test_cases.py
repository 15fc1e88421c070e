"""Every check against its cases, in every language; and what all checks have in common."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qc.call import Role
from qc.checks import CHECKS, manual, options, run
from qc.language import installed, load, say
from qc.scorecard import arguments
from qc.site import Site
from tests.talks import talk

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "cases"
EXPECTED = ("expect", "value", "measured", "reason", "options", "name", "findings", "site")
FILES = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
CASES = [
    pytest.param(check, language, case, id=f"{check}-{language}-{case['name']}")
    for check, languages in FILES.items()
    for language, cases in languages.items()
    for case in cases
]

WORDLESS = ("dead_air", "greeting_delay", "hang_up", "listening", "wording")
"""Checks that need no words (`wording` has no rules unless a card brings some)."""


@pytest.mark.parametrize(("check", "language", "case"), CASES)
def test_case(check: str, language: str, case: dict[str, Any]) -> None:
    call = talk(language=language, **{name: value for name, value in case.items() if name not in EXPECTED})
    result = run(check, call, Site(**case.get("site", {})), arguments(check, case.get("options", {})))
    found = "na" if not result.applicable else "fail" if result.falls_short else "pass"
    assert found == case["expect"], say(result.explanation, "en")
    if "value" in case:
        assert result.value == pytest.approx(case["value"])
    if "measured" in case:
        assert result.measured == pytest.approx(case["measured"], abs=1e-6)
    if "reason" in case:
        assert result.explanation.key == case["reason"]
    if "findings" in case:
        assert [finding.note.key for finding in result.findings] == case["findings"]
    assert result.check == check
    assert result.value is None or 0 <= result.value <= 1
    assert result.applicable == (result.measured is not None)
    if found == "fail":
        assert result.findings, "a fault carries its evidence"
    for finding in result.findings:
        assert finding.interval is None or finding.interval.end <= call.recording.duration + 1e-6
    for message in (result.explanation, *(finding.note for finding in result.findings)):
        for reader in installed():
            assert message.key in load(reader).messages
            assert "–" not in say(message, reader), "a value is missing"
    assert f"unit.{result.unit}" in load("zh").messages


def test_every_check_has_cases_of_each_kind_in_each_language() -> None:
    assert set(FILES) == set(CHECKS)
    for check, languages in FILES.items():
        assert tuple(languages) == ("zh", "en", "es"), check
        for language, cases in languages.items():
            assert {case["expect"] for case in cases} == {"pass", "fail", "na"}, f"{check} {language}"


@pytest.mark.parametrize("check", CHECKS)
def test_a_call_without_anything_is_not_applicable(check: str) -> None:
    for language in ("zh", "xx"):
        assert not CHECKS[check](talk([], language, duration=30)).applicable


@pytest.mark.parametrize("check", [name for name in CHECKS if name not in WORDLESS])
def test_a_language_without_a_pack_is_not_applicable(check: str) -> None:
    said = [("agent", 0, 5, "tere"), ("customer", 6, 12, "tere"), ("agent", 13, 18, "head aega")]
    assert CHECKS[check](talk(said, "et", rings=6)).explanation.key == "na.language"


@pytest.mark.parametrize("check", CHECKS)
def test_one_silent_party_never_raises(check: str) -> None:
    for role in Role:
        result = CHECKS[check](talk([(role.value, 0, 5, "您好"), (role.value, 30, 35, "")], "zh"))
        assert result.value is None or 0 <= result.value <= 1


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_a_file_with_a_manual_page_and_keyword_only_options(check: str) -> None:
    function = CHECKS[check]
    assert function.__name__ == check
    assert Path(inspect.getsourcefile(function) or "").stem == check  # type: ignore[arg-type]
    page = inspect.getdoc(function) or ""
    for part in ("**Applies**", "**Measured**", "**Value**", "**Source**"):
        assert part in page
    parameters = list(inspect.signature(function).parameters.values())
    assert all(p.kind is p.KEYWORD_ONLY and p.default is not p.empty for p in parameters[1:])
    assert all(f"`{name}`" in page for name in options(function)), "every option is explained"


def test_manual_is_current() -> None:
    assert (ROOT / "docs" / "checks.md").read_text("utf-8") == manual()


def test_neither_torch_nor_numpy_is_imported() -> None:
    code = "import sys, qc.checks; print(sorted({'torch', 'numpy', 'sqlalchemy', 'streamlit'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("language", "worst_last"),
    [
        ("zh", ["有完没完", "你问我，我问谁去", "你听不懂人话吗"]),
        ("en", ["Get to the point", "How should I know?", "Are you stupid?"]),
        ("es", ["Vaya al grano", "Búsquese la vida", "Es usted idiota"]),
    ],
)
def test_forbidden_phrases_come_worst_first(language: str, worst_last: list[str]) -> None:
    said = [("agent", 5 * number, 5 * number + 3, text) for number, text in enumerate(worst_last)]
    result = CHECKS["forbidden_phrases"](talk(said, language))
    assert [one.note.values["severity"] for one in result.findings] == [3, 2, 1]
    assert result.explanation.values == {"count": 3, "low": 1, "mid": 1, "high": 1}
