"""Figures that are no private data: amounts, readings, dates, times, ticket and agent numbers, as they are said."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.redact.unseen.numerals import AMOUNT, HOWS, ZH, spoken
from tests.redact.unseen.words import WORDS

_PART_OF_DAY = {"zh": ("早上", "上午", "下午", "晚上"), "en": ("am", "pm"), "es": ("de la mañana", "de la tarde")}


def figure(slot: str, language: str, choice: random.Random) -> str:
    """A figure for a slot. Raises KeyError for an unknown one."""
    return FIGURES[slot](language, choice)


def _count(low: int, high: int) -> Callable[[str, random.Random], str]:
    """A number in digits or in words."""

    def make(language: str, choice: random.Random) -> str:
        number = choice.randint(low, high)
        return str(number) if choice.random() < 0.5 else AMOUNT[language](number)

    return make


def _amount(language: str, choice: random.Random) -> str:
    whole, cents = choice.randint(21, 980), choice.randint(1, 99)
    if language == "zh":
        said = AMOUNT["zh"](whole)
        return choice.choice(
            (
                f"{whole}元",
                f"{whole}块钱",
                f"{whole}.{cents:02}元",
                f"{said}块",
                f"{said}元",
                f"{said}块{ZH['han'][cents % 9 + 1]}",
            )
        )
    if language == "en":
        said, tail = AMOUNT["en"](whole), AMOUNT["en"](cents)
        return choice.choice(
            (f"${whole}", f"${whole}.{cents:02}", f"{said} dollars", f"{said} dollars and {tail} cents")
        )
    said, tail = AMOUNT["es"](whole), AMOUNT["es"](cents)
    return choice.choice((f"{whole} euros", f"{whole},{cents:02} €", f"{said} euros", f"{said} euros con {tail}"))


def _reading(language: str, choice: random.Random) -> str:
    """Of a meter: four or five digits, said one by one, as an amount or written."""
    number = choice.randint(1000, 99999)
    if choice.random() < 0.5 or (number > 9999 and choice.random() < 0.3):
        return str(number)
    if number > 9999 or choice.random() < 0.5:
        return spoken(str(number), language, "han" if language == "zh" else "digits", choice)
    return AMOUNT[language](number)


def _date(language: str, choice: random.Random) -> str:
    month, day = choice.randint(1, 12), choice.randint(1, 28)
    if language == "zh":
        return choice.choice(
            (f"{month}月{day}号", f"{AMOUNT['zh'](month)}月{AMOUNT['zh'](day)}号", f"2026年{month}月{day}日")
        )
    name = WORDS["months"][language][month - 1]
    if language == "en":
        ordinal = f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
        return choice.choice((f"{name} {ordinal}", f"the {ordinal} of {name}", f"{name} {day}, 2026"))
    return choice.choice((f"{day} de {name}", f"{AMOUNT['es'](day)} de {name}", f"{day} de {name} de 2026"))


def _time(language: str, choice: random.Random) -> str:
    hour, minute = choice.randint(2, 11), choice.choice((0, 0, 15, 20, 30, 45))
    part = choice.choice(_PART_OF_DAY[language])
    if language == "zh":
        said = f"{part}{AMOUNT['zh'](hour).replace('二', '两') if hour == 2 else AMOUNT['zh'](hour)}点"
        return choice.choice(
            (
                said + (f"{AMOUNT['zh'](minute)}分" if minute else ""),
                f"{part}{hour}点{minute or ''}",
                f"{hour + 8}:{minute:02}",
            )
        )
    if language == "en":
        said = AMOUNT["en"](hour) + (f" {AMOUNT['en'](minute)}" if minute else " o'clock")
        return choice.choice((f"{hour}:{minute:02} {part}", said, f"{hour} {part}"))
    said = (
        "las " + AMOUNT["es"](hour) + {0: "", 15: " y cuarto", 30: " y media"}.get(minute, f" y {AMOUNT['es'](minute)}")
    )
    return choice.choice((f"{said} {part}", f"las {hour}:{minute:02}", said))


def _agent_number(language: str, choice: random.Random) -> str:
    number = f"{choice.randint(1001, 8999)}"
    how = choice.choice([how for how in HOWS[language] if how not in ("hundreds", "counted", "military")])
    return number if choice.random() < 0.5 else spoken(number, language, how, choice)


def _ticket(language: str, choice: random.Random) -> str:
    number = f"{choice.randint(10_000, 999_999)}"
    if choice.random() < 0.3:
        return f"{choice.choice(('GD', 'T', 'WO'))}{number}"
    return (
        number if choice.random() < 0.6 else spoken(number, language, "yao" if language == "zh" else "digits", choice)
    )


def _year(language: str, choice: random.Random) -> str:
    year = choice.randint(2009, 2025)
    if choice.random() < 0.6:
        return str(year)
    if language == "zh":
        return "".join(ZH["han"][int(digit)] for digit in str(year))
    return f"twenty {AMOUNT['en'](year % 100)}" if language == "en" and year > 2009 else AMOUNT[language](year)


def _decimal(language: str, choice: random.Random) -> str:
    """A price a kilowatt-hour: 0.56."""
    cents = choice.randint(11, 89)
    if language == "zh":
        return choice.choice((f"0.{cents}", f"零点{ZH['han'][cents // 10]}{ZH['han'][cents % 10]}"))
    if language == "en":
        return choice.choice((f"0.{cents}", f"point {AMOUNT['en'](cents // 10)} {AMOUNT['en'](cents % 10)}"))
    return choice.choice((f"0,{cents}", f"cero coma {AMOUNT['es'](cents)}"))


FIGURES: dict[str, Callable[[str, random.Random], str]] = {
    "amount": _amount,
    "reading": _reading,
    "kwh": _count(60, 980),
    "date": _date,
    "time": _time,
    "minutes": _count(10, 55),
    "days": _count(3, 30),
    "small": _count(3, 12),
    "percent": _count(5, 95),
    "big": _count(100, 3000),
    "volts": _count(180, 245),
    "agentno": _agent_number,
    "ticket": _ticket,
    "year": _year,
    "decimal": _decimal,
}
"""Slot -> maker of what stands there."""
