"""Language packs: every rule does what its examples say, and every sentence is there in every language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from qc.checks import CHECKS
from qc.errors import LanguageError
from qc.language import FOLDER, Rule, installed, item_title, load, placeholders, read, say
from qc.phrases import matches, normalise
from qc.result import Message

RULES = [pytest.param(code, rule, id=f"{code}-{rule.id}") for code in installed() for rule in load(code).rules]
PLAIN = [(code, rule) for code in installed() for rule in load(code).rules]


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_examples(code: str, rule: Rule) -> None:
    missed = [text for text in rule.examples.match if not matches(rule, normalise(text, code), code)]
    wrong = [text for text in rule.examples.no_match if matches(rule, normalise(text, code), code)]
    assert not missed
    assert not wrong


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_every_plain_pattern_can_match(code: str, rule: Rule) -> None:
    plain = [pattern for pattern in rule.any if not pattern.startswith("/")]
    assert [pattern for pattern in plain if not matches(rule, normalise(pattern, code), code)] == []


@pytest.mark.parametrize(("code", "rule"), RULES)
def test_regular_expressions_are_written_as_normalised_text(code: str, rule: Rule) -> None:
    for pattern in (*rule.any, *rule.exclude):
        if pattern.startswith("/"):
            assert "'" not in pattern and "’" not in pattern, "apostrophes are gone before matching"
            assert pattern == pattern.lower()


def test_packs_have_the_same_groups_of_rules() -> None:
    """A language may divide a group as it likes (`complaint.money`); the risks are graded one by one."""
    names = {code: {rule.id for rule in load(code).rules} for code in installed()}
    assert set(names) == {"zh", "en", "es"}
    groups = {
        code: {".".join(rule.split(".")[: 2 if rule.startswith("risk.") else 1]) for rule in rules}
        for code, rules in names.items()
    }
    assert groups["zh"] == groups["en"] == groups["es"]


def test_roles_and_similarity_agree_between_packs() -> None:
    for group in {rule.id.split(".")[0] for rule in load("zh").rules}:
        assert len({rule.role for code in installed() for rule in load(code).group(group)}) == 1
    assert all(rule.similarity >= 90 for code in installed() for rule in load(code).group("forbidden"))


def test_messages_have_the_same_keys_and_placeholders() -> None:
    sentences = {code: load(code).messages for code in installed()}
    for code in ("en", "es"):
        assert set(sentences[code]) == set(sentences["zh"])
        for key, sentence in sentences[code].items():
            assert set(placeholders(sentence)) == set(placeholders(sentences["zh"][key])), f"{code} {key}"


def _constructed() -> list[tuple[str, str]]:
    """Keys of every ``Message(...)`` and ``QualityNote(...)`` in qc/, with the file; of an f-string, what is before its
    first value."""
    found = []
    for path in sorted(FOLDER.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            prefix = {"Message": "", "QualityNote": "quality."}.get(getattr(node.func, "id", ""))
            if prefix is not None:
                place = str(path.relative_to(FOLDER.parent))
                found += [(place, prefix + constant) for constant in _texts(node.args[0])]
    return found


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return [f"{node.values[0].value}*"]
    return []


def test_no_message_without_a_sentence() -> None:
    known = load("zh").messages
    constructed = _constructed()
    assert len(constructed) > 40
    missing = [
        (path, key)
        for path, key in constructed
        if not (any(k.startswith(key[:-1]) for k in known) if key.endswith("*") else key in known)
    ]
    assert missing == []


@pytest.mark.parametrize("code", ["zh", "en", "es"])
def test_every_check_has_title_and_tip(code: str) -> None:
    messages = load(code).messages
    for check in CHECKS:
        assert messages[f"item.{check}"].strip()
        assert messages[f"tip.{check}"].strip()


def test_say_in_three_languages() -> None:
    message = Message("dead_air.found", {"seconds": 16.24, "cause": "agent"})
    assert say(message, "zh") == "静默 16.2 秒，原因：坐席未应答"
    assert say(message, "en") == "Silence of 16.2 s, cause: the agent does not answer"
    assert say(message, "es") == "Silencio de 16.2 s, causa: el agente no responde"


def test_say_with_a_gap_or_an_unknown_key_is_still_readable() -> None:
    assert say(Message("dead_air.found", {"cause": "tail"}), "en") == "Silence of – s, cause: end of the call"
    assert say(Message("dead_air.found", {"seconds": "long", "cause": "x"}), "en") == "Silence of long s, cause: x"
    assert say(Message("of.an.older.version", {"count": 2.0}), "es") == "of.an.older.version count=2.0"


def test_say_does_not_open_values() -> None:
    message = Message("na.language", {"language": "{role.__class__}"})
    assert say(message, "en") == "No language pack for the call's language ({role.__class__})"


def test_chinese_comes_first_and_unknown_languages_are_named() -> None:
    assert installed()[0] == "zh"
    with pytest.raises(LanguageError, match="no language pack 'xx'; installed: zh, en, es"):
        load("xx")
    with pytest.raises(LanguageError, match="no language pack"):
        load("../zh")


def test_unknown_rule_is_an_error() -> None:
    with pytest.raises(LanguageError, match="no rule 'greetings'"):
        load("en").rule("greetings")
    with pytest.raises(LanguageError, match="no rule 'forbid'"):
        load("en").group("forbid")


def test_version_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    path.write_bytes((FOLDER / "en.yaml").read_bytes())
    assert read(path).version == load("en").version
    path.write_bytes(path.read_bytes() + b"\n")
    assert read(path).version != load("en").version


EXAMPLES = "examples: {match: [x], no_match: [y]}"
BROKEN = """
code: en
name: English
unit: word
rate_limit: 200
rate_limit_source: x
backchannels: []
fillers: []
messages: {{}}
rules:
  - {rule}
"""


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (f"{{id: a, any: [x], {EXAMPLES}, nott: [z]}}", ", line 11, rule a: unknown field nott"),
        (f"{{id: a, any: [], {EXAMPLES}}}", ", line 11, rule a: needs any, all or at_least"),
        ("{id: a, any: [x], examples: {match: [x], no_match: []}}", ", line 11, rule a: no_match: "),
        ("{id: a, any: [x]}", ", line 11, rule a: examples is missing"),
        (f"{{id: a, any: [x], role: boss, {EXAMPLES}}}", ", line 11, rule a: role: "),
        (f"{{id: a, any: [x], similarity: 20, {EXAMPLES}}}", ", line 11, rule a: similarity: "),
        (f"{{id: a, any: ['/(x/'], {EXAMPLES}}}", ", line 11, rule a: /(x/ is no regular expression: missing )"),
        (f"{{id: a, any: [x], not: ['/(x/'], {EXAMPLES}}}", ", line 11, rule a: /(x/ is no regular expression: "),
        (f"{{id: a, at_least: {{count: 2, of: [x]}}, {EXAMPLES}}}", "count is 2, but there are only 1 patterns"),
        (f"{{id: a, any: [x], after: {{seconds: 5}}, {EXAMPLES}}}", "name one of rule and event"),
        (f"{{id: a, any: [x], after: {{rule: b, seconds: 5}}, {EXAMPLES}}}", ", line 11, rule a: there is no rule b"),
        (f"{{id: a, any: [x], after: {{rule: a, seconds: 5}}, {EXAMPLES}}}", "rule a: its time hangs on itself"),
        ("{id: a, any: [x", "en.yaml, line 12: not YAML"),
    ],
)
def test_mistakes_in_a_pack_are_named(tmp_path: Path, rule: str, sentence: str) -> None:
    path = tmp_path / "en.yaml"
    path.write_text(BROKEN.format(rule=rule), "utf-8")
    with pytest.raises(LanguageError) as error:
        read(path)
    assert sentence in str(error.value)
    assert str(path) in str(error.value)


def test_a_rule_twice_is_a_mistake(tmp_path: Path) -> None:
    rule = "{id: a, any: [x], examples: {match: [x], no_match: [y]}}"
    path = tmp_path / "en.yaml"
    path.write_text(BROKEN.format(rule=rule + "\n  - " + rule), "utf-8")
    with pytest.raises(LanguageError, match="line 12, rule a: rule a is there twice"):
        read(path)


def test_an_item_of_a_site_keeps_its_own_name() -> None:
    assert item_title("opening", "en") == "Opening"
    assert item_title("mentions_app", "en") == "mentions app"


def test_every_graded_rule_has_a_name_for_people() -> None:
    """Findings name the rule: a person reads "sneering", not ``forbidden.sneer``."""
    for code in installed():
        for rule in (*load(code).group("forbidden"), *load(code).group("risk")):
            assert (rule.severity is not None) == rule.id.startswith("forbidden."), rule.id
            for language in installed():
                assert rule.id not in say(Message("complaint_risk.found", {"rule": rule.id}), language), rule.id
