"""The hidden test set is what it says it is: labels lie at their values, checksums are right, counts are kept."""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
from stdnum import luhn
from stdnum.cn import ric
from stdnum.es import dni, nie
from stdnum.us import ssn

from qc.private import Kind
from tests.redact.unseen import forms, values
from tests.redact.unseen.figures import FIGURES
from tests.redact.unseen.generate import POOLS, Labelled, fill, templates, utterances
from tests.redact.unseen.values import KINDS, LANGUAGES, make

EVERY = [(language, pool) for language in LANGUAGES for pool in POOLS]
SLOT = re.compile(r"\{(\w+?)\d*(?::(\w+))?\}")


@cache
def drawn(language: str, pool: str) -> tuple[Labelled, ...]:
    return utterances(language, pool, 1500, 1)


def drawn_values(slot: str, language: str) -> list[values.Value]:
    choice = random.Random(f"{slot}/{language}")
    return [make(slot, language, choice) for _ in range(300)]


def test_identity_numbers_have_their_check_digits() -> None:
    # stdnum's own validation asks that the district had its code at birth; many districts are younger than people.
    for value in drawn_values("identity", "zh"):
        assert value.text[-1] == ric.calc_check_digit(value.text), value
        assert ric.get_birth_date(value.text).year >= 1950
        assert ric.get_birth_place(f"{value.text[:6]}20100101")["county"]
    for value in drawn_values("identity", "es"):
        assert dni.is_valid(value.text) or nie.is_valid(value.text), value
    for value in drawn_values("identity", "en"):
        assert ssn.is_valid(value.text), value


@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_pass_luhn(language: str) -> None:
    cards = [value.text for value in drawn_values("card", language)]
    assert all(luhn.is_valid(card) and 13 <= len(card) <= 19 for card in cards)
    assert language != "zh" or any(card.startswith("62") and len(card) == 19 for card in cards)


def test_numbers_have_the_length_of_their_country() -> None:
    assert all(re.fullmatch(r"1[3-9]\d{9}", value.text) for value in drawn_values("mobile", "zh"))
    assert all(re.fullmatch(r"0\d{10,11}", value.text) for value in drawn_values("landline", "zh"))
    assert all(re.fullmatch(r"[67]\d{8}", value.text) for value in drawn_values("mobile", "es"))
    assert all(re.fullmatch(r"07\d{9}|[2-9]\d{2}[2-9]\d{6}", value.text) for value in drawn_values("mobile", "en"))
    for language in LANGUAGES:
        assert {len(value.text) for value in drawn_values("account", language)} == {10, 13}


def test_plates_are_of_their_country() -> None:
    assert all(re.fullmatch(r"[粤京沪浙苏鲁川湘鄂闽津渝豫皖][A-H]\w{5,6}", v.text) for v in drawn_values("plate", "zh"))
    assert all(re.fullmatch(r"\d{4}[B-DF-HJ-NP-TV-Z]{3}", v.text) for v in drawn_values("plate", "es"))
    patterns = r"[A-Z]{2}\d{2}[A-Z]{3}|\d[A-Z]{3}\d{3}|[A-Z]{3}\d{4}"
    assert all(re.fullmatch(patterns, v.text) for v in drawn_values("plate", "en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slot", sorted(KINDS))
def test_what_carries_a_written_value_is_the_value(slot: str, language: str) -> None:
    choice = random.Random(f"written/{slot}/{language}")
    for value in drawn_values(slot, language)[:60]:
        form = forms.say(value, language, choice, style="written")
        said = "".join(piece.text for piece in form.pieces if piece.carries)
        if slot not in ("address", "expiry"):
            text = value.text.removeprefix("0") if "+44" in form.text else value.text
            assert re.sub(r"\W", "", said) == re.sub(r"\W", "", text), form
        assert said in form.text or len(form.pieces) > 1


@pytest.mark.parametrize(("language", "digits"), [("zh", "零〇一幺二两三四五六七拐八九勾洞"), ("en", ""), ("es", "")])
def test_spoken_numbers_have_no_figures(language: str, digits: str) -> None:
    choice = random.Random(f"spoken/{language}")
    for value in drawn_values("account", language):
        form = forms.say(value, language, choice, style="spoken")
        assert not re.search(r"[0-9]", form.text)
        if digits and "个" not in form.text:
            assert len(re.findall(f"[{digits}]", "".join(p.text for p in form.pieces if p.carries))) == len(value.text)


@pytest.mark.parametrize(("language", "pool"), EVERY)
def test_enough_templates_of_every_kind(language: str, pool: str) -> None:
    private, none = templates(language)[pool]["private"], templates(language)[pool]["none"]
    assert len(set(private)) >= 70
    assert len(set(none)) >= 50
    kinds = Counter(KINDS[slot] for text in private for slot in {slot for slot, _ in SLOT.findall(text)} & set(KINDS))
    assert set(kinds) == set(Kind)
    assert min(kinds.values()) >= 4
    assert all({slot for slot, _ in SLOT.findall(text)} & set(KINDS) for text in private)
    assert not any({slot for slot, _ in SLOT.findall(text)} & set(KINDS) for text in none)
    slots = {slot for text in (*private, *none) for slot, _ in SLOT.findall(text)}
    assert slots <= {*KINDS, *FIGURES, "filler"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pools_share_no_wording(language: str) -> None:
    def bare(text: str) -> str:
        return re.sub(r"\W+", "", re.sub(r"^[AC] |\{[^}]*\}", "", text).lower())

    second, third = (
        {
            bare(turn)
            for kind in ("private", "none")
            for text in templates(language)[pool][kind]
            for turn in text.split(" / ")
        }
        for pool in POOLS
    )
    least = 7 if language == "zh" else 16
    assert {text for text in second & third if len(text) >= least} == set()


@pytest.mark.parametrize(("language", "pool"), EVERY)
def test_labels_lie_at_their_values(language: str, pool: str) -> None:
    for one in drawn(language, pool):
        for label in one.labels:
            text = one.turns[label.turn][1]
            assert 0 <= label.start < label.end <= len(text)
            assert label.carrying[0][0] >= label.start
            assert label.carrying[-1][1] <= label.end
            assert all(start < end and text[start:end].strip() == text[start:end] for start, end in label.carrying)
            assert all(a[1] <= b[0] for a, b in pairwise(label.carrying))
            assert text[label.start : label.end].strip(" ，,") == text[label.start : label.end]


@pytest.mark.parametrize(("language", "pool"), EVERY)
def test_text_outside_labels_is_the_template(language: str, pool: str) -> None:
    """What is left when the values are cut out is what the author wrote."""
    for template in templates(language)[pool]["private"]:
        for seed in range(3):
            one = fill(template, language, random.Random(f"{template}/{seed}"))
            for number, wording in enumerate(template.split(" / ")):
                left = one.turns[number][1]
                for label in reversed([label for label in one.labels if label.turn == number]):
                    left = left[: label.start] + left[label.end :]
                fixed = re.split(r"\{[^}]*\}", wording[2:])
                at = 0
                for piece in map(_letters, fixed):
                    found = _letters(left).find(piece, at)
                    assert found >= at, (template, one.turns[number])
                    at = found + len(piece)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.lower())


@pytest.mark.parametrize(("language", "pool"), EVERY)
def test_counts(language: str, pool: str) -> None:
    found = drawn(language, pool)
    assert len(found) == 1500
    assert len({one.turns for one in found}) == 1500
    assert sum(not one.labels for one in found) <= 0.4 * 1500
    assert {label.kind for one in found for label in one.labels} == set(Kind)
    assert min(Counter(label.kind for one in found for label in one.labels).values()) >= 40
    assert {label.part for one in found for label in one.labels} == {"whole", "head", "tail", "last4"}
    assert {len(one.turns) for one in found} >= {1, 2, 3}
    styles = Counter(label.style.split()[0] for one in found for label in one.labels)
    assert min(styles["written"], styles["spoken"]) >= 300
    assert min(Counter(w for one in found for la in one.labels for w in la.style.split()[1:]).values()) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_gives_the_same_and_another_gives_others(language: str) -> None:
    assert utterances(language, "second", 200, 5) == utterances(language, "second", 200, 5)
    assert utterances(language, "second", 200, 5) != utterances(language, "second", 200, 6)


def test_an_unknown_pool_is_named() -> None:
    with pytest.raises(ValueError, match="no pool 'first'"):
        utterances("zh", "first", 10, 1)
