"""English and Spanish: a number is found however it is said, wherever it is announced; amounts never are."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import dni

from qc.private import Kind
from qc.redact import find, mask
from qc.redact.latin.tokens import tokens
from qc.redact.latin.units import reader
from tests.redact.marked import letters
from tests.redact.saying import STYLES, doubled, pair, say, triple

SENTENCES = {
    ("en", Kind.PHONE): [
        "my number is {}",
        "You can call me back on {}, please.",
        "it's my cell, {}",
        "my mobile's {} if it rains",
    ],
    ("en", Kind.ACCOUNT): ["my account number is {}", "Sure, the account is {}.", "customer number, um, {} please"],
    ("en", Kind.SECRET): ["the verification code is {}", "My pin is {}.", "the code you sent me is {}"],
    ("en", Kind.CARD): ["the card number is {}", "It's a Visa, {}, in my name"],
    ("en", Kind.IDENTITY): ["my social security number is {}", "the social is {}, I think"],
    ("es", Kind.PHONE): ["mi teléfono es el {}", "Me puede llamar al {}, por favor.", "apunte mi móvil, {}"],
    ("es", Kind.ACCOUNT): [
        "mi número de contrato es {}",
        "Sí, la cuenta es la {}.",
        "número de cliente, eh, {} por favor",
    ],
    ("es", Kind.SECRET): ["el código de verificación es {}", "Mi pin es {}.", "la clave que me llegó es {}"],
    ("es", Kind.CARD): ["el número de la tarjeta es {}", "Es una Visa, {}, a mi nombre"],
    ("es", Kind.IDENTITY): ["mi documento es {}", "el DNI es {}, creo"],
}
LENGTHS = {Kind.PHONE: (9, 11), Kind.ACCOUNT: (6, 12), Kind.SECRET: (4, 6), Kind.CARD: (16, 16), Kind.IDENTITY: (8, 9)}
AMOUNTS = {
    "en": [
        "the bill is {} dollars",
        "we used {} kilowatt hours in March",
        "it was out for {} minutes",
        "about {} people called",
    ],
    "es": [
        "la factura es de {} euros",
        "gastamos {} kilovatios en marzo",
        "estuvo {} minutos sin luz",
        "llamaron unas {} personas",
    ],
}

planted = st.sampled_from(sorted(SENTENCES)).flatmap(
    lambda one: st.tuples(
        st.just(one),
        st.sampled_from(SENTENCES[one]),
        st.text("0123456789", min_size=LENGTHS[one[1]][0], max_size=LENGTHS[one[1]][1]),
        st.sampled_from(STYLES),
        st.integers(0, 2**32),
    )
)


@given(planted, st.booleans())
def test_every_digit_of_a_planted_number_is_hidden(drawn: tuple, lower: bool) -> None:  # type: ignore[type-arg]
    (language, _), sentence, digits, style, seed = drawn
    said = say(digits, language, style, Random(seed))
    text = sentence.format(said)
    start = sentence.index("{}")
    text = text.lower() if lower else text
    hits = find(text, language)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    hidden = {place for hit in hits for place in range(hit.start, hit.end)}
    assert letters(text, start, start + len(said)) <= hidden, (text, hits)


@given(planted)
def test_masking_is_idempotent(drawn: tuple) -> None:  # type: ignore[type-arg]
    (language, _), sentence, digits, style, seed = drawn
    text = sentence.format(say(digits, language, style, Random(seed)))
    once = mask(text, find(text, language), language)
    assert mask(once, find(once, language), language) == once


@given(st.sampled_from(["en", "es"]), st.integers(2, 9999), st.integers(0, 3), st.booleans())
def test_amounts_stay(language: str, amount: int, sentence: int, written: bool) -> None:
    digits = str(amount)
    said = digits if written or len(digits) == 4 else {1: digits, 2: pair, 3: triple}[len(digits)]
    text = AMOUNTS[language][sentence].format(said if isinstance(said, str) else said(digits, language))
    assert find(text, language) == (), text


@given(st.sampled_from(["en", "es"]), st.text("0123456789", min_size=1, max_size=12))
def test_doubles_are_read_back(language: str, digits: str) -> None:
    units = reader(language).read(tokens(" ".join(doubled(digits, language))))
    assert "".join(unit.value for unit in units) == digits


@given(st.sampled_from(["en", "es"]), st.integers(0, 99).map("{:02d}".format))
def test_pairs_are_read_back(language: str, two: str) -> None:
    (*units,) = reader(language).read(tokens(pair(two, language)))
    assert "".join(unit.value for unit in units) == two


@given(st.sampled_from(["en", "es"]), st.integers(100, 999).map(str))
def test_hundreds_are_read_back(language: str, three: str) -> None:
    (unit,) = reader(language).read(tokens(triple(three, language)))
    assert (unit.value, unit.amount) == (three, True)


@given(st.integers(0, 99_999_999).map("{:08d}".format), st.sampled_from(["{}{}", "{}-{}", "{} {}"]))
def test_a_dni_is_an_identity_number(digits: str, form: str) -> None:
    text = f"mi DNI es {form.format(digits, dni.calc_check_digit(digits))}"
    (hit,) = find(text, "es")
    assert (hit.kind, hit.start, hit.end) == (Kind.IDENTITY, 10, len(text))


@pytest.mark.parametrize(
    ("language", "said", "value"),
    [
        ("en", "nineteen eighty", "1980"),
        ("en", "two thousand and five", "2005"),
        ("en", "three zeros", "000"),
        ("en", "treble nine", "999"),
        ("en", "B for Bravo double u X-ray", "BWX"),
        ("es", "sesenta y uno", "61"),
        ("es", "veintidós veintidos", "2222"),
        ("es", "ciento una", "101"),
        ("es", "mil novecientos ochenta", "1980"),
        ("es", "tres ceros doble cinco", "00055"),
        ("es", "be de Barcelona uve doble i griega", "BWY"),
    ],
)
def test_read(language: str, said: str, value: str) -> None:
    assert "".join(unit.value for unit in reader(language).read(tokens(said))) == value
