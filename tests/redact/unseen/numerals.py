"""Digits and small numbers as people say them and speech recognition writes them down, in three languages."""

from __future__ import annotations

import random
from itertools import groupby

from tests.redact.unseen.words import WORDS

ZH = {
    "han": "零一二三四五六七八九",
    "yao": "零幺二三四五六七八九",
    "military": "洞幺两三四五六拐八勾",
    "circle": "〇一二三四五六七八九",
}
"""Ways to say a digit; `military`: what soldiers, drivers and linemen say, so that nothing is misheard."""
EN, ES = WORDS["digits"]["en"], WORDS["digits"]["es"]
_TIMES = {"en": ("", "", "double", "triple"), "es": ("", "", "doble", "triple")}
HOWS = {
    "zh": ("han", "yao", "yao", "military", "counted"),
    "en": ("digits", "oh", "times", "pairs"),
    "es": ("digits", "times", "pairs", "hundreds"),
}
"""Ways to say a group of digits in a language."""


def zh(number: int) -> str:
    """0 to 9999 as an amount: 128 is 一百二十八."""
    if number < 10:
        return ZH["han"][number]
    if number < 20:
        return "十" + (zh(number - 10) if number > 10 else "")
    for unit, name in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= unit:
            head, rest = divmod(number, unit)
            gap = "零" if rest and rest < unit // 10 else ""
            tail = ("一" if 10 <= rest < 20 and unit > 10 else "") + zh(rest) if rest else ""
            return ZH["han"][head] + name + gap + tail
    raise AssertionError(number)


def en(number: int) -> str:
    """0 to 9999 as an amount: 128 is one hundred and twenty-eight."""
    if number < 20:
        return [*EN, *WORDS["teens_en"]][number]
    if number < 100:
        return WORDS["tens"]["en"][number // 10] + (f"-{EN[number % 10]}" if number % 10 else "")
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    head, rest = divmod(number, unit)
    joint = "" if not rest else " and " if unit == 100 or rest < 100 else " "
    return f"{en(head)} {name}{joint}{en(rest) if rest else ''}"


def es(number: int) -> str:
    """0 to 9999 as an amount: 128 is ciento veintiocho."""
    if number < 10:
        return ES[number]
    if number < 30:
        return WORDS["low_es"][number - 10]
    if number < 100:
        return WORDS["tens"]["es"][number // 10] + (f" y {ES[number % 10]}" if number % 10 else "")
    if number == 100:
        return "cien"
    if number < 1000:
        return WORDS["hundreds_es"][number // 100] + (f" {es(number % 100)}" if number % 100 else "")
    head, rest = divmod(number, 1000)
    return (f"{es(head)} " if head > 1 else "") + "mil" + (f" {es(rest)}" if rest else "")


AMOUNT = {"zh": zh, "en": en, "es": es}


def spoken(group: str, language: str, how: str, choice: random.Random) -> str:
    """A group of digits said one way of `HOWS`; what that way cannot say is said digit by digit."""
    if language == "zh":
        return _zh(group, how)
    if how == "times":
        return _times(group, language)
    if how == "pairs" and len(group) % 2 == 0:
        return " ".join(_pair(group[at : at + 2], language) for at in range(0, len(group), 2))
    if how == "hundreds" and len(group) == 3 and group[0] != "0":
        return es(int(group))
    if how == "hundreds" and len(group) == 2:
        return _pair(group, language)
    one_by_one = [
        ("oh" if how == "oh" and digit == "0" else (EN if language == "en" else ES)[int(digit)]) for digit in group
    ]
    return " ".join(one_by_one)


def _zh(group: str, how: str) -> str:
    if how != "counted":
        return "".join(ZH[how][int(digit)] for digit in group)
    runs = [(digit, len(list(run))) for digit, run in groupby(group)]
    return "".join(
        f"{ZH['han'][count]}个{ZH['han'][int(d)]}" if count >= 3 else ZH["yao"][int(d)] * count for d, count in runs
    )


def _times(group: str, language: str) -> str:
    names, said = (EN if language == "en" else ES), []
    for digit, run in groupby(group):
        left = len(list(run))
        name = "oh" if language == "en" and digit == "0" else names[int(digit)]
        while left:
            count = min(left, 3)
            said.append(f"{_TIMES[language][count]} {name}".strip())
            left -= count
    return " ".join(said)


def _pair(pair: str, language: str) -> str:
    if language == "en":
        return "double oh" if pair == "00" else f"oh {EN[int(pair[1])]}" if pair[0] == "0" else en(int(pair))
    return f"cero {ES[int(pair[1])]}" if pair[0] == "0" else es(int(pair))
