"""How people say numbers in English and Spanish: every style in which tests dictate them."""

from __future__ import annotations

from random import Random

DIGITS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
}
TEENS = {
    "en": [
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ],
    "es": ["diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve"],
}
TENS = {
    "en": ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
    "es": ["veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
}
TWENTIES = [
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
HUNDREDS = [
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]
PAUSES = {
    "en": [" ", " ", " ", ", ", " uh ", ", um, ", " - ", "... ", " dash ", ", then, ", ". "],
    "es": [" ", " ", " ", ", ", " eh ", ", este, ", " - ", "... ", " guion ", ", luego, ", ". "],
}
STYLES = ("digits", "doubles", "pairs", "groups", "written", "spaced", "dashed", "mixed")


def pair(two: str, language: str) -> str:
    """Two digits as one number: twenty-four, oh five."""
    value = int(two)
    if value < 10:
        zero = "oh" if language == "en" else "cero"
        return f"{zero} {DIGITS[language][value]}" if value else f"{zero} {zero}"
    if value < 20:
        return TEENS[language][value - 10]
    if language == "es" and 20 < value < 30:
        return TWENTIES[value - 21]
    tens, one = TENS[language][value // 10 - 2], value % 10
    if not one:
        return tens
    return f"{tens}-{DIGITS['en'][one]}" if language == "en" else f"{tens} y {DIGITS['es'][one]}"


def triple(three: str, language: str) -> str:
    """Three digits as one number: "four hundred and five", "seiscientos doce"; one by one where it has no hundreds."""
    hundreds, rest = int(three[0]), three[1:]
    if not hundreds:
        return " ".join(DIGITS[language][int(one)] for one in three)
    if language == "en":
        tail = "" if rest == "00" else " and " + (DIGITS["en"][int(rest)] if int(rest) < 10 else pair(rest, "en"))
        return f"{DIGITS['en'][hundreds]} hundred{tail}"
    if three == "100":
        return "cien"
    tail = "" if rest == "00" else " " + (DIGITS["es"][int(rest)] if int(rest) < 10 else pair(rest, "es"))
    return HUNDREDS[hundreds - 1] + tail


def doubled(digits: str, language: str) -> list[str]:
    """One by one, with double and triple."""
    words, at = [], 0
    times = {2: ("double", "doble"), 3: ("triple", "triple")}
    while at < len(digits):
        same = 1
        while same < 3 and at + same < len(digits) and digits[at + same] == digits[at]:
            same += 1
        word = DIGITS[language][int(digits[at])]
        words.append(word if same == 1 else f"{times[same][language == 'es']} {word}")
        at += same
    return words


def say(digits: str, language: str, style: str, random: Random) -> str:
    """A number as somebody dictates it."""
    if style == "written":
        return digits
    if style == "spaced":
        return " ".join(_cut(digits, random, 2, 4))
    if style == "dashed":
        return "-".join(_cut(digits, random, 3, 4))
    if style == "digits":
        zero = random.choice(["oh", "zero"]) if language == "en" else "cero"
        words = [DIGITS[language][int(one)] if one != "0" else zero for one in digits]
    elif style == "doubles":
        words = doubled(digits, language)
    elif style == "pairs":
        words = [
            pair(two, language) if len(two) == 2 else DIGITS[language][int(two)] for two in _cut(digits, random, 2, 2)
        ]
    elif style == "groups":
        words = [
            triple(one, language) if len(one) == 3 else " ".join(DIGITS[language][int(d)] for d in one)
            for one in _cut(digits, random, 3, 3)
        ]
    else:
        words = [random.choice([one, DIGITS[language][int(one)]]) for one in digits]
    said = words[0]
    for word in words[1:]:
        said += (random.choice(PAUSES[language]) if random.random() < 0.4 else " ") + word
    return said


def _cut(digits: str, random: Random, fewest: int, most: int) -> list[str]:
    pieces = []
    while digits:
        size = random.randint(fewest, most)
        pieces.append(digits[:size])
        digits = digits[size:]
    return pieces
