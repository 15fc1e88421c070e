"""Site files: every mistake named with file, line and item; names in rules; hours."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from qc.config import ROOT, Settings
from qc.errors import LanguageError, SiteError
from qc.language import load, read
from qc.phrases import matches, normalise
from qc.site import NOWHERE, Hours, Site, examine, of
from qc.site import load as load_site

EXAMPLE = ROOT / "docs" / "site.example.yaml"
GOOD = """\
units: [Riverbend Power, Luz de la Ribera]
agent_number: '[1-9]\\d{3}'
account_number: '3\\d{9}'
regulators: Northern Grid Board
media: [Riverbend Gazette]
opening_hours:
  mon-fri: 08:00-20:00
  sun: [09:00-12:00, 13:00-24:00]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_site_is_read(tmp_path: Path) -> None:
    site = load_site(written(tmp_path, GOOD))
    assert site.units == ("Riverbend Power", "Luz de la Ribera")
    assert (site.agent_number, site.account_number) == (r"[1-9]\d{3}", r"3\d{9}")
    assert (site.regulators, site.media) == (("Northern Grid Board",), ("Riverbend Gazette",))
    assert site.opening_hours == (
        *(Hours(day, 480, 1200) for day in range(5)),
        Hours(6, 540, 720),
        Hours(6, 780, 1440),
    )


def test_the_example_is_right() -> None:
    site, problems = examine(EXAMPLE)
    assert (problems, bool(site and site.units and site.opening_hours)) == ([], True)


@pytest.mark.parametrize(
    ("old", "new", "line", "rest"),
    [
        ("units:", "unit:", 1, "unknown field unit"),
        ("Luz de la Ribera", "L", 1, "units: 'L' is too short for a name"),
        ("Riverbend Power", "/River.*/", 1, "units: '/River.*/': a name is plain text"),
        ("Riverbend Power", "'{units}'", 1, "units: '{units}': a name is plain text"),
        ("'[1-9]\\d{3}'", "1234", 2, "agent_number: Input should be a valid string"),
        ("[1-9]\\d{3}", "A\\d{3}", 2, "agent_number: 'A\\\\d{3}': numbers are heard as digits"),
        ("[1-9]\\d{3}", "\\d+", 2, "numbers are heard as digits"),
        ("[1-9]\\d{3}", "\\d{2,}", 2, "numbers are heard as digits"),
        ("[1-9]\\d{3}", "[1-9", 2, "agent_number: '[1-9' is no regular expression: "),
        ("3\\d{9}", "(?:\\d)?", 3, "account_number: '(?:\\\\d)?' fits no digit at all"),
        ("[Riverbend Gazette]", "[Riverbend Gazette, 12]", 5, "media: Input should be a valid string"),
        ("mon-fri", "workdays", 6, "opening_hours: workdays: write a day as mon, tue"),
        ("fri: 08:00-20:00", "fri: 20:00-08:00", 6, "opening_hours: mon-fri: 20:00-08:00: write hours as"),
        ("fri: 08:00-20:00", "fri: 8-20", 6, "opening_hours: mon-fri: 8-20: write hours as"),
        ("media:", "units:", 5, "units is given twice"),
        ("media: [", "announcements: [Hello, ", 5, "announcements: 'Hello' is too short: agents say so too"),
        (
            "media: [",
            "announcements: [/our services are .* at times/, ",
            5,
            "announcements: '/our services are .* at times/': an announcement is written",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, rest: str) -> None:
    assert GOOD.count(old) == 1
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SiteError) as caught:
        load_site(path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert rest in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    site, problems = examine(written(tmp_path, GOOD.replace("units:", "unit:").replace("3\\d{9}", "x")))
    assert site is None
    assert [problem.split(":")[0].rpartition(" ")[2] for problem in problems] == ["3", "1"]


@pytest.mark.parametrize("text", ["", "- a\n", "just words", "a: &a [*a]"])
def test_what_is_no_site_file_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(SiteError, match=r"site\.yaml"):
        load_site(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"none\.yaml: cannot be read"):
        of(Settings(site=tmp_path / "none.yaml"))


def test_the_settings_site_is_read_again_when_it_changes(tmp_path: Path) -> None:
    assert of(Settings()) is NOWHERE
    path = written(tmp_path, "units: [Riverbend Power]")
    settings = Settings(site=path)
    before = of(settings)
    path.write_text("units: [Hillside Power]", "utf-8")
    os.utime(path, ns=(0, 1))
    assert (before.units, of(settings).units) == (("Riverbend Power",), ("Hillside Power",))


def test_the_version_is_of_the_content_alone(tmp_path: Path) -> None:
    now = load_site(written(tmp_path, GOOD)).version
    assert load_site(written(tmp_path, "# a comment\n" + GOOD)).version == now
    assert load_site(written(tmp_path, GOOD.replace("3\\d", "4\\d"))).version != now
    assert (load_site(written(tmp_path, "units: []")).version, NOWHERE.version) == ("", "")


def test_opening_hours() -> None:
    site = Site(opening_hours={"mon-tue": "08:00-20:00", "sun": ["09:00-12:00", "13:00-24:00"]})  # type: ignore[arg-type]
    times = {"2026-11-16 08:00": True, "2026-11-16 20:00": False, "2026-11-18 10:00": False, "2026-11-22 23:59": True}
    times["2026-11-22 12:30"] = False
    assert {time: site.open_at(datetime.fromisoformat(time)) for time in times} == times
    assert NOWHERE.open_at(datetime(2026, 11, 16)) is None


SITE = Site(units=("滨湖热力", "Lakeside"), regulators=("观澜协调处", "Grid Board"), media=("滨湖之声", "Lake News"))


@pytest.mark.parametrize("language", ["zh", "en", "es"])
@pytest.mark.parametrize(
    ("rule", "text"),
    [
        *(("identity", text) for text in SITE.units),
        *(("risk.regulator", text) for text in SITE.regulators),
        *(("risk.media", text) for text in SITE.media),
    ],
)
def test_the_packs_rules_find_the_sites_names(language: str, rule: str, text: str) -> None:
    said = normalise(text, language)
    assert matches(load(language, SITE).rule(rule), said, language)
    assert not matches(load(language).rule(rule), said, language)


@pytest.mark.parametrize("language", ["zh", "en", "es"])
def test_without_a_site_nothing_of_it_is_left_in_the_rules(language: str) -> None:
    for pack in (load(language), load(language, SITE)):
        assert not [rule.id for rule in pack.rules for pattern in rule.patterns if "{units}" in pattern]
        assert not matches(pack.rule("identity"), "units", language)
    assert load(language, SITE).version == f"{load(language).version}+{SITE.version}"


PACK = """
code: en
name: English
unit: word
rate_limit: 200
rate_limit_source: x
backchannels: []
fillers: []
messages: {}
rules:
  - {id: a, EXAMPLE, examples: {match: [hello], no_match: [bye]}}
"""


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("any: [hello, 'this is {unit}']", "this is {unit}: names of the site are units, regulators, media, in plain"),
        ("any: [hello, '/this is {units}/']", "/this is {units}/: names of the site are units, regulators, media, in"),
        ("any: ['{units}']", "needs any, all or at_least beside names of the site"),
        ("all: [hello, '{units}']", "{units}: names of the site stand in any, none and not"),
        ("any: [hello], severity: 2", "only forbidden.… rules have a severity"),
        ("any: [hello], severity: 4", "severity: Input should be 1, 2 or 3"),
    ],
)
def test_wrong_names_in_a_pack_are_named(tmp_path: Path, fields: str, problem: str) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(PACK.replace("EXAMPLE", fields), "utf-8")
    with pytest.raises(LanguageError) as error:
        read(path)
    assert f"{path}, line 11, rule a: {problem}" in str(error.value)


def test_a_name_within_words_and_one_that_speaks_against_a_hit(tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(PACK.replace("EXAMPLE", "any: [hello, 'this is {units}'], not: ['say {media}']"), "utf-8")
    rule = read(path).of_site(SITE).rule("a")
    assert rule.any == ("hello", "this is 滨湖热力", "this is Lakeside")
    assert rule.exclude == ("say 滨湖之声", "say Lake News")
